"""A district folder as the log would have carried it: settings, reference facts, events in order of time."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import msgspec
import structlog

from model.batch import Batch, Fact
from model.codec import join_lines
from producers.batching import MOST_BYTES, MOST_LINES, tick
from producers.district_folder import DistrictFolder, open_district
from producers.intake import Intake
from producers.source import sources_of

MOST_SAID = 20  # problems of one table that a run says
_encode = msgspec.json.Encoder().encode
log = structlog.get_logger()


def history(folder: Path, *, strict: bool = False) -> Iterator[Batch]:
    """Everything a district folder holds, as batches to judge; no servers, bounded memory, nothing but the folder.

    First reference batches (tables `district`, `policy`, `source`, then the reference rows), then event batches of
    all sources merged by event time (within two minutes), the last of each source saying its `reached_at`; dead letters
    as commands (their `stream` ends in `!`); ticks of all sources every five minutes of event time; at last a tick
    that all have ended. Bad rows and warnings are logged; with `strict` a bad row is a mistake of the folder. Raises
    `producers.district_folder.Mistaken`.
    """
    opened = open_district(folder, strict=strict)
    report(opened)
    yield from fact_batches(opened.district.id, opened.facts)
    spooled = {source.id for source in opened.district.sources if source.listen or source.pull}
    found = sources_of(opened.district, folder)
    sources = [source for source in found if source.id not in spooled or source.folder.exists()]
    intake = Intake(sources)
    yield from intake.round(ended=True)
    if intake.well:
        yield tick(intake.well, None)


def report(opened: DistrictFolder) -> None:
    """Log what was not loaded, the first of each file, and what is there and not asked for."""
    for _, found in groupby(opened.reference.problems, key=lambda problem: problem.file):
        problems = list(found)
        for problem in problems[:MOST_SAID]:
            (log.warning if problem.warning else log.error)(f"reference/{problem}")
        if len(problems) > MOST_SAID:
            log.error(f"reference/{problems[0].file}: there are more; `hallmonitor policy check FOLDER` lists them")
    for warning in opened.warnings:
        log.warning(warning)


def fact_batches(district: str, facts: Iterable[Fact]) -> Iterator[Batch]:
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
