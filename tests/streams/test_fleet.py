"""When a whole site first shows the same host at once, it is the filter's feed and nobody's act."""

import random

from hypothesis import given
from hypothesis import strategies as st

from streams.memory.fleet import SiteDay, SpikeLimits

MINUTE = 60_000
LIMITS = SpikeLimits(percent=20, people=10, window=30 * MINUTE)


def day(active: int, showing: int, every: int = MINUTE) -> SiteDay:
    """`active` people at work, of whom `showing` show cdn.example one after another."""
    site = SiteDay()
    for n in range(active):
        site.saw(f"p{n}", 5 * MINUTE)
    for n in range(showing):
        site.showed(f"p{n}", "cdn.example", n * every)
    return site


def test_a_fifth_of_the_active_people_is_a_spike() -> None:
    found = day(active=50, showing=10).spikes("north", LIMITS)
    assert [(s.mark, s.people, s.active) for s in found] == [("cdn.example", 10, 50)]


def test_less_than_a_fifth_is_none() -> None:
    assert day(active=51, showing=10).spikes("north", LIMITS) == []


def test_two_friends_never_void_each_other() -> None:
    assert day(active=10, showing=2).spikes("north", LIMITS) == []


def test_a_site_with_few_people_says_nothing_of_the_feed() -> None:
    assert day(active=9, showing=9).spikes("north", LIMITS) == []


def test_people_spread_over_the_day_are_no_spike() -> None:
    assert day(active=50, showing=20, every=4 * MINUTE).spikes("north", LIMITS) == []


def test_a_host_is_void_for_the_rest_of_the_day_and_not_before() -> None:
    spike = day(active=20, showing=10).spikes("north", LIMITS)[0]
    assert spike.voids("north", "cdn.example", 600 * MINUTE)
    assert not spike.voids("north", "cdn.example", -1)
    assert not spike.voids("south", "cdn.example", 600 * MINUTE)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 100)), max_size=40), st.randoms())
def test_the_order_of_arrival_does_not_matter(shown: list[tuple[int, int]], chance: random.Random) -> None:
    one, other = SiteDay(), SiteDay()
    for site, told in ((one, shown), (other, chance.sample(shown, len(shown)))):
        for who, minute in told:
            site.saw(f"p{who}", minute * MINUTE)
            site.showed(f"p{who}", "cdn.example", minute * MINUTE)
    few = LIMITS._replace(people=3)
    assert one.spikes("north", few) == other.spikes("north", few)
