"""The interval algebra agrees with plain sets of instants."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from streams.patterns.intervals import Interval, cut, intersect, subtract, total, union

SPANS = st.lists(st.builds(Interval, st.integers(0, 40), st.integers(0, 40)), max_size=6)


def instants(intervals: list[Interval]) -> set[int]:
    """What the intervals mean, spelled out."""
    return {at for interval in intervals for at in range(interval.start, interval.end)}


def is_tidy(intervals: list[Interval]) -> bool:
    """In order, disjoint, none empty."""
    touching = itertools.pairwise(intervals)
    return all(i.length for i in intervals) and all(a.end <= b.start for a, b in touching)


@given(SPANS)
def test_a_union_holds_the_same_instants_and_is_disjoint(spans: list[Interval]) -> None:
    merged = union(spans)
    assert instants(merged) == instants(spans)
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))


@given(SPANS, SPANS)
def test_an_intersection_holds_what_both_hold(one: list[Interval], other: list[Interval]) -> None:
    shared = intersect(one, other)
    assert instants(shared) == instants(one) & instants(other)
    assert is_tidy(shared)


@given(SPANS, SPANS)
def test_a_difference_holds_what_only_the_first_holds(one: list[Interval], other: list[Interval]) -> None:
    rest = subtract(one, other)
    assert instants(rest) == instants(one) - instants(other)
    assert is_tidy(rest)


@given(SPANS, SPANS)
def test_what_is_covered_and_what_is_not_add_up(one: list[Interval], other: list[Interval]) -> None:
    assert total(subtract(one, other)) + total(intersect(one, other)) == total(one)


@given(st.builds(Interval, st.integers(0, 40), st.integers(0, 40)), st.lists(st.integers(-5, 45)))
def test_cutting_loses_nothing(interval: Interval, at: list[int]) -> None:
    pieces = cut(interval, at)
    assert instants(pieces) == instants([interval])
    assert len(pieces) == (1 + len({a for a in at if interval.start < a < interval.end}) if interval.length else 0)


def test_intervals_within_the_gap_become_one() -> None:
    assert union([Interval(0, 10), Interval(130, 140)], gap=120) == [Interval(0, 140)]


def test_intervals_beyond_the_gap_stay_apart() -> None:
    assert union([Interval(0, 10), Interval(131, 140)], gap=120) == [Interval(0, 10), Interval(131, 140)]


def test_the_end_is_no_part_of_an_interval() -> None:
    assert Interval(0, 10).holds(0)
    assert not Interval(0, 10).holds(10)
