"""An incident's exposure on one time axis: possible, proven, silences, discovery; for the page and to print."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import altair as alt

from casework.incidents.scope import Scope
from dashboard import hypertext as h
from dashboard.local_time import Wall, length
from dashboard.span_lanes import two_lines
from dashboard.span_picture import roomy
from dashboard.time_axis import FOOT, drawn, layout, time_axis
from dashboard.time_marks import labels, ticks
from documents.plain import visible
from model.event import format_ms, parse_at

POSSIBLE, PROVEN, DISCOVERED, RECORDS = "Possible", "Proven", "Discovered", "Own records"
_COLORS = {POSSIBLE: "#d9a441", PROVEN: "#b3261e", DISCOVERED: "#3d7a94", RECORDS: "#7c8792"}
_SILENT = "#7c8792"
_ROW, _TALL = 26, 34
_WIDTH, _LEFT, _FOOT = 640, 170, 34
_INK, _GRID = "#45515c", "#dde2e6"


class Bar(NamedTuple):
    """A stretch of time in a row of the picture, in ms; a moment where both ends are one."""

    lane: str
    since: int
    until: int

    @property
    def color(self) -> str:
        """How it is drawn; the row's name says what it is."""
        return _COLORS.get(self.lane, _SILENT)


def bars(found: Scope) -> list[Bar]:
    """What is drawn, row by row."""
    shown = found.exposure
    made = [Bar(POSSIBLE, shown.earliest_possible, shown.latest_possible)]
    if shown.earliest_proven is not None and shown.latest_proven is not None:
        made.append(Bar(PROVEN, shown.earliest_proven, shown.latest_proven))
    made += [Bar(RECORDS, mark.at, mark.at) for mark in found.shown]
    discovered = round(parse_at(found.incident.discovered_at).timestamp() * 1000)
    made.append(Bar(DISCOVERED, discovered, discovered))
    return made + [Bar(two_lines(f"Silent: {visible(gap.source_id)}"), gap.since, gap.until) for gap in shown.gaps]


def extent(found: Sequence[Bar]) -> tuple[datetime, datetime]:
    """From and to when the picture reaches: the possible exposure and the discovery, with room at both ends."""
    fixed = [bar for bar in found if bar.lane in (POSSIBLE, DISCOVERED)]
    since, until = _at(min(bar.since for bar in fixed)), _at(max(bar.until for bar in fixed))
    room = max((until - since) * 0.05, timedelta(minutes=5))
    return since - room, until + room


def exposure_chart(found: Scope, wall: Wall) -> Any:
    """The picture for the page."""
    made = bars(found)
    since, until = extent(made)
    order = list(dict.fromkeys(bar.lane for bar in made))
    height = _TALL if any("\n" in one for one in order) else _ROW
    axis = alt.Axis(title=None, labelLimit=330, ticks=False, domain=False, grid=False, labelPadding=8,
                    labelOverlap=False, labelExpr=r"split(datum.label, '\n')")  # fmt: skip
    y = alt.Y("lane:N", sort=order, scale=alt.Scale(domain=order), axis=axis)
    x, color = time_axis(wall, since, until), alt.Color("color:N", scale=None)
    tips = [alt.Tooltip("lane:N", title="what"), alt.Tooltip("said:N", title="when"), alt.Tooltip("lasts:N")]
    rows = [_row(bar, since, until, wall) for bar in made]
    long = drawn([row for row in rows if row["until"] > row["at"]])
    short = drawn([row for row in rows if row["until"] == row["at"]])
    stretches = long.mark_bar(height=_ROW * 0.6, cornerRadius=2).encode(x=x, x2="until", y=y, color=color, tooltip=tips)
    moments = short.mark_tick(height=_ROW * 0.6, thickness=2).encode(x=x, y=y, color=color, tooltip=tips)
    return layout(alt.layer(stretches, moments).properties(height=height * len(order) + FOOT))


def _row(bar: Bar, since: datetime, until: datetime, wall: Wall) -> dict[str, Any]:
    first, last = format_ms(bar.since), format_ms(bar.until)
    start, end = max(_at(bar.since), since), min(_at(bar.until), until)
    return {
        "lane": bar.lane,
        "at": round(start.timestamp() * 1000),
        "until": round(max(start, end).timestamp() * 1000),
        "color": bar.color,
        "said": wall.span(first, last) if bar.until > bar.since else wall.moment(first),
        "lasts": length(first, last) if bar.until > bar.since else "a moment",
    }


def exposure_picture(found: Scope, wall: Wall) -> h.Html:
    """The same as an SVG element, which needs no program: for the printed page."""
    made = bars(found)
    since, until = extent(made)
    order = list(dict.fromkeys(bar.lane for bar in made))
    bottom = _ROW * len(order)

    def x(at: datetime) -> float:
        part = (min(max(at, since), until) - since) / (until - since)
        return round(_LEFT + part * (_WIDTH - _LEFT - 20), 1)

    marks = ticks(wall, since, until)
    said = roomy([(x(at), one) for at, one in zip(marks, labels(wall, marks).values(), strict=True)])
    pieces = [_tick(place, bottom, lines) for place, lines in said]
    for number, lane in enumerate(order):
        pieces += [_text(0, _ROW * number + 17 + 11 * n, one) for n, one in enumerate(lane.split("\n"))]
        for bar in (one for one in made if one.lane == lane):
            start, end = x(_at(bar.since)), x(_at(bar.until))
            pieces.append(_bar(start, max(end - start, 2), _ROW * number + 5, bar.color))
    box = f"0 0 {_WIDTH} {bottom + _FOOT}"
    return h.element("svg", *pieces, viewBox=box, width="100%", role="img", aria_label="Exposure over time",
                     xmlns="http://www.w3.org/2000/svg")  # fmt: skip


def _at(moment: int) -> datetime:
    return datetime.fromtimestamp(moment / 1000, UTC)


def _tick(x: float, bottom: int, said: list[str]) -> h.Html:
    line = h.element("line", x1=str(x), x2=str(x), y1="0", y2=str(bottom + 3), stroke=_GRID)
    return h.joined([line, *(_text(x, bottom + 14 * n, one, "middle") for n, one in enumerate(said, 1))])


def _bar(x: float, width: float, y: int, color: str) -> h.Html:
    return h.element("rect", x=str(x), width=str(width), y=str(y), height=str(_ROW - 10), fill=color)


def _text(x: float, y: int, said: str, anchor: str = "start") -> h.Html:
    return h.element("text", said, x=str(x), y=str(y), text_anchor=anchor, font_size="11", fill=_INK)
