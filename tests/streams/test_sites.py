"""The sites of a detection as they fill up: what a spike is depends on all who were active, whenever they turn up."""

from streams.memory.fleet import SpikeLimits
from streams.memory.sites import Sites

MINUTE = 60_000
DAY, SITE = "2026-03-04", "north"
LIMITS = SpikeLimits(20, 10, 30 * MINUTE)


def busy(sites: Sites, people: int, site: str = SITE, first: int = 0) -> None:
    for n in range(first, first + people):
        sites.saw(DAY, site, f"p{n}", 5 * MINUTE)


def shown(sites: Sites, people: int, site: str = SITE) -> None:
    for n in range(people):
        sites.showed(DAY, site, f"p{n}", ["cdn.example"], n * MINUTE)


def test_a_spike_ends_when_more_people_turn_out_to_have_been_active() -> None:
    sites = Sites("filter_circumvention")
    busy(sites, 20)
    shown(sites, 10)
    assert sites.news(LIMITS) == {DAY}
    busy(sites, 80, first=20)
    assert sites.news(LIMITS) == {DAY}
    assert sites.spikes(DAY, [SITE]) == ()


def test_what_one_site_shows_says_nothing_of_another() -> None:
    sites = Sites("filter_circumvention")
    for site in ("north", "south"):
        busy(sites, 20, site)
    shown(sites, 10, "north")
    sites.news(LIMITS)
    assert [spike.site for spike in sites.spikes(DAY, ["north", "south"])] == ["north"]
    assert sites.days.items[f"{DAY}|south"].first == {}


def test_spikes_are_the_same_when_memory_comes_back_in_between() -> None:
    whole = Sites("filter_circumvention")
    busy(whole, 20)
    shown(whole, 4)
    restored = Sites("filter_circumvention")
    for name, value in whole.days.changes():
        restored.days.restore(name.split("|", 1)[1], value or b"")
    restored.restored()
    for sites in (whole, restored):
        shown(sites, 10)
        sites.news(LIMITS)
    assert restored.spikes(DAY, [SITE]) == whole.spikes(DAY, [SITE]) != ()
