"""staff_app in a live district: the judge looks again and again while more students get into an app."""

from typing import Any

from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from tests.streams.test_detections import _reached
from tests.support.small_district import DISTRICT, ZONE, at_ms, ended, event, event_batches, fact_batch, facts

STUDENTS = [f"s{number}" for number in range(8)]
TABLES: dict[str, list[dict[str, Any]] | None] = {
    "users": [{"sourcedId": one, "username": one} for one in STUDENTS],
    "roles": [{"sourcedId": f"r-{one}", "userSourcedId": one, "role": "student"} for one in STUDENTS],
    "accounts": [{"account": one, "person": one, "kind": "personal"} for one in STUDENTS],
    "apps": [{"app": "Skyline Payroll", "roles": "teacher"}],
}


def _live() -> list[Violation]:
    """As last told of eight students, who got into the app an hour after one another, each read and judged at once."""
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(TABLES, ZONE)))
    engine.observe(_reached(at_ms("2026-03-03 08:00:00", ZONE)))
    for number, student in enumerate(STUDENTS):
        said = {"account": student, "account_basis": "authenticated", "app": "Skyline Payroll", "outcome": "success"}
        one = event(number, ZONE, at=f"2026-03-04 {8 + number:02d}:00:00", action="account.authenticated", **said)
        for batch in [*event_batches([one]), _reached(at_ms(f"2026-03-04 {8 + number:02d}:30:00", ZONE))]:
            engine.observe(batch)
            engine.judge()
    engine.observe(ended())
    engine.judge()
    told = map(decode_violation, engine.take().violations)
    return list({one.violation_id: one for one in told if "staff_app" in one.reasons}.values())


def test_the_first_student_is_told_of_like_the_last_once_the_school_day_is_over() -> None:
    assert {one.account: one.severity for one in _live()} == dict.fromkeys(STUDENTS, "low")


def test_each_finding_counts_every_student_of_the_school_day() -> None:
    counted = [m.value for one in _live() for m in one.evidence.measures if m.name == "students in the app that day"]
    assert counted == [8.0] * 8
