"""The stretches of time a violation rests on, drawn on one axis: sessions against approvals, overlaps, bursts."""

from datetime import datetime
from typing import Any

import altair as alt

from dashboard import words
from dashboard.local_time import Wall, length
from dashboard.span_lanes import COLORS, extent, lane, lanes
from dashboard.time_axis import FOOT, drawn, layout, time_axis
from documents.plain import visible
from model.event import parse_at
from model.violation import Exhibit, Span, Violation

_OTHER = "#7c8792"
_CLOSES = {"recorded": "recorded", "inferred": "worked out, not recorded", "open": "not seen"}
_ROW, _TALL = 24, 34  # px of a row, and of one whose name takes two lines


def span_chart(violation: Violation, wall: Wall) -> Any:
    """The picture; the last row holds a tick for each exhibit."""
    since, until = extent(violation)
    names = [name for name, _ in lanes(violation.evidence.spans)]
    rows = [_row(span, since, until, wall) for span in violation.evidence.spans]
    shows = [_tick(exhibit, wall) for exhibit in violation.evidence.exhibits if violation.own(exhibit)]
    order = [*names, "Records"]
    height = _TALL if any("\n" in one for one in order) else _ROW
    y = alt.Y("lane:N", sort=order, scale=alt.Scale(domain=order), axis=_lane_axis())
    tips = [alt.Tooltip("lane:N", title="what"), alt.Tooltip("said:N", title="from – to"), alt.Tooltip("lasts:N")]
    x, color = time_axis(wall, since, until), alt.Color("color:N", scale=None)
    bars = (
        drawn(rows).mark_bar(height=_ROW * 0.6, cornerRadius=2).encode(x=x, x2="until", y=y, color=color, tooltip=tips)
    )
    marks = (
        drawn(shows)
        .mark_tick(height=_ROW * 0.6, thickness=1.5, color=_OTHER)
        .encode(x=x, y=y, tooltip=[alt.Tooltip("said:N", title="when"), alt.Tooltip("shows:N")])
    )
    return layout(alt.layer(bars, marks).properties(height=height * len(order) + FOOT))


def _lane_axis() -> alt.Axis:
    return alt.Axis(
        title=None,
        labelLimit=330,
        ticks=False,
        domain=False,
        grid=False,
        labelPadding=8,
        labelOverlap=False,
        labelExpr=r"split(datum.label, '\n')",
    )


def _row(span: Span, since: datetime, until: datetime, wall: Wall) -> dict[str, Any]:
    start, end = max(parse_at(span.started_at), since), min(parse_at(span.ended_at), until)
    closed = f", end {_CLOSES.get(span.close, span.close)}" if span.close else ""
    label = ", ".join(map(words.reason, span.label.split(" and "))) if span.kind == "uncovered" else span.label
    return {
        "lane": lane(span),
        "at": _ms(start),
        "until": _ms(max(end, start)),
        "color": COLORS.get(span.kind, _OTHER),
        "said": f"{wall.span(span.started_at, span.ended_at)}{closed}",
        "lasts": f"{length(span.started_at, span.ended_at)} ({visible(label)})",
    }


def _tick(exhibit: Exhibit, wall: Wall) -> dict[str, Any]:
    said = f"{wall.moment(exhibit.occurred_at)}, logged by {visible(exhibit.source_id)}"
    return {
        "lane": "Records",
        "at": _ms(parse_at(exhibit.occurred_at)),
        "said": said,
        "shows": visible(exhibit.shows),
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
