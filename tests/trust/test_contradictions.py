"""A contradiction names what it rests on: both events, or the event and the rows, that cannot be of one machine."""

import random
from itertools import permutations

import pytest

from model.event import Attribution, Event
from tests.trust.test_copies import CHROMEBOOK, WINDOWS, bypasses
from tests.trust.trial import CARD, Said, asked, leased, plain, sat, trial

HERE, COPY, ELSEWHERE = "10.1.0.66", "10.1.0.77", "10.2.0.66"
FIRST = leased("08:00:00", HERE, CARD["LT-1"])
SITS = sat("08:01:00")
STRANGER = "00:11:22:00:00:99"


def on_the_wireless(at: str, account: str, reporter: str = "ap-hs") -> Said:
    said = {"at": at, "action": "account.authenticated", "outcome": "success", "reporter": reporter}
    return {**said, "account": account, "account_basis": "authenticated", "mac": CARD["LT-1"]}


NAMED = FIRST | {"device": "lt-1", "device_basis": "claimed"}
OWN = {"mac": CARD["LT-1"], "device_basis": "observed"}
BY_EVENTS: dict[str, tuple[list[Said], set[str]]] = {
    "two sites at once": (
        [leased("09:00:00", ELSEWHERE, CARD["LT-1"]), FIRST | {"at": "09:02:00"}, asked("09:05:00", HERE)],
        {"e0002", "e0003"},
    ),
    "an address that was left": (
        [leased("09:00:00", COPY, CARD["LT-1"]), asked("09:30:00", HERE, **OWN), asked("09:31:00", COPY)],
        {"e0002", "e0003"},
    ),
    "two names": (
        [leased("09:00:00", COPY, CARD["LT-1"], device="kim-pc"), asked("09:05:00", COPY)],
        {"e0000", "e0002"},
    ),
    "two systems": (
        [
            asked("09:00:00", HERE, user_agent=WINDOWS),
            asked("09:06:00", HERE, user_agent=CHROMEBOOK),
            asked("09:12:00", HERE),
        ],
        {"e0002", "e0003"},
    ),
    "somebody else signed in with it": (
        [on_the_wireless("08:30:00", "kim"), asked("09:00:00", HERE)],
        {"e0001", "e0002"},
    ),
}


def steps_of(event: Event, field: str) -> list[Attribution]:
    return [step for step in event.attribution or () if step.field == field]


@pytest.mark.parametrize("kind", BY_EVENTS)
def test_a_contradiction_between_events_cites_both(kind: str) -> None:
    said, both = BY_EVENTS[kind]
    event = trial(NAMED, SITS, *said).events[-1]
    assert (event.person, event.device_id) == (None, None)
    (contradiction,) = steps_of(event, "contradiction")
    assert both <= {step.event_id for step in event.attribution or ()}, event.attribution
    assert (contradiction.event_id in both, bool(contradiction.occurred_at)) == (True, True)
    assert all(step.occurred_at and step.source_id for step in event.attribution or () if step.event_id)


def test_a_contradiction_with_the_inventory_cites_the_lease_and_the_rows() -> None:
    lease = leased("08:00:00", HERE, CARD["LT-2"])
    named = asked("09:05:00", HERE, device="lt-1", device_basis="claimed", reporter="fg-edge")
    told = steps_of(trial(lease, SITS, named).events[-1], "contradiction")
    assert {step.reference for step in told} == {"devices:LT-1", "devices:LT-2"}
    assert {step.event_id for step in told} == {"e0000"}
    strange = steps_of(trial(leased("08:00:00", HERE, STRANGER), SITS, named).events[-1], "contradiction")
    assert [(step.event_id, step.reference) for step in strange] == [("e0000", "devices:LT-1")]


def test_a_finding_that_names_nobody_because_of_a_copy_shows_the_events_that_tell_of_it() -> None:
    said = [FIRST, sat("08:50:00"), leased("08:55:00", COPY, CARD["LT-1"]), *bypasses(COPY), asked("12:30:00", HERE)]
    outcome = trial(*said)
    (found,) = outcome.found("filter_circumvention")
    stray, lease = outcome.events[-1].event_id, "e0002"
    shows = {exhibit.event_id: exhibit.shows for exhibit in found.evidence.exhibits}
    assert shows[stray] == f"the network card {CARD['LT-1']} was used at {HERE}"
    assert shows[lease] == f"the network card {CARD['LT-1']} leased {COPY}" or "was leased to" in shows[lease]
    assert {stray, lease} <= set(found.event_ids)


def test_another_name_four_hours_later_still_tells_of_two_machines() -> None:
    """The morning's lease is not forgotten by noon; by the next day the computer may have been renamed."""
    morning = leased("07:00:00", HERE, CARD["LT-1"], device="lt-1")
    noon = leased("12:00:00", COPY, CARD["LT-1"], device="kim-pc")
    assert steps_of(trial(morning, sat("11:50:00"), noon, asked("12:30:00", COPY)).events[-1], "contradiction")
    own = leased("12:00:00", COPY, CARD["LT-1"], device="lt-1.maple.example")
    assert trial(morning, sat("11:50:00"), own, asked("12:30:00", COPY)).events[-1].device_id == "LT-1"


def test_the_events_that_are_cited_do_not_depend_on_the_order_of_arrival() -> None:
    """Of several uses at once the first is cited, though the lease by which they tell of a copy comes last."""
    web = [asked(f"12:{minute:02d}:10", HERE, user_agent=WINDOWS) for minute in (0, 1, 4, 20, 21, 24)]
    moved = leased("08:55:00", COPY, CARD["LT-1"])
    said = [FIRST, sat("08:50:00"), moved, *bypasses(COPY), *web]
    wanted, first, last = exhibits(said, list(range(len(said)))), len(said) - len(web), list(range(len(said)))
    for order in random.Random(7).sample(list(permutations(range(first, len(said)))), 6):
        assert exhibits(said, [0, 1, *range(3, first), *order, 2]) == wanted
    assert exhibits(said, [0, 1, *reversed(last[first:]), 2, *range(3, first)]) == wanted


def exhibits(said: list[Said], order: list[int]) -> object:
    """What the finding shows, events by the time at which they happened: ids are given in the order of arrival."""
    outcome = trial(*(said[number] for number in order))
    at = {event.event_id: event.occurred_at for event in outcome.events}
    (found,) = outcome.found("filter_circumvention")
    shown = sorted((at[one.event_id], one.shows, one.source_id) for one in found.evidence.exhibits)
    return plain(shown), found.confidence, found.person
