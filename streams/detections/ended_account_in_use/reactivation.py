"""An account that was enabled again: whether anybody who may ask had asked for it, not too long before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.reference import Account, Approval
from model.violation import Consulted
from model.vocabulary import ApprovalKind
from streams.detection import Case
from streams.detections.ended_account_in_use.sight import KINDS
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import counted, moment, not_entitled, role
from streams.patterns.standing import listed
from streams.sighting import Sighting

DAY = 24 * 3_600_000
ASKS: tuple[ApprovalKind, ...] = ("account_reactivation", "reactivation_of_privileges")


@dataclass(frozen=True)
class Reactivation:
    """One enabling of an account by the directory, and what was asked for around it."""

    case: Case
    event: Sighting
    account: Account

    @cached_property
    def requests(self) -> list[tuple[Approval, str | None]]:
        """Every request near it, and why it does not count; None where it does."""
        at, reference = self.event.at, self.case.reference
        near = [
            row
            for kind in ASKS
            for row in reference.approvals(
                kind, at - 90 * DAY, at + 30 * DAY, account=self.account.account, vendor=self.account.vendor
            )
        ]
        return [(row, self._why_not(row)) for row in near if row.account or row.vendor]

    @property
    def asked_for(self) -> bool:
        """Whether one of them counts."""
        return any(why is None for _, why in self.requests)

    @property
    def ratified_by(self) -> str | None:
        """A request that would have counted, had it been written down in time."""
        late = [row.approval_id for row, why in self.requests if why and self._late(row) and not self._unfit(row)]
        return min(late, default=None)

    @property
    def weighed(self) -> list[Consulted]:
        """The requests as evidence."""
        return [consulted(row, self._says(row), why) for row, why in self.requests]

    def _says(self, row: Approval) -> str:
        who = self.case.reference.person_name(row.approver, self.event.at) if row.approver else "somebody"
        return f"{row.approval_id}: {row.state} request by {who} ({role(row.approver_role)}): {row.reason}".rstrip(": ")

    def _unfit(self, row: Approval) -> str | None:
        roles = self.case.policy.approvals[row.kind].roles  # type: ignore[index]  # ASKS are kinds of approval
        if row.state != "approved":
            return f"it is {row.state}"
        return None if row.approver_role in roles else not_entitled(row.approver_role, "ask for it")

    def _why_not(self, row: Approval) -> str | None:
        if unfit := self._unfit(row):
            return unfit
        if self._late(row):
            written = row.recorded_at or row.valid_from or 0
            return f"it was made on {moment(self.case.calendar, written)}, after the account had been enabled"
        days = self.case.policy.detections.ended_account_in_use.parameters.request_days
        asked = max(made) if (made := self._made(row)) else None
        if asked is None or asked < self.event.at - days * DAY:
            return f"it is older than {counted(days, 'day')}"
        over = row.valid_to is not None and row.valid_to <= self.event.at
        return "what it asked for had ended" if over else None

    def _late(self, row: Approval) -> bool:
        """Whether it was written down, or begins, only after the account had been enabled."""
        return any(said is not None and said > self.event.at for said in (row.recorded_at, row.valid_from))

    def _made(self, row: Approval) -> list[int]:
        return [said for said in (row.recorded_at, row.valid_from) if said is not None]


def reactivations(case: Case) -> Iterator[Reactivation]:
    """The enablings of the day that needed a request and had none; nothing where nobody keeps a list of requests."""
    if not case.reference.known("approvals"):
        return
    kinds = KINDS.intersection(case.policy.detections.ended_account_in_use.parameters.reactivated_kinds)
    for event in (one for one in case.sightings if one.kind == "account.enabled"):
        account = listed(case.reference, case.subject, event.at)
        if account and account.kind in kinds and not _first_time(case, account, event):
            one = Reactivation(case, event, account)
            if not one.asked_for:
                yield one


def _first_time(case: Case, account: Account, event: Sighting) -> bool:
    """Whether it had never been enabled before: made new and not yet disabled since, or its person's first days."""
    before = [one.kind for one in case.kept if (one.at, one.event_id) < (event.at, event.event_id)]
    turned = [kind for kind in before if kind != "account.created"]
    return not turned and ("account.created" in before or _is_new(case, account, event.at))


def _is_new(case: Case, account: Account, at: int) -> bool:
    days = case.policy.detections.ended_account_in_use.parameters.new_role_days * DAY
    roles = case.reference.role_history(account.person) if account.person else []
    begun = [role.valid_from for role in roles if role.valid_from is not None]
    return len(begun) == len(roles) > 0 and abs(min(begun) - at) <= days


def told_by(found: Sequence[Reactivation]) -> list[Consulted]:
    """The requests that were weighed for any of them, each once."""
    return list({row.reference: row for one in found for row in one.weighed}.values())
