"""Whether the directory still has an account enabled after its standing ended, and when that must be looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.calendar import Calendar
from model.policy import Policy
from model.reference import Account, DirectoryEntry, Reference
from streams.detection import Case, Known, Opening
from streams.detections.ended_account_in_use.sight import DIRECTORY, KINDS
from streams.patterns.openings import next_sweep, overdue_at
from streams.patterns.standing import OUTSIDER, Ending, endings, listed
from streams.sighting import Sighting

_SETS = {"account.enabled": "enabled", "account.disabled": "disabled", "account.deleted": "disabled"}


@dataclass(frozen=True, slots=True)
class StillEnabled:
    """An account found enabled at `at` (ms) that should have been disabled by `due`; the row or event that says so."""

    account: Account
    ending: Ending
    due: int
    at: int
    row: DirectoryEntry | None
    event: Sighting | None

    @property
    def told_after(self) -> bool:
        """Whether what says so was told after the standing had ended."""
        told = self.event.at if self.event else self.row.valid_from if self.row else None
        return told is not None and self.ending.at is not None and told >= self.ending.at


def sweeps_due(known: Known) -> Iterator[Opening]:
    """Of every account that ends: when the night comes by which it must be disabled."""
    for name in _names(known.reference):
        for _, due in dues(known.reference, known.calendar, known.policy, name):
            yield Opening(name, overdue_at(due, known.watched_since))


def still_enabled(case: Case) -> StillEnabled | None:
    """The account of the case, enabled though the night by which it must be disabled falls into the case's day."""
    for ending, due in dues(case.reference, case.calendar, case.policy, case.subject):
        at = overdue_at(due, case.watched_since)
        if case.started_at <= at < case.ended_at and at <= case.now:
            account = listed(case.reference, case.subject, at)
            if account and _first_ending(case, account, at) == ending:
                return _found(case, account, ending, due, at)
    return None


def dues(reference: Reference, calendar: Calendar, policy: Policy, name: str) -> Iterator[tuple[Ending, int]]:
    """Everything that ends of an account, each with the night (ms) by which it must be disabled."""
    rules = policy.detections.ended_account_in_use.parameters
    seen: set[tuple[str, int]] = set()
    for at in sorted(_ends(reference, name)):
        account = listed(reference, name, at)
        if account is None or account.kind not in KINDS:
            continue
        for ending in endings(reference, account, at, semesters=rules.semester_accounts):
            told = ending.told_at
            if ending.at == at and told is not None and (ending.row.reference, at) not in seen:
                seen.add((ending.row.reference, at))
                until = calendar.business_days_later(told - 1, rules.grace_business_days)
                yield ending, next_sweep(calendar, until, rules.sweep_at)


def _first_ending(case: Case, account: Account, at: int) -> Ending | None:
    """The ending of those in force that came first: one look for all of them."""
    rules = case.policy.detections.ended_account_in_use.parameters
    ended = endings(case.reference, account, at, semesters=rules.semester_accounts)
    dated = [one for one in ended if one.told_at is not None]
    return min(dated, key=lambda one: (one.told_at or 0, one.row.reference), default=None)


def _found(case: Case, account: Account, ending: Ending, due: int, at: int) -> StillEnabled | None:
    row = case.reference.directory(case.subject, at)
    told = [one for one in case.kept if one.kind in _SETS and one.at <= at]
    event = told[-1] if told else None
    if event and row and row.valid_from is not None and row.valid_from > event.at:
        event = None
    state = _SETS[event.kind] if event else row.state if row else None
    return StillEnabled(account, ending, due, at, None if event else row, event) if state == "enabled" else None


def _names(reference: Reference) -> Iterable[str]:
    """The accounts of which something can end."""
    accounts = {row.account: None for row in reference.rows("accounts") if row.kind in KINDS}
    ending = {row.person for row in reference.rows("roles") if row.valid_to is not None}
    ending |= {row.person for row in reference.rows("standings")}
    users = {row.username: None for row in reference.rows("users") if row.username and row.person in ending}
    return [*accounts, *(name for name in users if name not in accounts)]


def _ends(reference: Reference, name: str) -> set[int]:
    """The instants (ms) at which something of an account may end."""
    versions = reference.account_versions(name)
    found = [row.valid_to for row in versions]
    for row in versions:
        if row.person:
            found += [role.valid_to for role in reference.role_history(row.person)]
        found += [one.valid_from for one in reference.standing_history(person=row.person or "", account=name)]
        if row.vendor:
            found += [one.valid_to for one in reference.vendor_versions(row.vendor)]
        if row.kind == "vendor" or _outside(reference, row):
            found += [session.valid_to for session in reference.sessions()]
    return {at for at in found if at is not None}


def _outside(reference: Reference, account: Account) -> bool:
    roles = reference.role_history(account.person) if account.person else []
    return any(role.role == OUTSIDER for role in roles)


def directory_events(case: Case) -> list[Sighting]:
    """What the directory did to the account, in order of time."""
    return [one for one in case.kept if one.kind in DIRECTORY]
