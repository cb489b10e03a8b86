"""Who had approved a change: a row that names the account and the entitlement, written down in the days before it."""

from dataclasses import dataclass, field

from model.reference import Approval
from model.violation import Consulted
from streams.detection import Case
from streams.detections.unapproved_privilege_change.entitlements import MFA, key, rules_of
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import counted, moment, not_entitled, role
from streams.patterns.excuses import Excuse
from streams.sighting import Sighting

DAY = 86_400_000
FAR = 400 * DAY
KIND = "privilege"


@dataclass(slots=True)
class Approvals:
    """What one judgment consulted. An approval in time makes the change no match; a late one ratifies it."""

    case: Case
    weighed: dict[str, Consulted] = field(default_factory=dict)

    @property
    def entitlements(self) -> frozenset[str]:
        """Everything that the district's approvals of this kind are about, at any time."""
        rows = self.case.reference.approvals(KIND, self.case.started_at - FAR, self.case.ended_at + FAR)
        return frozenset(key(name) for row in rows for name in _named(row) if name != "*")

    def of(self, change: Sighting, *, by_service: bool) -> Excuse | None:
        """What approved a change; of a service account's, also an approval of its whole work."""
        found = []
        for row in self._rows(change, by_service):
            failed = self._why_not(row, change)
            late = failed is None and self._late(row, change.at)
            said = f"it was recorded afterward, on {self._day(_known_at(row) or 0)}" if late else failed
            before = self.weighed.get(row.reference)
            if before is None or before.failed is not None:
                self.weighed[row.reference] = consulted(row, self._says(row), said)
            if failed is None:
                found.append(Excuse(row.approval_id, late))
        return min(found, key=lambda excuse: excuse.late, default=None)

    def _rows(self, change: Sighting, by_service: bool) -> list[Approval]:
        """Those that name the account, or the device; whoever it is for, where the record tells a number alone."""
        if change.account and change.account.startswith("s-1-"):
            return self._around(change.at)
        rows = self._around(change.at, account=change.account, device_id=change.device_id)
        if by_service and change.destination:
            rows += self._around(change.at, account=change.destination)
        return [row for row in rows if row.account or row.device_id]

    def _around(self, at: int, **named: str | None) -> list[Approval]:
        """Those in force then or later, and those that ended before."""
        ask = self.case.reference.approvals
        rows = [*ask(KIND, at, at + FAR, **named), *ask(KIND, at - FAR, at, **named)]
        return list({row.reference + row.state + row.approver: row for row in reversed(rows)}.values())

    def _why_not(self, row: Approval, change: Sighting) -> str | None:
        if row.state != "approved":
            return f"it is {row.state}"
        if row.approver_role not in self.case.policy.approvals["privilege"].roles:
            return not_entitled(row.approver_role, "approve it")
        if not self._names(row, change):
            about = ", ".join(_named(row))
            return f"it is for {about}" if about else "it does not say for what"
        return self._why_not_then(row, change.at)

    def _names(self, row: Approval, change: Sighting) -> bool:
        named = {key(name) for name in _named(row)}
        called = {key(change.app or "")}
        if change.kind == MFA:
            called |= {key(name) for name in rules_of(self.case.policy).mfa_names}
        return "*" in named or not named.isdisjoint(called)

    def _why_not_then(self, row: Approval, at: int) -> str | None:
        days = rules_of(self.case.policy).approval_days
        if row.valid_to is not None and row.valid_to <= at:
            return f"it {_ENDED.get(row.ended_by or '', 'ended')} on {self._day(row.valid_to)}, before the change"
        since = row.recorded_at if row.recorded_at is not None else None if row.granted_to else row.valid_from
        if since is not None and since < at - days * DAY:
            return f"it was given on {self._day(since)}, more than {counted(days, 'day')} before the change"
        begins = row.valid_from
        if begins is not None and begins > at and (begins > at + days * DAY or not self._late(row, at)):
            return f"it begins on {self._day(begins)}, after the change"
        return None

    def _late(self, row: Approval, at: int) -> bool:
        known_at = _known_at(row)
        return known_at is not None and known_at > at

    def _says(self, row: Approval) -> str:
        who = self.case.reference.person_name(row.approver, self.case.started_at) if row.approver else "somebody"
        about = ", ".join(_named(row)) or "nothing named"
        whom = row.account or row.device_id
        return f"approval of {about} for {whom} by {who} ({role(row.approver_role)}): {row.reason}".rstrip(": ")

    def _day(self, at: int) -> str:
        return moment(self.case.calendar, at)


def _known_at(row: Approval) -> int | None:
    return row.valid_from if row.recorded_at is None else row.recorded_at


def _named(row: Approval) -> list[str]:
    """The entitlements of a row: its own column, else the one for systems."""
    own = [name.strip() for name in row.entitlement.split(";") if name.strip()]
    return own or list(row.systems)


_ENDED = {"revoked": "was revoked", "term": "ended with the term"}
