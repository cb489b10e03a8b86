"""Who sat at a device from when to when: `streams.patterns.sittings`, through cases of the engine's own making."""

from typing import Any

from streams.detection import Case
from streams.detections.device_used_by_another import DETECTION
from streams.engine.engine import Engine
from streams.patterns.sittings import Sitting, sittings
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch, facts

ON, OFF, LOCK, UNLOCK = "account.logged_on", "account.logged_off", "session.locked", "session.unlocked"
TABLES: dict[str, Any] = {
    "devices": [{"device_id": "LT-1", "hostname": "lt-1", "class": "staff"}],
    "assignments": [{"device_id": "LT-1", "person": "p-owner"}],
    "accounts": [{"account": name, "kind": "personal", "person": f"p-{name}"} for name in ("a", "b")],
}


def told(*said: tuple[str, str, str]) -> list[tuple[str, str, str, str]]:
    """Account, beginning, end (HH:MM, local) and close of each sitting; `said`: time, action, account."""
    seen: list[Case] = []

    def judge(case: Case) -> Any:
        seen.append(case)
        return DETECTION.judge(case)

    from dataclasses import replace

    engine = Engine(DISTRICT, [replace(DETECTION, judge=judge)])
    engine.observe(fact_batch(facts(TABLES, ZONE)))
    kinds = {ON: {"logon_type": "interactive"}, "remote": {"action": ON, "logon_type": "remote"}}
    events = [
        event(
            n, ZONE, at=f"2026-03-04 {at}:00", account=who, device="lt-1", **{"action": action, **kinds.get(action, {})}
        )
        for n, (at, action, who) in enumerate(said)
    ]
    for batch in [*event_batches(events), ended()]:
        engine.observe(batch)
    engine.judge()
    return [shown(one, seen[-1]) for one in sittings(seen[-1], seen[-1].sightings)]


def shown(one: Sitting, case: Case) -> tuple[str, str, str, str]:
    start, end = (case.calendar.local(at).strftime("%H:%M") for at in one.interval)
    return one.account, start, end, one.close


def test_from_the_logon_to_the_logoff() -> None:
    assert told(("09:00", ON, "a"), ("12:30", OFF, "a")) == [("a", "09:00", "12:30", "recorded")]


def test_an_end_that_nobody_recorded_is_not_made_up() -> None:
    assert told(("09:00", ON, "a"), ("09:20", UNLOCK, "a")) == [("a", "09:00", "09:20", "last input")]


def test_a_lock_and_an_unlock_soon_after_are_one_sitting() -> None:
    found = told(("09:00", ON, "a"), ("09:10", LOCK, "a"), ("09:30", UNLOCK, "a"), ("09:40", OFF, "a"))
    assert found == [("a", "09:00", "09:40", "recorded")]


def test_a_lock_for_longer_than_the_idle_timeout_parts_it() -> None:
    found = told(("09:00", ON, "a"), ("09:10", LOCK, "a"), ("11:30", UNLOCK, "a"), ("11:40", OFF, "a"))
    assert found == [("a", "09:00", "09:10", "recorded"), ("a", "11:30", "11:40", "recorded")]


def test_a_logoff_and_a_logon_are_two_sittings() -> None:
    found = told(("09:00", ON, "a"), ("09:10", OFF, "a"), ("09:12", ON, "a"), ("09:20", OFF, "a"))
    assert found == [("a", "09:00", "09:10", "recorded"), ("a", "09:12", "09:20", "recorded")]


def test_to_switch_to_another_session_ends_it() -> None:
    found = told(("09:00", ON, "a"), ("09:30", "session.disconnected", "a"), ("12:00", OFF, "a"))
    assert found == [("a", "09:00", "09:30", "recorded")]


def test_a_session_over_the_network_is_one() -> None:
    assert told(("09:00", "remote", "a"), ("09:30", OFF, "a")) == [("a", "09:00", "09:30", "recorded")]


def test_whoever_comes_ends_the_sitting_of_the_other() -> None:
    found = told(("09:00", ON, "a"), ("10:00", ON, "b"), ("11:00", OFF, "b"), ("12:00", OFF, "a"))
    assert found == [("a", "09:00", "10:00", "last input"), ("b", "10:00", "11:00", "recorded")]
