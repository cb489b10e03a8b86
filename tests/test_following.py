"""Web traffic is laid to whom a sign-in or lease shows that is told later than the traffic."""

import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.batch import Batch
from model.event import Event
from streams.engine.engine import Engine
from tests.small_district import DISTRICT, at_ms, ended, event_batches, fact_batch, facts
from tests.test_detections import _reached, events_of
from tests.test_engine_properties import as_text, told

ZONE = ZoneInfo("America/Chicago")
DAY = "2026-03-04"
TABLES: dict[str, list[dict[str, Any]] | None] = {
    "orgs": [{"sourcedId": "hs", "name": "High School", "type": "school"}],
    "users": [{"sourcedId": f"p-{name}", "givenName": name, "familyName": "Example"} for name in ("bell", "reyes")],
    "accounts": [
        {"account": "tbell", "person": "p-bell", "kind": "personal"},
        {"account": "oreyes", "person": "p-reyes", "kind": "personal"},
    ],
    "devices": [
        {"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "org": "hs", "mac": "02:00:00:00:00:01"},
        {"device_id": "LAB-1", "hostname": "lab-1", "class": "lab", "org": "hs", "mac": "02:00:00:00:00:02"},
    ],
    "networks": [{"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"}],
}
ADDRESSES = {"lt-1": "10.1.0.11", "lab-1": "10.1.0.12"}
SIGN_IN = {"action": "account.logged_on", "logon_type": "interactive", "outcome": "success"}
HEARD = _reached(at_ms(f"{DAY} 00:00:00", ZONE))


def web(at: str, host: str, times: int, every: int = 20) -> dict[str, Any]:
    asked = {"category": "proxy", "action": "web.requested", "domain": "curriculum.example"}
    return {"at": f"{DAY} {at}", **asked, "address": ADDRESSES[host], "repeat": times, "every": every}


def lease(at: str, host: str) -> dict[str, Any]:
    mac = {"lt-1": "02:00:00:00:00:01", "lab-1": "02:00:00:00:00:02"}[host]
    said = {"category": "device", "action": "lease.granted", "address": ADDRESSES[host], "mac": mac}
    return {"at": f"{DAY} {at}", **said}


def on(at: str, account: str, host: str) -> dict[str, Any]:
    return {"at": f"{DAY} {at}", **SIGN_IN, "account": account, "device": host}


def off(at: str, account: str, host: str) -> dict[str, Any]:
    return {
        "at": f"{DAY} {at}",
        "action": "account.logged_off",
        "outcome": "success",
        "account": account,
        "device": host,
    }


# Somebody else sits at the lab's computer until nine; then Bell does, while she is busy at her own, too.
SHARED = [
    *(lease("08:00:00", "lt-1"), lease("08:00:00", "lab-1")),
    *(on("08:30:00", "oreyes", "lab-1"), web("08:31:00", "lab-1", 180)),
    *(on("08:45:00", "tbell", "lt-1"), web("08:46:00", "lt-1", 120)),
    *(off("09:00:00", "oreyes", "lab-1"), on("09:00:10", "tbell", "lab-1")),
]


def started() -> list[Batch]:
    return [fact_batch(facts(TABLES, ZONE)), HEARD]


def found(events: list[Event], engine: Engine | None = None) -> dict[str, bytes]:
    return as_text(told(engine or Engine(DISTRICT), [*started(), *event_batches(events), ended()]))


def in_time(said: list[dict[str, Any]]) -> list[Event]:
    return sorted(events_of({"events": said}, ZONE), key=lambda one: (one.occurred_at or "", one.event_id))


def told_last(events: list[Event], late: int) -> list[Event]:
    """The last sign-ins and sign-offs are told after everything else."""
    late_ones = [one for one in events if one.action.startswith("account.")][-late:]
    return [*(one for one in events if one not in late_ones), *late_ones]


def test_traffic_laid_to_whoever_sat_there_before_is_laid_to_who_came_next_once_that_is_told() -> None:
    events = in_time(SHARED)
    expected = found(events)
    assert len(expected) == 1
    assert found(told_last(events, 2)) == expected


def test_what_is_followed_outlives_the_judge() -> None:
    events = told_last(in_time(SHARED), 2)
    engine, again = Engine(DISTRICT), Engine(DISTRICT)
    told(engine, [*started(), *event_batches(events[:-2])])
    again.restore((key, value) for key, value in engine.changes() if value is not None)
    assert as_text(told(again, [*event_batches(events[-2:]), ended()])) == found(in_time(SHARED))


def test_what_nothing_can_move_any_more_is_followed_no_longer() -> None:
    engine = Engine(DISTRICT)
    told(engine, [*started(), *event_batches(in_time(SHARED))])
    assert any(key.startswith("followed-") for key, _ in engine.changes())
    told(engine, [ended()])
    gone = {key for key, value in engine.changes() if value is None and key.startswith("followed-")}
    again = Engine(DISTRICT)
    again.restore((key, value) for key, value in engine.changes() if value is not None)
    assert gone
    assert not any(key.startswith("followed-") for key, _ in again.changes())


@pytest.mark.parametrize("seed", range(12))
def test_in_whatever_order_sources_are_told_the_findings_are_those_of_the_order_of_time(seed: int) -> None:
    chance = random.Random(seed)
    events = in_time([lease("08:00:00", "lt-1"), lease("08:00:00", "lab-1"), *_a_morning(chance)])
    expected = found(events)
    chance.shuffle(events)
    assert found(events) == expected


def _a_morning(chance: random.Random) -> list[dict[str, Any]]:
    """Two people come and go at two computers, which go on asking the web; all at whole slots of time."""
    said: list[dict[str, Any]] = []
    for host in ADDRESSES:
        for turn in range(4):
            account, hour, minute = chance.choice(["tbell", "tbell", "oreyes"]), 8 + turn // 2, 30 * (turn % 2)
            said.append(on(f"{hour:02}:{minute + chance.randrange(3):02}:00", account, host))
            said.append(web(f"{hour:02}:{minute + 3:02}:00", host, chance.randrange(20, 60)))
            said.append(off(f"{hour:02}:{minute + chance.randrange(15, 29):02}:00", account, host))
    return said
