"""What a finding says of the sources that it needed: only what was read of them, however the log was cut."""

from types import SimpleNamespace
from typing import Any

import pytest

from streams.evidence.violation import coverage
from streams.memory.watermarks import EVER, Source, hear, reach, speak

FINDING: Any = SimpleNamespace(started_at=1_000, ended_at=2_000, settles_at=3_000)


def note(source: Source | None) -> str:
    (said,) = coverage(FINDING, {"annex": ("auth", source)})
    return said.note


def read(*times: int) -> Source:
    """A file of records of these times, which has ended."""
    source = Source()
    for at in times:
        hear(source, at)
        speak(source, at)
    reach(source, None, ended=True)
    return source


@pytest.mark.parametrize("source", [None, read(2_001, 9_000)])
def test_a_source_that_was_first_heard_of_after_the_finding_says_nothing_of_it(source: Source | None) -> None:
    assert note(source) == "nothing received yet"


def test_a_source_that_was_read_before_the_finding_ended_covers_it() -> None:
    assert note(read(500, 9_000)) == "complete"
    assert note(read(9_000, 1_500)) == "complete"  # in whatever order its records stand


def test_a_source_that_was_ticked_from_the_start_and_wrote_nothing_yet_covers_the_finding() -> None:
    source = Source()
    reach(source, 500)
    reach(source, 9_000)
    assert source.spoke_since == EVER
    assert note(source) == "complete"
