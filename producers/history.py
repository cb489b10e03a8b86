"""A district folder as the log would have carried it: settings, reference facts, events in order of time."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import structlog

from model.batch import Batch, Fact
from model.codec import join_lines
from producers.batching import MOST_BYTES, MOST_LINES, tick
from producers.intake import Intake
from producers.reference_csv import Problem
from producers.reference_folder import load
from producers.settings_facts import read_settings, reference_files, settings_facts
from producers.source import sources_of

_encode = msgspec.json.Encoder().encode
log = structlog.get_logger()


def say(problem: Problem) -> None:
    """Log a row that was not loaded, or a column that is not known."""
    (log.warning if problem.warning else log.error)("reference", problem=str(problem))


def history(folder: Path, report: Callable[[Problem], None] = say) -> Iterator[Batch]:
    """Everything a district folder holds, as batches to judge; no servers, bounded memory, nothing but the folder.

    First reference batches (tables `district`, `policy`, `source`, then the reference rows), then event batches of
    all sources merged by event time (within a minute), the last of each source saying its `reached_at`; dead letters
    as commands (their `stream` ends in `!`); ticks of all sources every five minutes of event time; at last a tick
    that all have ended. `report` is told what is wrong with reference rows. Raises `settings_facts.Mistaken`.
    """
    district, policy = read_settings(folder)
    sources = sources_of(district, folder)
    loaded = load(reference_files(folder), district.zone)
    for problem in loaded.problems:
        report(problem)
    yield from fact_batches(district.id, [*settings_facts(district, policy, sources), *loaded.facts])
    intake = Intake(sources)
    yield from intake.round(ended=True)
    if intake.well:
        yield tick(intake.well, None)


def fact_batches(district: str, facts: Sequence[Fact]) -> Iterator[Batch]:
    """Facts in batches of at most 1,000 or 900 KB."""
    lines: list[bytes] = []
    size = 0
    for fact in facts:
        line = _encode(fact)
        if lines and (len(lines) == MOST_LINES or size + len(line) > MOST_BYTES):
            yield _facts(district, lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line) + 1
    if lines:
        yield _facts(district, lines)


def _facts(district: str, lines: list[bytes]) -> Batch:
    return Batch(kind="reference", district=district, source_id="", body=join_lines(lines), count=len(lines))
