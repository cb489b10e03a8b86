"""What the timetable plants, and when each finding must begin and end. Minutes since nine."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.live.cast import NINE

Span = tuple[float, float]


@dataclass(frozen=True)
class Planted:
    """One finding that must be there: it begins within `begins` and ends within `ends`."""

    detection: str
    account: str
    reason: str
    begins: Span
    ends: Span
    by: str | None = None  # what excuses it: then it is found suppressed

    def expectation(self) -> dict[str, object]:
        """Its entry in expected.yaml."""
        excused = {"by": self.by} if self.by else {"reason": self.reason}
        between = [at(self.begins[0]), at(self.ends[1])]
        return {"detection": self.detection, "account": self.account, "between": between, **excused}

    def misjudged(self, violations: Iterable[dict[str, Any]]) -> str | None:
        """What is wrong about the finding, by the lines of `hallmonitor judge`; None if nothing is."""
        mine = [v for v in violations if (v["detection"], v["account"]) == (self.detection, self.account)]
        if len(mine) != 1:
            return f"{self.detection} of {self.account}: {len(mine)} findings"
        said = mine[0]
        times = _within(said["started_at"], self.begins) and _within(said["ended_at"], self.ends)
        if times and self.reason in said["reasons"] and said["suppressed_by"] == self.by:
            return None
        told = {name: said[name] for name in ("reasons", "started_at", "ended_at", "suppressed_by")}
        return f"{self.detection} of {self.account} is not what happened: {told}, not {self}"


# shared_account spans the uses that overlap, or the overlap alone: either is the truth.
PLANTED = (
    Planted("shared_account", "tbell", "two_sites", (-1, 15), (29, 43)),
    Planted("shared_account", "gmoss", "two_sites", (34, 43), (54, 60)),
    Planted("unapproved_vendor_session", "acme-kay", "none", (19, 23), (44, 48)),
    Planted("filter_circumvention", "jpark", "succeeded", (9, 12), (23, 27)),
    Planted("filter_circumvention", "tlopez", "succeeded", (29, 32), (31, 35), by="FB-1"),
)


def at(minutes: float) -> str:
    """A minute after nine as an instant with its offset."""
    return (datetime.fromisoformat(NINE) + timedelta(minutes=minutes)).isoformat()


def _within(text: str, span: Span) -> bool:
    first, last = (datetime.fromisoformat(at(minute)) for minute in span)
    return first <= datetime.fromisoformat(text) <= last
