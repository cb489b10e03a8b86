"""The same picture as `span_chart` as a drawing that needs no program: for the printed page."""

from datetime import datetime

from dashboard import hypertext as h
from dashboard.local_time import Wall
from dashboard.span_lanes import COLORS, extent, lanes
from dashboard.time_marks import labels, ticks
from model.event import parse_at
from model.violation import Violation

WIDTH, LEFT, RIGHT, ROW, FOOT = 640, 170, 30, 26, 34
LETTER = 5.8  # units that a letter of the labels takes, at most
_INK, _GRID = "#45515c", "#dde2e6"


def span_picture(violation: Violation, wall: Wall) -> h.Html:
    """An SVG element."""
    since, until = extent(violation)
    drawn = [*lanes(violation.evidence.spans), ("Records", [])]
    bottom = ROW * len(drawn)

    def x(at: datetime) -> float:
        part = (min(max(at, since), until) - since) / (until - since)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)

    pieces = [_tick(at, bottom, said) for at, said in roomy([(x(at), said) for at, said in _marks(wall, since, until)])]
    for number, (name, spans) in enumerate(drawn):
        pieces += _name(name, ROW * number)
        for span in spans:
            start, end = x(parse_at(span.started_at)), x(parse_at(span.ended_at))
            pieces.append(_bar(start, max(end - start, 1.5), ROW * number + 5, COLORS.get(span.kind, _INK)))
    for exhibit in filter(violation.own, violation.evidence.exhibits):
        pieces.append(_bar(x(parse_at(exhibit.occurred_at)), 1.5, bottom - ROW + 5, _INK))
    size = f"0 0 {WIDTH} {bottom + FOOT}"
    told = "Sessions and records over time"
    return h.element("svg", *pieces, viewBox=size, width="100%", role="img", aria_label=told)


def _marks(wall: Wall, since: datetime, until: datetime) -> list[tuple[datetime, list[str]]]:
    marks = ticks(wall, since, until)
    return list(zip(marks, labels(wall, marks).values(), strict=True))


def roomy(marks: list[tuple[float, list[str]]]) -> list[tuple[float, list[str]]]:
    """The same marks; one whose words would run into those before it goes without."""
    found, free = [], 0.0
    for x, said in marks:
        half = max(map(len, said)) * LETTER / 2
        fits = x - half >= free
        found.append((x, said if fits else []))
        free = x + half + LETTER if fits else free
    return found


def _name(name: str, top: int) -> list[h.Html]:
    lines = name.split("\n")
    first = top + 17 - 6 * (len(lines) - 1)
    return [_text(0, first + 11 * n, one) for n, one in enumerate(lines)]


def _tick(x: float, bottom: int, said: list[str]) -> h.Html:
    line = h.element("line", x1=str(x), x2=str(x), y1="0", y2=str(bottom + 3), stroke=_GRID)
    return h.joined([line, *(_text(x, bottom + 14 * n, one, "middle") for n, one in enumerate(said, 1))])


def _bar(x: float, width: float, y: int, color: str) -> h.Html:
    return h.element("rect", x=str(x), width=str(width), y=str(y), height=str(ROW - 10), fill=color)


def _text(x: float, y: int, said: str, anchor: str = "start") -> h.Html:
    return h.element("text", said, x=str(x), y=str(y), text_anchor=anchor, font_size="11", fill=_INK)
