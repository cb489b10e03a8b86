"""What must hold of the engine whatever arrives: order, repetition and a crash change nothing of what is found."""

from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from model.batch import Batch, Tick
from model.event import Event
from model.violation import Violation, decode_violation, encode_violation, finding_of
from streams.engine.engine import Engine
from tests.support.busy_day import DAY, WORLD, sign_ins
from tests.support.small_district import (
    CATEGORIES,
    DISTRICT,
    ZONE,
    at_ms,
    ended,
    event,
    event_batches,
    fact_batch,
    facts,
    stream_batches,
    tick_batch,
)

PATIENT = settings(
    phases=[Phase.explicit, Phase.generate],
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def events_of(day: list[tuple[int, dict[str, Any]]]) -> list[Event]:
    made = [
        event(n, ZONE, at=f"2026-03-04 {8 + minute // 60:02d}:{minute % 60:02d}:{n % 60:02d}", **said)
        for n, (minute, said) in enumerate(day)
    ]
    return sorted(made, key=lambda one: (one.occurred_at or "", one.event_id))


def on_clocks_ahead(day: list[tuple[int, dict[str, Any]]], number: int) -> list[Event]:
    """The day in a district in which so many sign-ins show that the computers' clocks are seven minutes ahead."""
    shown = [event(1000 + n, ZONE, **said) for n, said in enumerate(sign_ins(number))]
    return sorted([*events_of(day), *shown], key=lambda one: (one.occurred_at or "", one.event_id))


def told(engine: Engine, batches: list[Batch]) -> dict[str, Violation]:
    said: dict[str, Violation] = {}
    for batch in batches:
        engine.observe(batch)
        engine.judge()
        collect(engine, said)
    return standing(said)


def collect(engine: Engine, said: dict[str, Violation]) -> None:
    for line in engine.take().violations:
        violation = decode_violation(line)
        said[violation.violation_id] = violation


def standing(said: dict[str, Violation]) -> dict[str, Violation]:
    kept = {key: v for key, v in said.items() if v.status != "withdrawn"}
    return {key: finding_of(v) for key, v in kept.items()}


def as_text(found: dict[str, Violation]) -> dict[str, bytes]:
    return {key: encode_violation(v) for key, v in found.items()}


OPENING = fact_batch(facts(WORLD, ZONE))


HEARD = tick_batch(
    *(Tick(source_id=name, reached_at=at_ms("2026-03-04 00:00:00", ZONE)) for name in CATEGORIES.values())
)


def opening() -> list[Batch]:
    """The facts, and that every source has been heard of: what then comes in any order is within lateness."""
    return [OPENING, HEARD]


@given(day=DAY, chance=st.randoms(use_true_random=False))
@PATIENT
def test_any_order_of_arrival_ends_in_the_same_violations(day: list[Any], chance: Any) -> None:
    events = events_of(day)
    in_order = told(Engine(DISTRICT), [*opening(), *event_batches(events), ended()])
    chance.shuffle(events)
    shuffled = told(Engine(DISTRICT), [*opening(), *event_batches(events), ended()])
    assert as_text(shuffled) == as_text(in_order)


@given(day=DAY, number=st.integers(0, 30), chance=st.randoms(use_true_random=False))
@settings(PATIENT, max_examples=10)
def test_any_order_of_arrival_measures_the_same_clocks(day: list[Any], number: int, chance: Any) -> None:
    events = on_clocks_ahead(day, number)
    in_order = told(Engine(DISTRICT), [*opening(), *event_batches(events), ended()])
    chance.shuffle(events)
    shuffled = told(Engine(DISTRICT), [*opening(), *event_batches(events), ended()])
    assert as_text(shuffled) == as_text(in_order)


def _web(minute: int, domain: str, verdict: str) -> tuple[int, dict[str, Any]]:
    said = {"category": "proxy", "action": "web.requested", "address": "10.1.0.9"}
    return minute, {**said, "domain": domain, "verdict": verdict}


def _lease(minute: int, address: str) -> tuple[int, dict[str, Any]]:
    return minute, {"category": "device", "action": "lease.granted", "mac": "02:00:00:00:00:09", "address": address}


def test_a_lease_that_comes_late_takes_the_doubt_from_all_that_was_asked_in_its_hour() -> None:
    """The card comes back to its first address; until that lease is known, the use there looks like a copy's."""
    leases = [_lease(1, "10.1.0.9"), _lease(19, "10.1.0.5"), _lease(75, "10.1.0.9")]
    asked = [_web(61, "tunnel.example", "allowed"), _web(80, "tunnel.example", "blocked")]
    events = sorted(
        events_of([*leases, *asked, _web(81, "vpn.example", "blocked")]), key=lambda one: str(one.occurred_at)
    )
    late = [*events[:3], *events[4:], events[3]]
    in_order = told(Engine(DISTRICT), [*opening(), *event_batches(events), ended()])
    assert [one.reason for one in in_order.values()] == ["succeeded"]
    assert as_text(told(Engine(DISTRICT), [*opening(), *event_batches(late), ended()])) == as_text(in_order)


def test_a_lease_is_over_from_its_release_on_whichever_record_of_it_comes_first() -> None:
    """Asked from the address after the release: until that is known it looks like the card's, which had left it."""
    asked = [(37, "vpn.example", "allowed"), (39, "tunnel.example", "blocked"), (49, "tunnel.example", "allowed")]
    released = (63, {**_lease(63, "10.1.0.9")[1], "action": "lease.released"})
    moved = [_lease(2, "10.1.0.9"), _lease(55, "10.1.0.5"), released, _web(77, "tunnel.example", "blocked")]
    events = events_of([*(_web(*one) for one in asked), *moved])
    together = [one for one in events if one.event_id < "e0003"]
    others = [[one] for one in events if one.event_id >= "e0003"]
    found = set()
    for order in permutations([together, *others]):
        arrived = [one for part in order for one in part]
        in_the_end = told(Engine(DISTRICT), [*opening(), *event_batches(arrived), ended()])
        found.add(tuple((one.device_id, encode_violation(one)) for one in in_the_end.values()))
    assert [[device for device, _ in one] for one in found] == [["CB-9"]]


@given(day=DAY, chance=st.randoms(use_true_random=False))
@PATIENT
def test_what_is_sent_again_is_not_judged_again(day: list[Any], chance: Any) -> None:
    batches = [*opening(), *stream_batches(events_of(day)), ended()]
    once = told(Engine(DISTRICT), batches)
    again = [repeated for batch in batches for repeated in [batch] * chance.randint(1, 3)]
    assert as_text(told(Engine(DISTRICT), again)) == as_text(once)


@given(day=DAY, number=st.sampled_from([0, 5, 30]), chance=st.randoms(use_true_random=False))
@PATIENT
def test_a_crash_at_any_point_loses_nothing_and_adds_nothing(day: list[Any], number: int, chance: Any) -> None:
    batches = [*opening(), *stream_batches(on_clocks_ahead(day, number)), ended()]
    undisturbed = told(Engine(DISTRICT), batches)
    written: dict[str, bytes] = {}
    said: dict[str, Violation] = {}
    position, engine, open_since = 0, Engine(DISTRICT), 0
    crashes = 5
    while position < len(batches):
        engine.observe(batches[position])
        position += 1
        if crashes and chance.random() < 0.3:  # between two turns: what was not written is gone
            crashes, position, engine = crashes - 1, open_since, Engine(DISTRICT)
            engine.restore(written.items())
        elif chance.random() < 0.5 or position == len(batches):
            engine.judge()
            collect(engine, said)
            for key, value in engine.changes():
                written.pop(key, None)
                written.update({key: value} if value is not None else {})
            open_since = position
    assert as_text(standing(said)) == as_text(undisturbed)
