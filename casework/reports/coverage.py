"""Coverage (N8): for a person, device or account over a time, which sources should have spoken, and whether they did.

What was not recorded is said as plainly as what was: a report that is silent about a gap would be read as innocence.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from model.event import format_at, parse_at
from storage.queries.sources import Source, Spell
from storage.queries.spoken import Spoken

Kind = Literal["silent", "quiet", "before", "after"]
MOST_HOURS = 24 * 31  # longer times are not listed hour by hour
WEEK = timedelta(days=7)
QUIET = timedelta(hours=2)  # a source that told nothing for so long has a gap


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch in which a source told nothing.

    `silent`: it was noticed at the time; `quiet`: it was merely long; `before`, `after`: the first or last record.
    """

    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    kind: Kind


class SourceCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """One source. `should`: whether it tells of such subjects at all."""

    source_id: str
    categories: list[str]
    products: list[str]
    should: bool
    spoke: bool
    status: Literal["complete", "gaps", "nothing", "not_asked"]
    events: int
    events_of_subject: int
    read_until: str | None
    gaps: list[Gap]
    says: str


class HourCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """An hour (UTC), with the sources that should have spoken: those that did, and those that did not."""

    hour: str
    spoke: list[str]
    silent: list[str]


class CoverageReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `complete`: every source that should have spoken did, without a gap."""

    subject: str
    kind: str | None
    district: str
    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    complete: bool
    sources: list[SourceCoverage]
    hours: list[HourCoverage]
    says: list[str]


class Asked(msgspec.Struct, frozen=True):
    """Whom or what it is about, and the time [since, until)."""

    subject: str
    kind: str | None
    district: str
    since: datetime
    until: datetime


class Known(msgspec.Struct, frozen=True):
    """What is stored of the sources. `long`: stretches without a record, by source."""

    spoken: list[Spoken]
    sources: list[Source]
    spells: list[Spell]
    long: dict[str, list[Spell]]


def coverage(asked: Asked, known: Known) -> CoverageReport:
    """The report; pure."""
    found = [_source(asked, one, known) for one in known.spoken]
    should = [one for one in found if one.should]
    return CoverageReport(
        subject=asked.subject,
        kind=asked.kind,
        district=asked.district,
        since=format_at(asked.since),
        until=format_at(asked.until),
        complete=bool(should) and all(one.status == "complete" for one in should),
        sources=found,
        hours=_hours(asked, [one for one in known.spoken if one.names_such]),
        says=[one.says for one in should] or ["No source that is stored tells of such subjects."],
    )


def newest(found: Iterable[Source]) -> datetime | None:
    """The last instant of which anything is stored."""
    last = max((one.last_at for one in found if one.last_at and one.events), default=None)
    return parse_at(last) + timedelta(milliseconds=1) if last else None


def _source(asked: Asked, one: Spoken, known: Known) -> SourceCoverage:
    should = one.names_such > 0
    read = next((other.reached_at for other in known.sources if other.source_id == one.source_id), None)
    gaps = list(_gaps(asked, one, known)) if should else []
    status = _status(one, should, gaps)
    until = format_at(datetime.fromtimestamp(read / 1000, asked.since.tzinfo)) if read else None
    return SourceCoverage(
        source_id=one.source_id,
        categories=one.categories,
        products=one.products,
        should=should,
        spoke=one.about > 0,
        status=status,
        events=one.events,
        events_of_subject=one.about,
        read_until=until,
        gaps=gaps,
        says=_says(asked, one, status, gaps),
    )


def _status(one: Spoken, should: bool, gaps: list[Gap]) -> Literal["complete", "gaps", "nothing", "not_asked"]:
    if not should:
        return "not_asked"
    return "nothing" if one.events == 0 else "gaps" if gaps else "complete"


def _gaps(asked: Asked, one: Spoken, known: Known) -> Iterator[Gap]:
    """In order of time. A silence that the supervisor noticed is one, however short."""
    if one.first_at is None or one.last_at is None:
        yield Gap(since=format_at(asked.since), until=format_at(asked.until), kind="silent")
        return
    first, last = parse_at(one.first_at), parse_at(one.last_at)
    if first - asked.since > QUIET:
        yield Gap(since=format_at(asked.since), until=format_at(first), kind="before")
    noticed = [spell for spell in known.spells if spell.source_id == one.source_id]
    between = [*_spells(noticed, "silent", asked), *_spells(known.long.get(one.source_id, []), "quiet", asked)]
    yield from _apart(between)
    if asked.until - last > QUIET:
        yield Gap(since=format_at(last), until=format_at(asked.until), kind="after")


def _spells(found: Iterable[Spell], kind: Kind, asked: Asked) -> Iterator[Gap]:
    for one in found:
        since = max(parse_at(one.silent_at), asked.since)
        until = min(parse_at(one.resumed_at) if one.resumed_at else asked.until, asked.until)
        if since < until:
            yield Gap(since=format_at(since), until=format_at(until), kind=kind)


def _apart(found: list[Gap]) -> list[Gap]:
    """In order; a quiet stretch in which a silence was noticed is that silence, told once."""
    silent = [one for one in found if one.kind == "silent"]
    quiet = [one for one in found if one.kind == "quiet"]
    alone = [one for one in quiet if not any(_overlap(one, other) for other in silent)]
    return sorted([*silent, *alone], key=lambda one: (one.since, one.until))


def _overlap(one: Gap, other: Gap) -> bool:
    return one.since < other.until and other.since < one.until


def _says(asked: Asked, one: Spoken, status: str, gaps: list[Gap]) -> str:
    """In plain words; times in UTC, which a page or table shows on the district's wall."""
    about = f"{one.about:,} of its {one.events:,} records are about {asked.subject}"
    if status == "not_asked":
        return f"{one.source_id} tells of no such subject"
    if status == "nothing":
        return f"{one.source_id} recorded nothing in this time, so it can say nothing about {asked.subject}"
    if status == "complete":
        return f"{one.source_id} has no gap; {about}"
    told = "; ".join(f"{_WORDS[gap.kind]} {gap.since[:16]} to {gap.until[:16]}" for gap in gaps[:5])
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    return f"{one.source_id}: {told}{more} (UTC); {about}"


_WORDS: dict[Kind, str] = {
    "silent": "silent",
    "quiet": "no record from",
    "before": "nothing stored from",
    "after": "nothing after that from",
}


def _hours(asked: Asked, told: list[Spoken]) -> list[HourCoverage]:
    number = int((asked.until - asked.since) / timedelta(hours=1))
    if number > MOST_HOURS:
        return []
    spoke = {one.source_id: set(one.hours) for one in told}
    start = asked.since.replace(minute=0, second=0, microsecond=0)
    names = [f"{start + timedelta(hours=n):%Y-%m-%dT%H}" for n in range(number + 1)]
    return [
        HourCoverage(
            hour=hour,
            spoke=[source for source, hours in spoke.items() if hour in hours],
            silent=[source for source, hours in spoke.items() if hour not in hours],
        )
        for hour in names
        if f"{hour}:00:00.000Z" < format_at(asked.until)
    ]
