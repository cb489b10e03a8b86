"""What people decided about one thing is kept until it is closed and its time is over, and while something needs it."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.entities import Holding, Kept, entities, judged
from casework.register import decision
from casework.retention import Plan, _remedy_ends
from casework.retention_run import certified
from model.casework import CaseworkEvent
from model.hold import Hold
from storage.queries.casework import Placed
from storage.retention.due import Judged
from tests.support.request_cases import OPENED

ZONE = ZoneInfo("America/Chicago")
OPEN, CLOSED, PLANNED = (datetime(2026, 3, day, 15, tzinfo=UTC) for day in (4, 5, 20))
CUT = {"casework": datetime(2026, 3, 10, tzinfo=UTC), "requests": datetime(2026, 3, 10, tzinfo=UTC)}
CASE: dict[str, Any] = {"title": "VPN", "people": ["p17"], "accounts": ["tbell"]}
INCIDENT = {"kind": "account", "subject": "tbell", "discovered_at": "2026-03-01T00:00:00.000Z", "discovered_by": "ana",
            "text": "Stolen.", "hold_id": "h9"}  # fmt: skip
HOLD = {"matter": "M-1", "kind": "litigation", "reason": "r", "accounts": ["tbell"]}
WAITING, DONE = ({"state": state, "outcome": outcome, "assignee": None, "comment": "p17 was away"}
                 for state, outcome in (("waiting", None), ("closed", "benign")))  # fmt: skip
# Each kind of entity: how it begins, and how it is closed.
KINDS = {
    "case:2026-0001": (("case.opened", CASE), ("case.closed", {"outcome": "benign"})),
    "request:2026-0001": (("request.opened", OPENED), ("request.closed", {"reason": "answered"})),
    "incident:i1": (("incident.opened", INCIDENT), ("incident.closed", {"reason": "over"})),
    "hold:h1": (("hold.placed", HOLD), ("hold.released", {"reason": "over"})),
    "violation:v1": (("violation.triaged", WAITING), ("violation.triaged", DONE)),
}


def decided(entity: str, *said: tuple[str, dict[str, Any]], last: datetime = CLOSED) -> list[CaseworkEvent]:
    """Decisions about one entity, the first on March 4, the others at `last`."""
    told: dict[str, Any] = {"actor": "ana", "role": "analyst", "district": "maple-falls"}
    return [decision(entity, kind, last if n else OPEN, body=body, **told) for n, (kind, body) in enumerate(said)]


def verdicts(
    *decisions: list[CaseworkEvent],
    holds: tuple[Holding, ...] = (),
    stored: tuple[str, ...] = (),
    as_of: date = date(2026, 3, 20),
) -> dict[str, set[str]]:
    """What a plan says of the decisions about each entity."""
    rows = [Placed(one, n) for n, one in enumerate(event for events in decisions for event in events)]
    day = datetime(as_of.year, as_of.month, as_of.day, tzinfo=ZONE)
    kept = Kept(holds, frozenset(stored), partial(_remedy_ends, ZONE), day, PLANNED)
    told: dict[str, set[str]] = {}
    for one in judged(entities(rows), CUT, kept):
        told.setdefault(one.row.entity, set()).add(one.verdict)
    return told


@pytest.mark.parametrize("entity", KINDS)
def test_what_is_open_is_never_past_its_schedule_and_what_was_closed_is(entity: str) -> None:
    opened, closed = KINDS[entity]
    known = ("v1",) if entity.startswith("violation") else ()
    assert verdicts(decided(entity, opened), stored=known) == {entity: {""}}
    assert verdicts(decided(entity, opened, closed)) == {entity: {"due"}}


@pytest.mark.parametrize("entity", KINDS)
def test_the_time_is_counted_from_closing_and_not_from_opening(entity: str) -> None:
    late = datetime(2026, 3, 12, tzinfo=UTC)
    assert verdicts(decided(entity, *KINDS[entity], last=late)) == {entity: {""}}


def test_a_case_that_was_opened_again_is_open() -> None:
    opened, closed = KINDS["case:2026-0001"]
    assert verdicts(decided("case:2026-0001", opened, closed, ("case.reopened", {}))) == {"case:2026-0001": {""}}


def test_what_was_decided_after_the_plan_is_another_plans() -> None:
    later = decided("case:2026-0001", *KINDS["case:2026-0001"], ("case.exported", {"form": "pack"}))
    later[-1] = decision("case:2026-0001", "case.exported", datetime(2026, 3, 21, tzinfo=UTC), actor="ana",
                         role="analyst", body={"form": "pack"})  # fmt: skip
    assert verdicts(later) == {"case:2026-0001": {""}}


def hold(**said: Any) -> Hold:
    return Hold(
        **{**{"hold_id": "h2", "district": "maple-falls", "matter": "M-2", "kind": "audit", "reason": "r"}, **said}
    )


@pytest.mark.parametrize(
    ("placed", "words", "held"),
    [
        (hold(accounts=("TBELL",)), ["TBELL"], True),
        (hold(persons=("p17",)), ["p17", "tbell"], True),
        (hold(persons=("p99",)), ["p99"], False),
        (hold(persons=("p99",)), ["p99", "ANA"], True),  # it was decided under this name
        (hold(persons=("p99",), matter="case 2026-0001"), ["p99"], True),
        (hold(persons=("p99",), reason="for 2026-00011"), ["p99"], False),
        (hold(persons=("p99",), reason="see case 2026-0001."), ["p99"], True),
        (hold(persons=("p99",), matter="Smith/2026-0001"), ["p99"], True),
        (hold(persons=("p99",), reason="2026-0001\u2019s file"), ["p99"], True),
        (hold(since="2026-03-06T00:00:00.000Z"), [], False),
        (hold(since="2026-03-05T00:00:00.000Z"), [], True),
        (hold(until="2026-03-04T00:00:00.000Z"), [], False),
        (hold(), [], True),
    ],
)
def test_a_hold_keeps_the_entities_that_name_its_subject_or_that_it_names(
    placed: Hold, words: list[str], held: bool
) -> None:
    found = verdicts(decided("case:2026-0001", *KINDS["case:2026-0001"]), holds=(Holding(placed, words),))
    assert found == {"case:2026-0001": {"held" if held else "due"}}


@pytest.mark.parametrize(
    ("entity", "said"),
    [
        ("case:2026-0001", [("case.opened", {"title": "VPN", "events": ["e1"]}), ("case.closed", {})]),
        ("receipt:e1", [("receipt.signed", {"digest": "0f", "vendor": "acme", "account": "v-acme"})]),
        ("adoption:a1", [("replay.adopted", {"why": "a mended rule", "appears": ["e1"]})]),
    ],
)
def test_a_hold_keeps_what_cites_a_record_about_its_subject(entity: str, said: list[tuple[str, Any]]) -> None:
    about = decided(entity, *said)
    for ids, verdict in ((frozenset({"e1"}), "held"), (frozenset({"e2"}), "due")):
        assert verdicts(about, holds=(Holding(hold(persons=("p17",)), ["p17", "tbell"], ids),)) == {entity: {verdict}}


@pytest.mark.parametrize(("law", "last_day"), [("wa.pra", date(2027, 3, 5)), ("ma.prr", date(2026, 6, 3))])
def test_a_request_is_kept_as_long_as_its_answer_may_be_appealed(law: str, last_day: date) -> None:
    asked = decided("request:2026-0001", ("request.opened", {**OPENED, "law": law}), ("request.closed", {}))
    following = date.fromordinal(last_day.toordinal() + 1)
    assert verdicts(asked, as_of=last_day) == {"request:2026-0001": {"kept"}}
    assert verdicts(asked, as_of=following) == {"request:2026-0001": {"due"}}


def test_the_time_to_appeal_begins_with_a_letter_that_followed_the_closing() -> None:
    said = [("request.opened", {**OPENED, "law": "ma.prr"}), ("request.closed", {})]
    asked = decided("request:2026-0001", *said)
    denied = decision("request:2026-0001", "request.letter", datetime(2026, 3, 15, tzinfo=UTC), actor="ana",
                      role="records_officer", body={})  # fmt: skip
    assert verdicts([*asked, denied], as_of=date(2026, 6, 10)) == {"request:2026-0001": {"kept"}}


def test_a_hold_that_names_a_case_keeps_its_unmaskings() -> None:
    about = [*unmasked("2026-0001"), *decided("case:2026-0001", *KINDS["case:2026-0001"])]
    rows = [Placed(one, n) for n, one in enumerate(about)]
    held = Holding(hold(persons=("p99",), matter="case 2026-0001"), ["p99"])
    kept = Kept((held,), frozenset(), partial(_remedy_ends, ZONE), PLANNED, PLANNED)
    assert {one.verdict for one in judged(entities(rows), {"casework": PLANNED}, kept)} == {"held"}


def test_a_finding_that_was_handled_stays_handled_as_long_as_it_is_stored() -> None:
    handled = decided("violation:v1", *KINDS["violation:v1"])
    assert verdicts(handled, stored=("v1",)) == {"violation:v1": {"kept"}}
    assert verdicts(handled) == {"violation:v1": {"due"}}


def test_the_handling_of_a_finding_that_is_gone_is_over_though_nobody_closed_it() -> None:
    assert verdicts(decided("violation:v1", KINDS["violation:v1"][0])) == {"violation:v1": {"due"}}


def unmasked(case: str | None) -> list[CaseworkEvent]:
    return decided("person:p17", ("person.unmasked", {"for": "ana", "case": case, "reason": "to find out"}))


def of_unmasking(found: list[CaseworkEvent], cut: datetime) -> set[str]:
    """What a plan that destroys what ended before `cut` says of it."""
    rows = [Placed(one, n) for n, one in enumerate(found)]
    kept = Kept((), frozenset(), partial(_remedy_ends, ZONE), PLANNED, PLANNED)
    told: list[Judged] = judged(entities(rows), {"casework": cut}, kept)
    return {one.verdict for one in told if one.row.entity == "person:p17"}


def test_an_unmasking_without_a_case_ends_after_a_week() -> None:
    assert of_unmasking(unmasked(None), CUT["casework"]) == {""}
    assert of_unmasking(unmasked(None), datetime(2026, 3, 12, tzinfo=UTC)) == {"due"}


@pytest.mark.parametrize(("decisions", "verdict"), [(1, ""), (2, "due")])
def test_an_unmasking_for_a_case_ends_with_it(decisions: int, verdict: str) -> None:
    case = decided("case:2026-0001", *KINDS["case:2026-0001"][:decisions])
    assert of_unmasking([*unmasked("2026-0001"), *case], datetime(2026, 3, 12, tzinfo=UTC)) == {verdict}


def test_the_record_of_a_disclosure_is_kept_with_the_student_it_is_about() -> None:
    disclosed = decided("person:p17", ("person.unmasked", {"for": "ana"}), ("record.disclosed", {"to": "Pat Doe"}))
    assert verdicts(disclosed) == {"person:p17": {""}}


def test_users_plans_and_what_concerns_the_installation_are_never_past_their_schedule() -> None:
    lasting = ("user:ana", "retention:a1", "ledger:key", "home:refusal-1")
    assert verdicts(*(decided(entity, ("user.added", {})) for entity in lasting)) == {}


def test_a_hold_of_a_request_goes_with_requests_and_a_certificate_calls_entities_by_numbers_alone() -> None:
    asked = ("hold.placed", {**HOLD, "kind": "records_request"})
    both = [*decided("hold:h1", asked, ("hold.released", {})), *decided("case:2026-0001", *KINDS["case:2026-0001"])]
    rows = [Placed(one, n) for n, one in enumerate(both)]
    kept = Kept((), frozenset(), partial(_remedy_ends, ZONE), PLANNED, PLANNED)
    told = judged(entities(rows), CUT, kept)
    assert {(one.record_class, one.row.called) for one in told} == {("requests", ""), ("casework", "case:2026-0001")}


def test_a_run_that_an_earlier_release_began_is_certified_though_nothing_says_what_came_back() -> None:
    plan = Plan(plan_id="a1", district="maple-falls", as_of="2027-03-05", classes=[], sample={})
    count = {
        "class": "casework",
        "schedule": "P7Y from closed",
        "basis": "local",
        "rows": 3,
        "held": 1,
        "kept_longer": 0,
    }
    before: dict[str, Any] = {"classes": [count], "deleted": {"casework": 2}, "matters_checked": [], "entities": []}
    made = certified({**before, "ledger_root_before": None}, plan, "ruth", {})
    assert [(one["rows_deleted"], "destroyed_again" in one) for one in made["classes"]] == [(2, False)]
