"""Who consented to a way around the filter: consents, security tests, exemptions; and why others do not count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from model.reference import Approval, Exemption
from model.violation import Consulted
from streams.detection import Case
from streams.detections.filter_circumvention.signals import Signal
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import moment, role

DETECTION = "filter_circumvention"
KINDS: tuple[Literal["filter_bypass", "security_testing"], ...] = ("filter_bypass", "security_testing")
DAY_MS = 86_400_000
_EVER = 1 << 62


@dataclass(slots=True)
class FilterExcuses:
    """What one judgment consulted. An excuse recorded after the sign ratifies it and hides nothing."""

    case: Case
    account: str | None
    weighed: dict[str, Consulted] = field(default_factory=dict)

    def of(self, signal: Signal, *, late: bool = False) -> str | None:
        """The id of what excused a signal when it happened; with `late`, of what was written down afterwards too."""
        for row in self._rows(signal):
            failed = self._why_not(row, signal)
            self._weigh(row, failed)
            if failed is None or (late and failed.startswith(_LATE)):
                return row.approval_id if isinstance(row, Approval) else row.exemption_id
        return None

    def names(self, signals: Sequence[Signal]) -> list[str]:
        """The ids of all that excused them, each once."""
        return sorted({name for signal in signals if (name := self.of(signal))})

    def ratified(self, signals: Sequence[Signal]) -> str | None:
        """The ids of what excuses the signals, in time or late; None if any signal has no excuse."""
        names = [self.of(signal, late=True) for signal in signals]
        return None if None in names else ", ".join(sorted({name for name in names if name}))

    def _rows(self, signal: Signal) -> Iterator[Approval | Exemption]:
        at, reference = signal.at, self.case.reference
        account, device = signal.sighting.account or self.account, signal.sighting.device_id
        person = signal.sighting.person
        yield from reference.exemptions(DETECTION, at, account=account, person=person, device_id=device)
        if account or device:
            for kind in KINDS:
                found = reference.approvals(kind, at - DAY_MS, at + DAY_MS, account=account, device_id=device)
                yield from (row for row in found if row.account or row.device_id)

    def _why_not(self, row: Approval | Exemption, signal: Signal) -> str | None:
        if isinstance(row, Approval) and row.state != "approved":
            return f"it is {row.state}"
        if row.approver_role not in self._roles(row):
            return f"the role {role(row.approver_role)} may not consent to it"
        start = -_EVER if row.valid_from is None else row.valid_from
        end = _EVER if row.valid_to is None else row.valid_to
        if isinstance(row, Exemption):
            end = min(end, start + self.case.policy.exemptions.max_days * DAY_MS)
        if not start <= signal.at < end:
            return "it does not cover the time"
        if row.recorded_at is not None and row.recorded_at > signal.at:
            return f"{_LATE}, on {moment(self.case.calendar, row.recorded_at)}"
        return None

    def _roles(self, row: Approval | Exemption) -> tuple[str, ...]:
        if isinstance(row, Exemption):
            return self.case.policy.exemptions.roles
        return self.case.policy.approvals["filter_bypass" if row.kind == "filter_bypass" else "security_testing"].roles

    def _weigh(self, row: Approval | Exemption, failed: str | None) -> None:
        known = self.weighed.get(row.reference)
        if known is not None and known.failed is None:
            return
        kind = row.kind.replace("_", " ") if isinstance(row, Approval) else "exemption"
        who = self.case.reference.person_name(row.approver, self.case.started_at) if row.approver else "somebody"
        says = f"{kind} by {who} ({role(row.approver_role)}): {row.reason}".rstrip(": ")
        self.weighed[row.reference] = consulted(row, says, failed)


_LATE = "it was recorded afterwards"
