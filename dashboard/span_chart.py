"""The stretches of time a violation rests on, drawn on one axis: sessions against approvals, overlaps, bursts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import altair as alt

from dashboard import words
from dashboard.local_time import Wall, length
from dashboard.time_axis import FOOT, drawn, layout, time_axis
from documents.plain import visible
from model.event import parse_at
from model.violation import Exhibit, Span, Violation

COLORS = {
    "session": "#3d7a94",
    "approval": "#5a9a6b",
    "uncovered": "#b3261e",
    "overlap": "#b3261e",
    "burst": "#b3261e",
}
_OTHER = "#7c8792"
_CLOSES = {"recorded": "recorded", "inferred": "worked out, not recorded", "open": "not seen"}
_ROW, _TALL = 24, 34  # px of a row, and of one whose name takes two lines
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
