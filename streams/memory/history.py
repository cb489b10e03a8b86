"""What longer memory says: which devices a subject used on which days, and how many devices its peers use."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class History:
    """A subject's devices by school day, over the last 30 days before the day judged (that day left out)."""

    devices: dict[str, frozenset[date]] = field(default_factory=dict)  # device id -> school days it was used on
    days_known: int = 0  # school days on which the subject was seen at all


@dataclass(frozen=True, slots=True)
class Cohorts:
    """How many distinct devices each person-day of the subject's cohort (same role and school) counted.

    `counted` maps a number of devices to how many person-days had it: the last 30 days, and the same day's others.
    """

    counted: dict[int, int] = field(default_factory=dict)
    name: str = ""
