"""Who excused what: exemptions and tickets that make a match suppressed, and why one that was offered does not."""

from dataclasses import dataclass, field

from model.event import format_ms
from model.policy import ApprovalKind
from model.reference import Approval, Exemption
from model.violation import Consulted
from streams.detection import Case
from streams.intervals import Interval


@dataclass(slots=True)
class Excuses:
    """What was consulted in one judgement; `found` are the ids that hold, in the order asked."""

    case: Case
    detection: str
    consulted: dict[str, Consulted] = field(default_factory=dict)

    def exemption(self, at: int, account: str | None, person: str | None, device_id: str | None) -> str | None:
        """The exemption that covers the subject then, if one by an entitled approver does."""
        roles = self.case.policy.exemptions.roles
        rows = self.case.reference.exemptions(self.detection, at, account=account, person=person, device_id=device_id)
        for row in rows:
            entitled = row.approver_role in roles
            self._consult(row, f"exempted: {row.reason}", None if entitled else f"{row.approver_role} may not exempt")
            if entitled:
                return row.exemption_id
        return None

    def approval(self, kind: ApprovalKind, during: Interval, device_id: str | None, account: str | None = None) -> str | None:
        """The approved ticket of `kind` that touches the stretch, by a role the pack lists for it."""
        roles = self.case.policy.approvals[kind].roles
        for row in self.case.reference.approvals(kind, during.start, during.end, device_id=device_id, account=account):
            failed = None if row.state == "approved" else f"it was {row.state}"
            if roles and row.approver_role not in roles:
                failed = failed or f"{row.approver_role} may not approve it"
            self._consult(row, f"{kind}: {row.reason}", failed)
            if failed is None:
                return row.approval_id
        return None

    def _consult(self, row: Approval | Exemption, says: str, failed: str | None) -> None:
        self.consulted[row.reference] = Consulted(
            reference=row.reference,
            says=says,
            valid_from=_text(row.valid_from),
            valid_to=_text(row.valid_to),
            recorded_at=_text(row.recorded_at),
            failed=failed,
        )


def _text(at: int | None) -> str | None:
    return None if at is None else format_ms(at)
