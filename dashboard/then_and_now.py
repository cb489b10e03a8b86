"""A finding as it was known when it was first settled, beside how it is known now, and what was written down since."""

from collections.abc import Callable
from typing import NamedTuple

from dashboard import words
from dashboard.local_time import Wall
from model.event import parse_at
from model.violation import Violation


class Sides(NamedTuple):
    """One thing that may have changed: what it is called, what was known then, what is known now."""

    name: str
    then: str
    now: str


def then_and_now(found: list[Violation], wall: Wall, told_at: dict[tuple[int, int], str]) -> list[Sides]:
    """The rows to show side by side; `found` are all revisions, newest first, `told_at` when each was stored."""
    then, now = as_known_then(found), found[0]
    rows = [Sides("Known", _when(then, wall, told_at), _when(now, wall, told_at))]
    rows += [Sides(name, told(then, wall), told(now, wall)) for name, told in _SAID]
    return [*rows, Sides("Entries written down after it ended", _late(then, wall), _late(now, wall))]


def as_known_then(found: list[Violation]) -> Violation:
    """The first revision that was settled; the first of all where none is."""
    return next((one for one in reversed(found) if one.status != "provisional"), found[-1])


def _when(one: Violation, wall: Wall, told_at: dict[tuple[int, int], str]) -> str:
    at = told_at.get((one.epoch, one.revision))
    return f"revision {one.revision}" + (f", {wall.moment(at)}" if at else "")


def _stands(one: Violation, wall: Wall) -> str:
    by = one.suppressed_by or one.ratified_by or one.superseded_by
    word = "ratified" if one.ratified_by and not one.suppressed_by else one.status
    return f"{word} ({by})" if by else word


def _late(one: Violation, wall: Wall) -> str:
    ended = parse_at(one.ended_at)
    rows = [row for row in one.evidence.consulted if row.recorded_at and parse_at(row.recorded_at) > ended]
    return "; ".join(f"{row.says} (written down {wall.brief(row.recorded_at or '')})" for row in rows) or "none"


def _finding(one: Violation, wall: Wall) -> str:
    return f"not found any more: {one.headline}" if one.status == "withdrawn" else one.headline


def _adopted(one: Violation, wall: Wall) -> str:
    said = one.adopted
    return f"by {said.by}, {wall.moment(said.at)}: {said.why}" if said else "no"


def _policy(one: Violation, wall: Wall) -> str:
    return one.policy.partition("#")[0].replace("@", ", version ")


_SAID: tuple[tuple[str, Callable[[Violation, Wall], str]], ...] = (
    ("Finding", _finding),
    ("Status", _stands),
    ("Reasons", lambda one, wall: "; ".join(map(words.reason, one.reasons))),
    ("Severity", lambda one, wall: one.severity),
    ("Confidence", lambda one, wall: one.confidence),
    ("When", lambda one, wall: wall.span(one.started_at, one.ended_at)),
    ("Policy", _policy),
    ("Records", lambda one, wall: words.counted(len(one.event_ids), "record")),
    ("Adopted from a replay", _adopted),
)
