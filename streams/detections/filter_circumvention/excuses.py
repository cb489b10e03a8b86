"""Who consented to a way around the filter: consents, security tests, exemptions."""

from dataclasses import dataclass

from model.violation import Consulted
from streams.detection import Case
from streams.detections.filter_circumvention.signals import Signal
from streams.patterns.excuses import Excuse, Excuses
from streams.patterns.intervals import Interval


@dataclass(slots=True)
class FilterExcuses:
    """What one judgment consulted; `account`: whose it is where a signal itself names nobody."""

    account: str | None
    excuses: Excuses

    @classmethod
    def asked(cls, case: Case, account: str | None) -> "FilterExcuses":
        """Nothing consulted yet."""
        return cls(account, Excuses(case, "filter_circumvention", {"filter_bypass": 0, "security_testing": 0}))

    def of(self, signal: Signal) -> Excuse | None:
        """What excused a signal when it happened, or afterward."""
        shown = signal.sighting
        at = Interval(signal.at, signal.at)
        account = shown.account or self.account
        return self.excuses.of(at, account=account, person=shown.person, device_id=shown.device_id)

    @property
    def weighed(self) -> dict[str, Consulted]:
        """Every row consulted, by its reference."""
        return self.excuses.weighed
