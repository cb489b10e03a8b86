"""A time axis that tells the district's local time and, under it, UTC; right on the nights the clocks change, too."""

from datetime import UTC, datetime, timedelta
from typing import Any

import altair as alt

from dashboard.local_time import Wall, minute

_STEPS = [timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)]
MOST_TICKS = 10
FOOT = 58  # px that the labels take; Streamlit fits a chart, axes and all, into its height


def ticks(wall: Wall, since: datetime, until: datetime) -> list[datetime]:
    """Instants at which the wall shows a round time, at most about ten, in order."""
    step = next((one for one in _STEPS if (until - since) / one <= MOST_TICKS), (until - since) / MOST_TICKS)
    if step >= timedelta(days=1):
        return _midnights(wall, since, until, max(1, round(step / timedelta(days=1))))
    first = since.astimezone(wall.zone)
    start = datetime(first.year, first.month, first.day, tzinfo=wall.zone).astimezone(UTC)
    count = int((until - start) / step) + 1
    return [at for n in range(count) if since <= (at := start + n * step) <= until]


def _midnights(wall: Wall, since: datetime, until: datetime, every: int) -> list[datetime]:
    first, last = since.astimezone(wall.zone).date(), until.astimezone(wall.zone).date()
    days = (first + timedelta(days=n) for n in range(0, (last - first).days + 1, every))
    return [at for day in days if since <= (at := wall.instant(day)) <= until]


def labels(wall: Wall, marks: list[datetime]) -> dict[int, list[str]]:
    """What stands at each mark (ms since the epoch): local time above UTC."""
    return {_ms(at): _label(wall, at, marks) for at in marks}


def _label(wall: Wall, at: datetime, marks: list[datetime]) -> list[str]:
    shown = at.astimezone(wall.zone)
    whole_days = all(mark.astimezone(wall.zone).hour == 0 == mark.astimezone(wall.zone).minute for mark in marks)
    if whole_days:
        return [f"{shown:%a}, {shown:%b} {shown.day}", f"{at:%H:%M} UTC"]
    is_first = at == marks[0] or (shown.hour, shown.minute) == (0, 0)
    day = f"{shown:%a}, {shown:%b} {shown.day} " if is_first else ""
    return [f"{day}{minute(shown)}", f"{at:%H:%M} UTC"]


def time_axis(wall: Wall, since: datetime, until: datetime) -> alt.X:
    """The x channel of a chart whose field `at` is in ms since the epoch: a plain number, since Vega knows no zone but
    the browser's and UTC.
    """
    marks = ticks(wall, since, until)
    return alt.X(
        "at:Q",
        scale=alt.Scale(zero=False, domain=[_ms(since), _ms(until)], nice=False),
        axis=alt.Axis(
            title=None,
            values=[_ms(at) for at in marks],
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


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def drawn(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which travel inside it."""
    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


def layout(chart: Any) -> Any:
    """The look that all our charts share."""
    return chart.configure_view(strokeWidth=0).configure_axis(
        labelFontSize=11, titleFontSize=11, labelLimit=260, gridOpacity=0.5, domainOpacity=0.5, tickSize=3
    )
