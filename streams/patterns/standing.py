"""The standing of a person or account at an instant: what had ended, when, by which row, and since when it was known.

What ends a standing: a suspension or separation in standings.csv, the last role of roles.csv, and for a vendor
the semester, the agreement and the account's own row of accounts.csv. Leave ends nothing, nor does a summer between two
school years. Being hired again after a separation, or enrolled again on the day of a withdrawal, undoes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from model.reference import Account, Contract, Reference, Role, Row, Session, Standing

Reason = Literal["past_term", "separated", "suspended"]
REASONS: tuple[Reason, ...] = ("past_term", "separated", "suspended")  # gravest first
DAY = 24 * 3_600_000
TRANSFER = 7 * DAY  # a role that begins so soon after another ended goes on from it
EVER = 1 << 62
OUTSIDER = "ext:vendor"
_OF_STANDINGS: dict[str, Reason] = {
    "separated": "separated",
    "withdrawn": "separated",
    "suspended": "suspended",
    "privileges_revoked": "suspended",
}
_FOR_GOOD = frozenset({"separated", "withdrawn"})
_SEMESTERS = frozenset({"semester", "term"})


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that had ended: the reason it gives, when (ms; None where no row says), and the row that says so."""

    reason: Reason
    at: int | None
    row: Row
    says: str  # what ended, after "on <date>": `the semester Autumn ended`

    def known_at(self, at: int) -> bool:
        """Whether the district had written it down by `at` (ms)."""
        return self.row.recorded_at is None or self.row.recorded_at <= at

    @property
    def note(self) -> str:
        """`; the reason given: moved away`, where the row gives one."""
        reason = self.row.reason if isinstance(self.row, Standing) else ""
        return f"; the reason given: {reason}" if reason else ""

    @property
    def told_at(self) -> int | None:
        """When it had both happened and been written down; None where no row says."""
        said = [moment for moment in (self.at, self.row.recorded_at) if moment is not None]
        return max(said, default=None)


def endings(reference: Reference, account: Account, at: int, *, semesters: bool) -> list[Ending]:
    """Everything that had ended of an account at `at` (ms), the gravest first and of each reason the earliest.

    `semesters`: whether a vendor's account ends with the semester.
    """
    found = [*_of_vendor(reference, account, at, semesters), *_of_person(reference, account, at)]
    return sorted(found, key=lambda one: (REASONS.index(one.reason), -EVER if one.at is None else one.at))


def person_ended(reference: Reference, person: str, at: int) -> Ending | None:
    """What ended a person's time here, if it had ended at `at` (ms): a separation, a withdrawal, the last role."""
    nobodys = Account(reference="", account="", kind="personal", person=person)
    found = [one for one in _of_person(reference, nobodys, at) if one.reason == "separated"]
    return min(found, key=lambda one: -EVER if one.at is None else one.at, default=None)


def is_vendors(account: Account, reference: Reference, at: int) -> bool:
    """Whether an account is a vendor's: by its kind, or because its person has the role ext:vendor."""
    outsider = bool(account.person) and reference.has_role(account.person or "", at, frozenset({OUTSIDER}))
    return account.kind == "vendor" or (account.kind == "personal" and outsider)


def listed(reference: Reference, name: str, at: int) -> Account | None:
    """The account then, else as it was last listed before; None where it never was."""
    now = reference.account(name, at)
    past = (row for row in reference.account_versions(name) if row.valid_to is not None and row.valid_to <= at)
    return now or max(past, key=lambda row: row.valid_to or 0, default=None)


# What ends


def _of_person(reference: Reference, account: Account, at: int) -> Iterator[Ending]:
    person = account.person or ""
    for row in reference.standings(at, person=person, account=account.account):
        reason = _OF_STANDINGS.get(row.kind)
        if reason and not (row.kind in _FOR_GOOD and _again(reference, row, person, at)):
            yield Ending(reason, row.valid_from, row, _said(row))
    role = _last_role(reference, person, at) if person else None
    if role is not None:
        yield Ending("separated", role.valid_to, role, f"the last role ({role.role.removeprefix('ext:')}) ended")


def _said(row: Standing) -> str:
    whose = "the account" if row.account else "the person"
    what = {"privileges_revoked": "'s privileges were revoked", "withdrawn": " was withdrawn from school"}
    return whose + what.get(row.kind, f" was {row.kind}")


def _again(reference: Reference, row: Standing, person: str, at: int) -> bool:
    """Whether a role that runs then began after the separation, or on the same local day."""
    if row.valid_from is None or row.account or not person:
        return False
    return any((role.valid_from or 0) > row.valid_from - DAY for role in reference.roles(person, at))


