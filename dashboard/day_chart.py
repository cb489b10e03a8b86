"""How many violations began on which local day, by severity."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt

from dashboard.stylesheet import COLORS
from dashboard.time_axis import drawn, layout
from storage.queries.violations import Day

MOST_DAYS = 400


def day_chart(days: Sequence[Day]) -> Any:
    """Stacked bars; days without a violation are there, too, and empty."""
    counted = [{"day": one.day, "severity": one.severity, "violations": one.violations} for one in _summed(days)]
    domain = every_day([one.day for one in days])
    color = alt.Color(
        "severity:N",
        scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
        legend=None,
    )
    axis = alt.Axis(
        title=None,
        labelAngle=0,
        labelOverlap="greedy",
        ticks=False,
        labelExpr="timeFormat(toDate(datum.value + 'T12:00:00'), '%a, %b %-d')",
    )
    return layout(
        drawn(counted)
        .mark_bar()
        .encode(
            x=alt.X("day:O", scale=alt.Scale(domain=domain, paddingInner=0.3), axis=axis),
            y=alt.Y("violations:Q", axis=alt.Axis(title=None, tickMinStep=1, tickCount=3)),
            color=color,
            tooltip=["day:O", "severity:N", "violations:Q"],
        )
        .properties(height=110)
    )


def every_day(days: Sequence[str]) -> list[str]:
    """All dates from the first to the last; only those that are there if that would be more than a year."""
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    if (last - first).days > MOST_DAYS:
        return sorted(set(days))
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _summed(days: Sequence[Day]) -> list[Day]:
    sums: dict[tuple[str, str], int] = {}
    for one in days:
        sums[one.day, one.severity] = sums.get((one.day, one.severity), 0) + one.violations
    return [Day(day, "", severity, count) for (day, severity), count in sums.items()]
