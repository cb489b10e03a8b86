"""What is owed by the tables: by whom, by when, for which school year, term or row, and when it was done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.calendar import Calendar
from model.policy import Policy
from model.policy.detections.overdue_duty import DutyParameters
from model.reference import Contract, Reference, Role, Row, Session, Unblock, Vendor
from streams.detection import Case, Known, Opening
from streams.evidence.plain_words import counted, date
from streams.patterns.openings import overdue_at
from streams.patterns.standing import person_ended, school_years, semesters_of, signing_known

DAY = 24 * 3_600_000
EVER = 1 << 62
STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty of one subject. `bucket` makes it this one and no other; `done_at` (ms): when the tables say it was
    done; `until` (ms): after it nobody owes it any more."""

    subject: str
    reason: str
    bucket: str
    due_at: int
    headline: str
    why: str
    rows: tuple[tuple[Row, str], ...]
    done_at: int | None = None
    until: int = EVER
    since: int | None = None  # for duties that only an unbroken log can show undone
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    vendor: str | None = None


@dataclass(frozen=True)
class Ledger:
    """The duties of a district by its tables; `watched_since` (ms): the log begins there."""

    reference: Reference
    calendar: Calendar
    policy: Policy
    watched_since: int

    @property
    def rules(self) -> DutyParameters:
        """The pack's numbers."""
        return self.policy.detections.overdue_duty.parameters

    def of(self, subject: str) -> list[Owed]:
        """All duties of a subject (`person:p1`, `device:LT-1`, `vendor:acme`, `unblock:U-1`)."""
        kind, _, name = subject.partition(":")
        asked = {"person": self._persons, "device": self._devices, "vendor": self._vendors, "unblock": self._unblocks}
        return list(asked[kind](name)) if kind in asked else []

    def subjects(self) -> Iterable[str]:
        """Everybody and everything that may owe something."""
        yield from (f"person:{person}" for person in dict.fromkeys(row.person for row in self.reference.rows("roles")))
        yield from (f"device:{name}" for name in dict.fromkeys(row.device_id for row in self.reference.rows("devices")))
        yield from (f"vendor:{name}" for name in dict.fromkeys(row.vendor for row in self.reference.rows("vendors")))
        yield from (f"unblock:{row.request_id}" for row in self.reference.rows("unblocks"))

    def starts_at(self, owed: Owed) -> int:
        """Since when (ms) it is overdue, as far as the log reaches back."""
        return overdue_at(owed.due_at, self.watched_since)

    # People

    def _persons(self, person: str) -> Iterator[Owed]:
        roles = self.reference.role_history(person)
        ack, contract = self.rules.acknowledgement, self.rules.student_contract
        if ack.on and signing_known(self.reference, "acknowledgement"):
            mine = [role for role in roles if role.role in ack.roles]
            yield from self._signatures(person, mine, "acknowledgement", ack.days)
        if contract.on and signing_known(self.reference, "student_contract"):
            mine = [role for role in roles if role.role == STUDENT]
            yield from self._signatures(person, mine, "student_contract", contract.days)
        if self.rules.password.on:
            yield from self._passwords(person, [role for role in roles if role.role in self.rules.password.roles])

    def _signatures(self, person: str, roles: list[Role], kind: str, days: int) -> Iterator[Owed]:
        """One paper for each school year in which somebody has such a role."""
        for year, (start, end) in school_years(self.reference).items():
            held = [role for role in roles if (role.valid_from or 0) < end and _ends(role) > start]
            if not held or end <= self.watched_since:
                continue
            begins = max(start, min(role.valid_from or start for role in held))
            due = self.calendar.date_bounds(self.calendar.local(begins + days * DAY).date())[1]
            signed = self._signed(person, kind, year)
            yield Owed(
                subject=f"person:{person}",
                reason=kind,
                bucket=year,
                due_at=due,
                headline=self._paper(person, kind, year, due),
                why=f"it is due within {counted(days, 'day')} of the beginning",
                rows=tuple((role, f"the role {role.role.removeprefix('ext:')}") for role in held),
                done_at=min((row.valid_from or -EVER for row in signed), default=None),
                until=min(end, max(_ends(role) for role in held)),
                person=person,
            )

    def _signed(self, person: str, kind: str, year: str) -> list[Contract]:
        rows = self.reference.contracts_of(person)
        return [row for row in rows if row.kind == kind and row.school_year in ("", year)]

    def _paper(self, person: str, kind: str, year: str, due: int) -> str:
        name = self.reference.person_name(person, due)
        if kind == "student_contract":
            return f"{name} has not signed the student contract for school year {year}"
        return f"{name} has not acknowledged the policy for school year {year}"

    def _passwords(self, person: str, roles: list[Role]) -> Iterator[Owed]:
        """One change in each term that a role fills from beginning to end."""
        for role in roles:
            for term in semesters_of(self.reference, role.org, self.watched_since):
                start, end = term.valid_from, term.valid_to
                if start is None or end is None or end <= self.watched_since:
                    continue
                if (role.valid_from or 0) <= start and _ends(role) >= end:
                    yield self._password(person, role, term, start, end)

    def _password(self, person: str, role: Role, term: Session, start: int, end: int) -> Owed:
        name = self.reference.person_name(person, end)
        return Owed(
            subject=f"person:{person}",
            reason="password",
            bucket=term.session_id,
            due_at=end,
            headline=f"{name} did not change the password in {term.title or term.session_id}",
            why=f"it is due once in each term, and the term ended on {date(self.calendar, end - 1)}",
            rows=((role, f"the role {role.role.removeprefix('ext:')}"), (term, "the term")),
            since=start,
            person=person,
        )

    # Devices, companies, requests

    def _devices(self, device_id: str) -> Iterator[Owed]:
        rules, row = self.rules.purchase, self.reference.device(device_id, self.watched_since)
        if not rules.on or row is None or row.device_class not in rules.classes or row.purchase_id:
            return
        if self.reference.column("devices", "purchase_id") <= {None, ""}:
            return  # a column that is absent is not known
        due = self.watched_since if row.valid_from is None else row.valid_from + rules.days * DAY
        yield Owed(
            subject=f"device:{device_id}",
            reason="purchase",
            bucket=device_id,
            due_at=due,
            headline=f"{device_id} has no purchase or donation record",
            why=f"it is due within {counted(rules.days, 'day')} of being entered into the inventory",
            rows=((row, f"{device_id} is in the inventory, with an empty purchase_id"),),
            until=EVER if row.valid_to is None else row.valid_to,
            device_id=device_id,
        )

    def _vendors(self, vendor: str) -> Iterator[Owed]:
        if not self.rules.sponsor.on:
            return
        for row in self.reference.vendor_versions(vendor):
            start = self.watched_since if row.valid_from is None else row.valid_from
            if not row.sponsor:
                if self.rules.sponsor.required:
                    yield self._sponsorless(row, start, f"{row.name or vendor} has no sponsor in the district", ())
                continue
            for at in sorted({start, *self._leaves(row.sponsor)}):
                gone = person_ended(self.reference, row.sponsor, at) if row.holds(at) else None
                if gone is not None and gone.at is not None:
                    name = self.reference.person_name(row.sponsor, at)
                    said = f"{row.name or vendor} has no sponsor in the district since {name} left"
                    yield self._sponsorless(row, max(start, gone.at), said, ((gone.row, gone.says),))
                    break

    def _leaves(self, person: str) -> list[int]:
        ends = [role.valid_to for role in self.reference.role_history(person)]
        ends += [row.valid_from for row in self.reference.standing_history(person=person)]
        return [at for at in ends if at is not None]

    def _sponsorless(self, row: Vendor, due: int, said: str, rows: tuple[tuple[Row, str], ...]) -> Owed:
        return Owed(
            subject=f"vendor:{row.vendor}",
            reason="sponsor",
            bucket=row.reference,
            due_at=due,
            headline=said,
            why="a company needs somebody in the district who answers for it while its agreement runs",
            rows=((row, f"agreement {row.agreement_id or 'without a number'}"), *rows),
            until=EVER if row.valid_to is None else row.valid_to,
            person=row.sponsor or None,
            vendor=row.vendor,
        )

    def _unblocks(self, request_id: str) -> Iterator[Owed]:
        rules = self.rules.unblock
        for row in self.reference.unblock_requests(request_id) if rules.decision_on else ():
            if row.requested_at is not None:
                yield self._undecided(row, self.calendar.business_days_later(row.requested_at, rules.business_days))

    def _undecided(self, row: Unblock, due: int) -> Owed:
        days, by = self.rules.unblock.business_days, date(self.calendar, due - 1)
        return Owed(
            subject=f"unblock:{row.request_id}",
            reason="unblock_decision",
            bucket=row.request_id,
            due_at=due,
            headline=f"Request {row.request_id} to unblock {row.domain} was not decided by {by}",
            why=f"a request is decided within {counted(days, 'business day')}",
            rows=((row, f"requested on {date(self.calendar, row.requested_at or 0)}"),),
            done_at=row.decided_at,
            until=EVER if row.valid_to is None else row.valid_to,
            person=row.requester or None,
        )


def _ends(role: Role) -> int:
    return EVER if role.valid_to is None else role.valid_to


def ledger_of(case: Case) -> Ledger:
    """The duties of a case's district."""
    return Ledger(case.reference, case.calendar, case.policy, case.watched_since)


def all_owed(known: Known) -> Iterator[Opening]:
    """Since when each duty is overdue."""
    ledger = Ledger(known.reference, known.calendar, known.policy, known.watched_since)
    for subject in ledger.subjects():
        yield from (Opening(subject, ledger.starts_at(owed)) for owed in ledger.of(subject))
