"""What the sources can answer for over the time judged, in words that stand on a page, on paper and in a terminal."""

from dashboard import plain_names, words
from dashboard.local_time import Wall
from model.violation import Coverage, Violation

COMPLETE = "complete"  # the note of a source that answers for all of the time judged


def is_complete(v: Violation) -> bool:
    """Whether every source it needs answers for all of the time judged."""
    return all(one.note == COMPLETE for one in v.evidence.coverage)


def summary(v: Violation) -> str:
    """How many sources answer, and which."""
    rows = v.evidence.coverage
    whole = [one.source_id for one in rows if one.note == COMPLETE]
    if len(whole) == len(rows):
        said = f"All {len(rows)} sources have their" if len(rows) > 1 else "The one source has its"
    else:
        said = f"{len(whole)} of {words.counted(len(rows), 'source')} have their"
    said = f"{said} records for all of the time that was judged"
    return f"{said}: {', '.join(whole)}." if whole else f"{said}."


def lacking(v: Violation, wall: Wall) -> list[tuple[str, str]]:
    """Each source that does not answer for all of it, and why."""
    kind = plain_names.source_kind
    return [(f"{one.source_id} ({kind(one.category)})", _why(one, wall)) for one in v.evidence.coverage if _lacks(one)]


def not_known(v: Violation) -> str:
    """What nobody could look up, or nothing."""
    told = [_missing(one) if one.isidentifier() else one for one in v.evidence.not_known]
    return f"Not known: {'; '.join(told)}." if told else ""


def _missing(table: str) -> str:
    if table == "timetable":
        return "the timetable is missing (classes.csv, enrollments.csv and bells.csv)"
    return f"the table {table}.csv is missing"


def coverage_lines(v: Violation, wall: Wall) -> list[str]:
    """All of it, line by line."""
    found = [summary(v), *(f"{name}: {why}" for name, why in lacking(v, wall)), not_known(v)]
    return [line for line in found if line]


def _lacks(one: Coverage) -> bool:
    return one.note != COMPLETE


def _why(one: Coverage, wall: Wall) -> str:
    if one.read_until is None:
        return one.note or "nothing received yet"
    gaps = "; ".join(wall.span(start, end) for start, end in one.gaps)
    silent = f", silent {gaps}" if gaps else ""
    return f"read until {wall.moment(one.read_until)}{silent}"
