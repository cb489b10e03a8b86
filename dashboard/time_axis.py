"""A time axis of a chart: its marks tell the district's local time and, under it, UTC."""

from datetime import datetime
from typing import Any

import altair as alt

from dashboard.local_time import Wall
from dashboard.time_marks import labels, ms, ticks

FOOT = 58  # px that the labels take; Streamlit fits a chart, axes and all, into its height


def time_axis(wall: Wall, since: datetime, until: datetime) -> alt.X:
    """The x channel of a chart whose field `at` is in ms since the epoch: a plain number, since Vega knows no zone but
    the browser's and UTC.
    """
    marks = ticks(wall, since, until)
    return alt.X(
        "at:Q",
        scale=alt.Scale(zero=False, domain=[ms(since), ms(until)], nice=False),
        axis=alt.Axis(
            title=None,
            values=[ms(at) for at in marks],
            labelExpr=f"({_lookup(labels(wall, marks))})[toString(datum.value)]",
            grid=True,
            labelOverlap="greedy",  # where there is no room for all, some marks go without
            labelSeparation=6,
            labelFlush=True,
        ),
    )


def _lookup(said: dict[int, list[str]]) -> str:
    """A Vega expression; the labels are our own figures and English day names, never data."""
    return "{" + ", ".join(f"'{at}': ['{one[0]}', '{one[1]}']" for at, one in said.items()) + "}"


def drawn(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which travel inside it."""
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def layout(chart: Any) -> Any:
    """The look that all our charts share."""
    return chart.configure_view(strokeWidth=0).configure_axis(
        labelFontSize=11, titleFontSize=11, labelLimit=260, gridOpacity=0.5, domainOpacity=0.5, tickSize=3
    )
