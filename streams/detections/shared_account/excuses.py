"""Who excused a shared account: exemptions and device-swap tickets in time, those written down late, and why others do
not count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from model.reference import Account, Approval, Exemption
from model.violation import Consulted
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import role
from streams.patterns.intervals import Interval

DETECTION = "shared_account"
DAY = 86_400_000
_EVER = 1 << 62


class Excuse(NamedTuple):
    """The id of a row that excuses; `late`: written down after the fact, so that it ratifies and hides nothing."""

    name: str
    late: bool


@dataclass(slots=True)
class Excuses:
    """What one judgment consulted. `swap`: how far (ms) a device-swap ticket may lie from what it explains."""

    case: Case
    account: Account
    swap: int
    consulted: dict[str, Consulted] = field(default_factory=dict)

    def of(self, during: Interval, devices: Iterable[str] = ()) -> Excuse | None:
        """What excuses the account's use of these devices then: what was written down in time before what was not."""
        around = Interval(during.start - self.swap, during.end + self.swap)
        found: list[Excuse] = []
        for device in [*devices] or [""]:
            found += self._exemptions(during.start, device or None)
            found += self._tickets(around, device) if device else ()
        return min(found, key=lambda excuse: excuse.late, default=None)

    def _exemptions(self, at: int, device: str | None) -> Iterator[Excuse]:
        rules = self.case.policy.exemptions
        who, person = self.account.account, self.account.person
        for row in self.case.reference.exemptions(DETECTION, at, account=who, person=person, device_id=device):
            failed = None if row.approver_role in rules.roles else f"the role {role(row.approver_role)} may not exempt"
            if row.valid_from is not None and at >= row.valid_from + rules.max_days * DAY:
                failed = failed or f"it ended after {rules.max_days} days"
            yield from self._weighed(row, f"exemption: {row.reason}", failed, at)

    def _tickets(self, around: Interval, device: str) -> Iterator[Excuse]:
        """Tickets signed by a role the pack allows; `around` is also how late one may be recorded."""
        roles = self.case.policy.approvals["device_swap"].roles
        who, (start, end) = self.account.account, around
        for row in self.case.reference.approvals("device_swap", start, end, account=who, device_id=device):
            failed = None if row.state == "approved" else f"it was {row.state}"
            if roles and row.approver_role not in roles:
                failed = failed or f"the role {role(row.approver_role)} may not approve it"
            if not _meets(row, around):
                failed = failed or "it had ended or had not begun"
            if row.device_id in ("", device):
                yield from self._weighed(row, f"device swap: {row.reason}", failed, around.end)

    def _weighed(self, row: Approval | Exemption, says: str, failed: str | None, known_by: int) -> Iterator[Excuse]:
        late = row.recorded_at is not None and row.recorded_at > known_by
        why_not = failed or ("it was recorded afterwards" if late else None)
        known = self.consulted.get(row.reference)
        if known is None or known.failed is not None:
            self.consulted[row.reference] = consulted(row, says, why_not)
        if failed is None:
            yield Excuse(row.approval_id if isinstance(row, Approval) else row.exemption_id, late)


def names(found: Iterable[Excuse | None]) -> str | None:
    """The ids of all the excuses, each once; None if any use has no excuse."""
    every = list(found)
    ids = {excuse.name for excuse in every if excuse}
    return ", ".join(sorted(ids)) if ids and None not in every else None


def _meets(row: Approval, around: Interval) -> bool:
    """Whether the ticket's window, cut short by a revocation or the end of the term, touches `around`."""
    start = -_EVER if row.valid_from is None else row.valid_from
    end = _EVER if row.valid_to is None else row.valid_to
    return start < end and start <= around.end and around.start <= end