def _last_role(reference: Reference, person: str, at: int) -> Role | None:
    """The role that ended last, where none runs then, the person is not on leave, and the next does not go on from it:
    within days, or after school-free time alone."""
    roles = reference.role_history(person)
    past = [role for role in roles if role.valid_to is not None and role.valid_to <= at]
    if not past or any(role.holds(at) for role in roles):
        return None
    last = max(past, key=lambda role: (role.valid_to or 0, role.reference))
    coming = min(
        (role.valid_from for role in roles if role.valid_from is not None and role.valid_from > at), default=EVER
    )
    if coming <= (last.valid_to or 0) + TRANSFER or _on_leave(reference, person, at):
        return None
    return None if coming < EVER and not _taught(reference, last, coming) else last


def _on_leave(reference: Reference, person: str, at: int) -> bool:
    return any(row.kind == "on_leave" for row in reference.standings(at, person=person))


def _taught(reference: Reference, role: Role, until: int) -> bool:
    """Whether some session of the role's school lies between its end and `until`."""
    start = role.valid_to or 0
    sessions = [one for one in semesters_of(reference, role.org, start) if one.valid_to is not None]
    return not sessions or any((one.valid_from or 0) < until and (one.valid_to or 0) > start for one in sessions)


def _of_vendor(reference: Reference, account: Account, at: int, semesters: bool) -> Iterator[Ending]:
    if account.kind not in ("vendor", "personal") or not _outsider(reference, account, at):
        return
    term = _last_semester(reference, account, at) if semesters else None
    if term is not None:
        yield Ending("past_term", term.valid_to, term, f"the {term.type or 'session'} {term.title} ended".rstrip())
    if account.vendor and reference.known("vendors"):
        versions = reference.vendor_versions(account.vendor)
        over = [row for row in versions if row.valid_to is not None and row.valid_to <= at]
        if over and not any(row.holds(at) for row in versions):
            last = max(over, key=lambda row: row.valid_to or 0)
            name = f" {last.agreement_id}" if last.agreement_id else ""
            yield Ending("past_term", last.valid_to, last, f"the agreement{name} with {last.name or last.vendor} ended")
    if account.valid_to is not None and account.valid_to <= at:
        yield Ending("past_term", account.valid_to, account, "the account's own entry in accounts.csv ended")


def _outsider(reference: Reference, account: Account, at: int) -> bool:
    if is_vendors(account, reference, at):
        return True
    ended = _last_role(reference, account.person, at) if account.person else None
    return ended is not None and ended.role == OUTSIDER


def _last_semester(reference: Reference, account: Account, at: int) -> Session | None:
    """The semester that ended last, where none runs then at any school of the account's person."""
    roles = reference.role_history(account.person) if account.person else []
    orgs = sorted({role.org for role in roles if role.org and role.role == OUTSIDER}) or [""]
    rows = [row for org in orgs for row in semesters_of(reference, org, at)]
    over = [row for row in rows if row.valid_to is not None and row.valid_to <= at]
    if any(row.holds(at) for row in rows):
        return None
    return max(over, key=lambda row: (row.valid_to or 0, row.session_id), default=None)


def semesters_of(reference: Reference, org: str, at: int) -> list[Session]:
    """The semesters of a school: its own where it has some, else its parents', else the district's; "" = everybody's.

    School years stand for semesters where none are known.
    """
    rows = reference.sessions()
    fine = [row for row in rows if row.type in _SEMESTERS] or [row for row in rows if row.type in ("", "schoolYear")]
    places = [*reference.org_chain(org, at), ""] if org else []
    own = ([row for row in fine if row.org == place] for place in places)
    return next((found for found in own if found), fine)


# What was signed


def signed(reference: Reference, person: str, kind: str, at: int) -> Contract | None:
    """What a person had signed that holds at `at` (ms) for the school year of that instant; None where nothing."""
    year = school_year(reference, at)
    rows = [row for row in reference.contracts(person, at) if row.kind == kind]
    return next((row for row in rows if not row.school_year or year is None or row.school_year == year), None)


def signing_known(reference: Reference, kind: str) -> bool:
    """Whether the district keeps a list of what is signed: contracts.csv is there, and not only for other kinds."""
    kinds = reference.column("contracts", "kind")
    return reference.known("contracts") and (not kinds or kind in kinds)


def school_years(reference: Reference) -> dict[str, tuple[int, int]]:
    """First and last instant (ms) of each school year, in order of time; sessions that name none are left out."""
    spans: dict[str, tuple[int, int]] = {}
    for row in reference.sessions():
        if row.school_year and row.valid_from is not None and row.valid_to is not None:
            start, end = spans.get(row.school_year, (row.valid_from, row.valid_to))
            spans[row.school_year] = min(start, row.valid_from), max(end, row.valid_to)
    return dict(sorted(spans.items(), key=lambda item: item[1]))


def school_year(reference: Reference, at: int) -> str | None:
    """The school year then, or the last that had ended by then; None where academicSessions.csv does not say."""
    begun = [row for row in reference.sessions() if row.school_year and (row.valid_from or 0) <= at]
    last = max(begun, key=lambda row: (row.holds(at), row.valid_to or 0, row.session_id), default=None)
    return last.school_year if last else None
