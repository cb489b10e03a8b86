"""When a source wrote nothing: lulls between its records, in whatever order they come."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.memory.shelf import Shelf
from streams.memory.watermarks import QUIET_MS, Source, forget_quiet, reach, speak

MINUTE = 60_000


@given(st.lists(st.integers(1, 600), min_size=1, max_size=40))
def test_lulls_are_the_long_gaps_between_records_in_any_order(minutes: list[int]) -> None:
    """A record that comes late parts the lull it falls into; one before all others begins a lull of its own."""
    source = Source()
    for minute in minutes:
        speak(source, minute * MINUTE)
    times = sorted({minute * MINUTE for minute in minutes})
    assert source.lulls == [(a, b) for a, b in pairwise(times) if b - a > QUIET_MS]
    assert source.spoke_at == times[-1]


def test_a_tick_ends_no_lull() -> None:
    source = Source()
    speak(source, 0)
    reach(source, 20 * MINUTE)
    speak(source, 40 * MINUTE)
    assert source.lulls == [(0, 40 * MINUTE)]


def test_lulls_long_past_are_forgotten() -> None:
    sources = Shelf("source", Source, Source)
    for minute in (0, 30, 60):
        speak(sources.at("filter"), minute * MINUTE)
    forget_quiet(sources, 45 * MINUTE)
    assert sources.items["filter"].lulls == [(30 * MINUTE, 60 * MINUTE)]
