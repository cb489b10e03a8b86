"""What was seen of a network card: held against its leases as known now, and no more of it kept than is needed."""

from typing import Any

import msgspec
import pytest

from streams.attribution.cards import Cards
from streams.attribution.presence import Presence
from streams.attribution.uses import Leased, fewest
from streams.engine.engine import Engine
from streams.seen import Seen, decode_seen
from tests.support.busy_day import WORLD
from tests.support.small_district import DISTRICT, ZONE, at_ms, event, fact_batch, facts

CARD, FIRST, SECOND = "02:00:00:00:00:09", "10.1.0.9", "10.1.0.5"
DAY = 24 * 3_600_000
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)"


def ms(clock: str) -> int:
    return at_ms(f"2026-03-04 {clock}:00", ZONE)


def seen(number: int, clock: str, **said: Any) -> Seen:
    made = decode_seen(msgspec.json.encode(event(number, ZONE, at=f"2026-03-04 {clock}:00", **said)))
    made.at = ms(clock)
    return made


def leased(number: int, clock: str, address: str, card: str = CARD) -> Seen:
    return seen(number, clock, category="device", action="lease.granted", mac=card, address=address)


def released(number: int, clock: str, address: str) -> Seen:
    return seen(number, clock, category="device", action="lease.released", address=address)


def asked(number: int, clock: str, address: str, **said: Any) -> Seen:
    return seen(number, clock, category="proxy", action="web.requested", address=address, **said)


def presence(*learned: Seen) -> Presence:
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(WORLD, ZONE)))
    found = Presence(engine.reference, lambda key, since: None)
    for one in learned:
        found.learn(one)
    return found


def shown(cards: Cards) -> list[str]:
    (found,) = cards.contradictions(CARD, ms("00:00"), ms("00:00") + DAY)
    return [one.event_id for one in found.shown]


def strayed() -> Presence:
    """The card leases another address at 8:20 and is used at the first one until 8:50."""
    found = presence(leased(1, "08:00", FIRST), leased(2, "08:20", SECOND))
    for number, clock in ((3, "08:10"), (4, "08:40"), (5, "08:50")):
        found.cards.saw(CARD, asked(number, clock, FIRST))
    return found


def test_the_last_use_before_a_release_that_is_heard_late_is_the_one_that_is_shown() -> None:
    found = strayed()
    assert shown(found.cards) == ["e0002", "e0005"]
    found.learn(released(6, "08:45", FIRST))
    assert shown(found.cards) == ["e0002", "e0004"]


def test_a_system_that_was_named_after_the_address_had_gone_to_another_is_not_the_cards() -> None:
    found = presence(leased(1, "08:00", FIRST))
    found.cards.saw(CARD, asked(2, "08:10", FIRST, user_agent=CHROMEBOOK))
    found.cards.saw(CARD, asked(3, "08:40", FIRST, user_agent=WINDOWS))
    assert shown(found.cards) == ["e0002", "e0003"]
    found.learn(leased(4, "08:30", FIRST, "02:00:00:00:00:01"))
    assert found.cards.contradictions(CARD, ms("00:00"), ms("00:00") + DAY) == []


def test_a_use_that_was_anothers_or_nobodys_is_the_cards_when_its_lease_is_heard_late() -> None:
    for before in ([leased(1, "08:00", FIRST, "02:00:00:00:00:01")], []):
        found = presence(*before)
        use = asked(4, "08:55", FIRST)
        found.cards.saw("02:00:00:00:00:01", use) if before else found.cards.saw_unclaimed(use)
        found.learn(leased(3, "08:35", SECOND))
        found.learn(leased(2, "08:30", FIRST))
        assert shown(found.cards) == ["e0003", "e0004"]


def test_a_use_that_no_lease_can_claim_any_more_is_not_kept() -> None:
    found = presence()
    found.cards.saw_unclaimed(asked(1, "08:55", FIRST))
    found.cards.thin(ms("09:00"))
    assert found.cards.unclaimed.items == {}


def test_what_is_kept_of_an_hour_whose_leases_are_all_told_shows_the_same() -> None:
    found = strayed()
    before = shown(found.cards)
    found.cards.thin(ms("09:00"))
    assert shown(found.cards) == before
    assert [len(uses.leased) for uses in found.cards.uses.items.values()] == [1]


def test_what_memory_brought_back_of_an_hour_is_thinned_like_what_was_seen_since() -> None:
    found = presence(leased(1, "08:00", FIRST), leased(2, "08:20", SECOND))
    for key, uses in strayed().cards.uses.items.items():
        found.cards.uses.restore(key, b"\x01" + msgspec.msgpack.encode(uses))
    found.cards.thin(ms("09:00"))
    assert [len(uses.leased) for uses in found.cards.uses.items.values()] == [1]


@pytest.mark.parametrize(("until", "kept"), [("08:45", ["e4"]), ("08:05", ["e5"])])
def test_of_an_address_the_last_use_that_the_card_held_is_kept_else_the_last(until: str, kept: list[str]) -> None:
    uses: list[Leased] = [
        (ms(clock), name, "filter", FIRST, "")
        for name, clock in (("e3", "08:10"), ("e4", "08:40"), ("e5", "08:50"), ("e6", "08:54"))
    ]
    assert [one[1] for one in fewest(uses, lambda one: one[0] < ms(until))] == kept


def test_a_memory_of_an_earlier_release_is_believed_as_it_was() -> None:
    found = presence(leased(1, "08:00", FIRST), leased(2, "08:20", SECOND), released(6, "08:25", FIRST))
    mark = (ms("08:50"), "e0005", "filter")
    found.cards.traces.restore(CARD, b"\x01" + msgspec.msgpack.encode([{FIRST: {ms("08:00"): ms("08:50")}}, []]))
    found.cards.uses.restore(f"{CARD}|{ms('08:00')}", b"\x01" + msgspec.msgpack.encode([{FIRST: mark}, {}]))
    assert shown(found.cards) == ["e0002", "e0005"]
