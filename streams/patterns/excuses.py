"""Who excused it: exemptions and approvals in force and written down in time, those written down late, and why others
do not count.

This is the question of a single act or use. Time that approvals must cover piece by piece is `approval_cover`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from model.reference import Approval, Exemption
from model.violation import Consulted
from model.vocabulary import ApprovalKind
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import moment, not_entitled, role
from streams.patterns.intervals import Interval

DAY = 86_400_000
_EVER = 1 << 62


class Excuse(NamedTuple):
    """The id of a row that excuses; `late`: written down after the fact, so that it ratifies and hides nothing."""

    name: str
    late: bool


class _Named(NamedTuple):
    """Whom an approval may name."""

    account: str | None
    device_id: str | None
    vendor: str | None


@dataclass(slots=True)
class Excuses:
    """What one judgment consulted.

    `kinds`: the kinds of approval that excuse, and how far (ms) from what it excuses such an approval may lie, and
    may be written down. An approval that names neither the account nor the device excuses nobody.
    """

    case: Case
    detection: str
    kinds: Mapping[ApprovalKind, int] = field(default_factory=dict)
    weighed: dict[str, Consulted] = field(default_factory=dict)

    def of(
        self,
        during: Interval,
        *,
        account: str | None = None,
        person: str | None = None,
        device_id: str | None = None,
        vendor: str | None = None,
    ) -> Excuse | None:
        """What excuses it: what was written down in time goes before what was not.

        `vendor`: the company of the account; an approval that names a company alone excuses its people.
        """
        found = [*self._exemptions(during.start, account, person, device_id)]
        for kind, margin in self.kinds.items():
            found += self._approvals(kind, margin, during, _Named(account, device_id, vendor))
        return min(found, key=lambda excuse: excuse.late, default=None)

    def _exemptions(self, at: int, account: str | None, person: str | None, device_id: str | None) -> Iterator[Excuse]:
        rules = self.case.policy.exemptions
        rows = self.case.reference.exemptions(self.detection, at, account=account, person=person, device_id=device_id)
        for row in rows:
            failed = None if row.approver_role in rules.roles else not_entitled(row.approver_role, "exempt")
            if row.valid_from is not None and at >= row.valid_from + rules.max_days * DAY:
                failed = failed or f"it ended after {rules.max_days} days"
            failed = failed or ("it was paused then" if row.state == "paused" else None)
            yield from self._weigh(row, row.exemption_id, failed, at)

    def _approvals(self, kind: ApprovalKind, margin: int, during: Interval, named: "_Named") -> Iterator[Excuse]:
        around = Interval(during.start - margin, during.end + margin)
        known_by = around.end if margin else during.start
        roles = self.case.policy.approvals[kind].roles
        for row in self._named(kind, around, named):
            yield from self._weigh(row, row.approval_id, _why_not(row, roles, around, margin), known_by)

    def _named(self, kind: ApprovalKind, around: Interval, named: "_Named") -> list[Approval]:
        """The approvals near it that name this account, company or device, and nothing else."""
        if not any(named):
            return []
        start, end = around.start - DAY, around.end + DAY
        rows = self.case.reference.approvals(kind, start, end, **named._asdict())
        told = [r for r in rows if r.account or r.device_id or (r.vendor and r.vendor == named.vendor)]
        return [r for r in told if r.device_id in ("", named.device_id)]

    def _weigh(self, row: Approval | Exemption, name: str, failed: str | None, known_by: int) -> Iterator[Excuse]:
        late = row.recorded_at is not None and row.recorded_at > known_by
        known = self.weighed.get(row.reference)
        if known is None or known.failed is not None:
            self.weighed[row.reference] = consulted(row, self._says(row), failed or (self._late(row) if late else None))
        if failed is None:
            yield Excuse(name, late)

    def _says(self, row: Approval | Exemption) -> str:
        kind = row.kind.replace("_", " ") if isinstance(row, Approval) else "exemption"
        who = self.case.reference.person_name(row.approver, self.case.started_at) if row.approver else "somebody"
        return f"{kind} by {who} ({role(row.approver_role)}): {row.reason}".rstrip(": ")

    def _late(self, row: Approval | Exemption) -> str:
        return f"it was recorded afterward, on {moment(self.case.calendar, row.recorded_at or 0)}"


def stays(excuse: Excuse | None) -> bool:
    """Whether nobody had excused it in time."""
    return excuse is None or excuse.late


def names(found: Iterable[Excuse | None]) -> str | None:
    """The ids of all the excuses, each once; None if anything has no excuse."""
    every = list(found)
    ids = {excuse.name for excuse in every if excuse}
    return ", ".join(sorted(ids)) if ids and None not in every else None


def _why_not(row: Approval, roles: Collection[str], around: Interval, margin: int) -> str | None:
    if row.state != "approved":
        return f"it is {row.state}"
    if row.approver_role not in roles:
        return not_entitled(row.approver_role, "approve it")
    start = -_EVER if row.valid_from is None else row.valid_from
    end = _EVER if row.valid_to is None else row.valid_to
    meets = start <= around.end and around.start <= end if margin else start <= around.start < end
    return None if meets and start < end else "it does not cover the time"
