"""What came before what, where clocks may disagree: order is asserted only beyond the tolerance of both clocks.

Two records of one machine have one clock: their order is certain. Of two machines it is certain only where they lie
further apart than either clock may be off; otherwise it cannot be told, and whoever rests on it lowers the severity.
Where sign-ins show that a clock is off (`streams/memory/clocks.py`), its times are corrected before they come here,
or it is in doubt by more than the tolerance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from streams.memory.clocks import TOLERANCE
from streams.sighting import Sighting

Order = Literal["before", "after", "indeterminate"]


def same_clock(one: Sighting, other: Sighting) -> bool:
    """Whether the same machine told both times: one source, and there one reporter."""
    return one.source_id == other.source_id and one.reporter == other.reporter


def doubt(one: Sighting, other: Sighting) -> int:
    """By how much (ms) two clocks may differ beyond the tolerance, where sign-ins show that one of them is off."""
    return 0 if same_clock(one, other) else max(one.doubt, other.doubt)


def order(one: Sighting, other: Sighting, tolerance: int = TOLERANCE) -> Order:
    """Whether `one` came before or after `other`; of one instant on one clock nobody can tell."""
    gap = other.at - one.at
    if gap == 0 or (abs(gap) <= max(tolerance, doubt(one, other)) and not same_clock(one, other)):
        return "indeterminate"
    return "before" if gap > 0 else "after"


@dataclass(frozen=True, slots=True)
class Lead:
    """What led up to something: at least so many, none of which is known to have come after it.

    `certain`: enough of them certainly came before.
    """

    firsts: tuple[Sighting, ...]
    then: Sighting
    certain: bool

    @property
    def count(self) -> int:
        """How many led up to it."""
        return sum(one.count for one in self.firsts)

    @property
    def order(self) -> str:
        """`certain` or `indeterminate`, as a measure shows it."""
        return "certain" if self.certain else "indeterminate"


def lead_up(
    firsts: Iterable[Sighting], then: Sighting, within: int, least: int, tolerance: int = TOLERANCE
) -> Lead | None:
    """Those of `firsts` that came within `within` ms before `then`, or may have; None if fewer than `least`."""
    told = [(one, order(one, then, tolerance)) for one in firsts if abs(then.at - one.at) <= within]
    possible = sorted((one for one, said in told if said != "after"), key=lambda one: (one.at, one.event_id))
    surely = sum(one.count for one, said in told if said == "before")
    if sum(one.count for one in possible) < least:
        return None
    return Lead(tuple(possible), then, surely >= least)
