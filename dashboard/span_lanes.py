"""The stretches of time a violation rests on, in lanes: sessions against approvals, overlaps, bursts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard import words
from documents.plain import visible
from model.event import parse_at
from model.violation import Span, Violation

COLORS = {
    "session": "#3d7a94",
    "approval": "#5a9a6b",
    "uncovered": "#b3261e",
    "overlap": "#b3261e",
    "burst": "#b3261e",
}
LETTERS = 28  # of a name that fit on one line beside the picture


def extent(violation: Violation) -> tuple[datetime, datetime]:
    """From and to when the picture reaches: the violation and its proof, with room at both ends; approvals are cut."""
    moments = [parse_at(violation.started_at), parse_at(violation.ended_at)]
    for span in violation.evidence.spans:
        if span.kind != "approval":
            moments += [parse_at(span.started_at), parse_at(span.ended_at)]
    moments += [parse_at(exhibit.occurred_at) for exhibit in violation.evidence.exhibits if violation.own(exhibit)]
    room = max((max(moments) - min(moments)) * 0.08, timedelta(minutes=5))
    return min(moments) - room, max(moments) + room


def lanes(spans: Sequence[Span]) -> list[tuple[str, list[Span]]]:
    """Rows of the picture, one for each thing that has a name; what is left over (at once, not covered) comes last."""
    found: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda one: list(COLORS).index(one.kind) if one.kind in COLORS else 9):
        found.setdefault(lane(span), []).append(span)
    return list(found.items())


def lane(span: Span) -> str:
    """In which row a span stands."""
    kind = words.span_kind(span.kind)
    if span.kind in ("uncovered", "overlap", "burst"):
        return kind
    return two_lines(f"{kind}: {visible(span.label)}")


def two_lines(said: str) -> str:
    """A name that is too long for one line, broken at a blank; what is longer still is cut."""
    if len(said) <= LETTERS:
        return said
    at = max(said.rfind(" ", 0, LETTERS + 1), 0) or LETTERS
    first, rest = said[:at], said[at:].strip()
    return f"{first}\n{rest if len(rest) <= LETTERS else rest[: LETTERS - 1] + '…'}"
