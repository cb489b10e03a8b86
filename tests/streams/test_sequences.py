"""What came before what, where clocks may disagree: `streams.patterns.sequences`, as properties."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.memory.clocks import TOLERANCE
from streams.patterns.sequences import lead_up, order
from streams.sighting import Sighting

MINUTE = 60_000


def one(at: int, number: int = 0, source: str = "dc1", reporter: str | None = "lt-1") -> Sighting:
    name = f"e{number}"
    return Sighting(at=at, until=at, event_id=name, last_event_id=name, kind="x", source_id=source, reporter=reporter)


instants = st.integers(0, 20 * MINUTE)
clocks = st.sampled_from([("dc1", "lt-1"), ("dc1", "lt-2"), ("nac", None)])
sightings = st.builds(lambda at, number, clock: one(at, number, *clock), instants, st.integers(0, 99), clocks)


@given(sightings, sightings)
def test_the_order_seen_from_the_other_side_is_the_other_way_round(a: Sighting, b: Sighting) -> None:
    turned = {"before": "after", "after": "before", "indeterminate": "indeterminate"}
    assert order(b, a) == turned[order(a, b)]


@given(sightings, sightings)
def test_order_is_asserted_only_beyond_the_tolerance_or_by_one_clock(a: Sighting, b: Sighting) -> None:
    one_clock = (a.source_id, a.reporter) == (b.source_id, b.reporter)
    told = a.at != b.at and (one_clock or abs(a.at - b.at) > TOLERANCE)
    assert (order(a, b) != "indeterminate") == told


@given(sightings, sightings, st.integers(-TOLERANCE // 2, TOLERANCE // 2))
def test_no_clock_within_its_tolerance_turns_an_order_that_was_asserted(a: Sighting, b: Sighting, off: int) -> None:
    """A clock that is off by no more than half of it, against one that is right, never reverses what was said."""
    said = order(a, b)
    if said == "indeterminate" or (a.source_id, a.reporter) == (b.source_id, b.reporter):
        return
    truth = order(replace(a, at=a.at + off), replace(b, reporter=a.reporter, source_id=a.source_id))
    assert truth == said


@given(st.lists(sightings, max_size=8), sightings, instants, st.integers(1, 5))
def test_what_surely_led_up_to_it_is_part_of_what_may_have(
    firsts: list[Sighting], then: Sighting, within: int, least: int
) -> None:
    found = lead_up(firsts, then, within, least)
    possible = [s for s in firsts if abs(then.at - s.at) <= within and order(s, then) != "after"]
    surely = [s for s in possible if order(s, then) == "before"]
    assert (found is None) == (len(possible) < least)
    if found:
        assert sorted(s.at for s in found.firsts) == sorted(s.at for s in possible)
        assert found.certain == (len(surely) >= least)
        assert found.order == ("certain" if found.certain else "indeterminate")


@given(st.lists(sightings, max_size=8), sightings, st.integers(1, 5), st.integers(-MINUTE, MINUTE))
def test_all_clocks_moved_together_change_nothing(firsts: list[Sighting], then: Sighting, least: int, by: int) -> None:
    moved = lead_up([replace(s, at=s.at + by) for s in firsts], replace(then, at=then.at + by), 10 * MINUTE, least)
    still = lead_up(firsts, then, 10 * MINUTE, least)
    assert (moved is None) == (still is None)
    assert moved is None or still is None or moved.certain == still.certain


@given(st.permutations([one(0, 1), one(MINUTE, 2), one(2 * MINUTE, 3)]))
def test_the_order_of_arrival_makes_no_difference(firsts: list[Sighting]) -> None:
    found = lead_up(firsts, one(3 * MINUTE, 4), 10 * MINUTE, 3)
    assert found is not None
    assert [s.event_id for s in found.firsts] == ["e1", "e2", "e3"]


def test_a_run_counts_as_many_as_it_stands_for() -> None:
    run = replace(one(0), count=3)
    assert lead_up([run], one(MINUTE), 10 * MINUTE, 3)
    assert lead_up([run], one(MINUTE), 10 * MINUTE, 4) is None
