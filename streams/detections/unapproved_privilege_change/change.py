"""One change of privilege as it was weighed: who had approved or excused it, when it was taken back or used."""

from typing import NamedTuple

from streams.patterns.excuses import Excuse
from streams.sighting import Sighting


class Change(NamedTuple):
    """A change, why it counts, and what was found about it."""

    sighting: Sighting
    reasons: tuple[str, ...]
    approval: Excuse | None  # an approval of kind privilege
    excuse: Excuse | None  # an exemption, or a break-glass approval
    back: Sighting | None  # when it was taken back
    used: Sighting | None  # the first use

    @property
    def approved(self) -> bool:
        """Whether somebody had approved it in time, so that nothing is wrong with it."""
        return self.approval is not None and not self.approval.late

    @property
    def suppressed(self) -> Excuse | None:
        """What excused it in time."""
        return self.excuse if self.excuse and not self.excuse.late else None

    @property
    def ratified(self) -> Excuse | None:
        """What excuses it though it was written down afterward."""
        return self.suppressed or self.approval or self.excuse
