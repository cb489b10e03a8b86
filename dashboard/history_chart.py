"""Everything about a subject on one axis: a row for each source, shaded by how much; drag over it to look closer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import altair as alt

from dashboard.local_time import Wall, utc
from dashboard.plain_names import source_kind
from dashboard.span_lanes import COLORS as SPAN_COLORS
from dashboard.time_axis import FOOT, drawn, layout, time_axis
from documents.plain import visible
from model.event import parse_at
from storage.queries.timeline import Bar
from storage.queries.violations import Listed

CATEGORIES = {"auth": "#3d7a94", "vpn": "#7a5ba6", "proxy": "#c07a2c", "device": "#5a9a6b"}
BRUSH = "closer"
_ROW, _LEGEND = 24, 44  # px
# One picture with the description that the page gives it: as SVG each bar, and the brush without a name, is read out.
_ONE_PICTURE = {"embedOptions": {"renderer": "canvas"}}


def reach(bars: Sequence[Bar], step: timedelta) -> tuple[datetime, datetime]:
    """From the first bar to the end of the last."""
    starts = [parse_at(bar.at) for bar in bars]
    return min(starts), max(starts) + step


def history_chart(
    bars: Sequence[Bar], step: timedelta, found: Sequence[Listed], wall: Wall, since: datetime, until: datetime
) -> Any:
    """The chart; its selection `closer` holds the stretch that was dragged over (ms since the epoch)."""
    sources = sorted({visible(bar.source_id) for bar in bars})
    order = [*(["Violations"] if found else []), *sources]
    y = alt.Y("lane:N", sort=order, scale=alt.Scale(domain=order), axis=_axis())
    values = [_bar(bar, step, wall) for bar in bars]
    shade = alt.Opacity("events:Q", scale=alt.Scale(type="log", range=[0.5, 1]), legend=None)
    tips = [alt.Tooltip(field, title=title) for field, title in _TIPS]
    color = alt.Color("category:N", scale=_scale(), legend=alt.Legend(title=None, orient="top"))
    x = time_axis(wall, since, until)
    events = (
        drawn(values)
        .mark_rect(height=_ROW * 0.66)
        .encode(x=x, x2="until", y=y, color=color, opacity=shade, tooltip=tips)
        .add_params(alt.selection_interval(name=BRUSH, encodings=["x"]))
    )
    marks = (
        drawn([_violation(one, wall, since, until) for one in found])
        .mark_rect(height=_ROW * 0.5, color=SPAN_COLORS["uncovered"])
        .encode(x=x, x2="until", y=y, tooltip=[alt.Tooltip("said:N", title="when"), "headline:N"])
    )
    made = layout(alt.layer(events, marks).properties(height=_ROW * len(order) + FOOT + _LEGEND))
    return made.properties(usermeta=_ONE_PICTURE)


_TIPS = (("lane:N", "source"), ("said:N", "local"), ("utc:N", "UTC"), ("category:N", "kind"), ("events:Q", "events"))


def _axis() -> alt.Axis:
    return alt.Axis(
        title=None, ticks=False, domain=False, grid=False, labelPadding=8, labelOverlap=False, labelFlush=False
    )


def _scale() -> alt.Scale:
    return alt.Scale(domain=[source_kind(one) for one in CATEGORIES], range=list(CATEGORIES.values()))


def _bar(bar: Bar, step: timedelta, wall: Wall) -> dict[str, Any]:
    at = parse_at(bar.at)
    return {
        "lane": visible(bar.source_id),
        "category": visible(source_kind(bar.category)),
        "at": _ms(at),
        "until": _ms(at + step),
        "events": bar.events,
        "said": wall.moment(bar.at),
        "utc": utc(bar.at),
    }


def _violation(one: Listed, wall: Wall, since: datetime, until: datetime) -> dict[str, Any]:
    start, end = max(parse_at(one.started_at), since), min(parse_at(one.ended_at), until)
    said = wall.span(one.started_at, one.ended_at)
    room = (until - since) / 400
    return {
        "lane": "Violations",
        "at": _ms(start),
        "until": _ms(max(end, start + room)),
        "said": said,
        "headline": visible(one.headline),
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
