"""The proof of each kind of finding: plain words, exhibits, measures, spans to draw, every row weighed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from model.event import format_ms
from model.reference import Approval, Loss
from model.violation import Consulted, Exhibit, Measure, Span
from streams.detection import Case
from streams.detections.lost_device.losses import EVER, HOUR, LossCase, rules_of
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import (
    account_named,
    account_used,
    capital,
    clock,
    counted,
    day,
    deadline,
    length,
    listed,
    moment,
    role,
)
from streams.patterns.excuses import Excuses
from streams.sighting import CLAIMED, Sighting

_DID = {
    "account.authenticated": "signed in",
    "account.logged_on": "logged on",
    "app.installed": "installed an app",
    "connection.recorded": "reached the network",
    "device.checked_in": "checked in with the management server",
    "session.reconnected": "went back to a session",
    "session.unlocked": "was unlocked",
    "ticket.requested": "renewed a sign-in",
    "tunnel.opened": "opened a VPN tunnel",
    "web.requested": "reached the web",
}
_ASKED = {
    "locate": "asked where {device} was",
    "screenshot": "took a picture of the screen of {device}",
    "camera": "switched on the camera of {device}",
    "live_view": "looked at the screen of {device}",
}
_TOLD = {"supervisor": "the supervisor", "ext:it": "IT", "ext:police": "the police"}


def user_of(case: Case, loss: LossCase) -> str | None:
    """Who has to report it: whom it was assigned to, else who did report it; nobody where several had it."""
    at = loss.discovered_at or loss.row.reported_at or case.started_at
    given = {row.person for row in case.reference.assignees(loss.row.device_id, at)}
    if len(given) == 1:
        return given.pop()
    return loss.row.reported_by or None if not given else None


def searches(case: Case, command: Sighting) -> list[Approval]:
    """The authorizations of a search of this very device around a command."""
    at, device = command.at, command.device_id
    found = case.reference.approvals("search_authorisation", at, at, device_id=device)
    return [row for row in found if row.device_id == device]


def recipient(group: Iterable[str]) -> str:
    """`the first hour teacher`, or `the supervisor or IT` where one of several would do."""
    return listed([_TOLD.get(name, f"the {role(name)}") for name in group], "or")


def loss_row(case: Case, row: Loss, failed: str | None = None) -> Consulted:
    """What a row of losses.csv says, in order of time."""
    told = [
        ("last seen", row.last_seen_at),
        ("discovered", row.discovered_at),
        ("reported", row.reported_at),
        ("police report", row.police_report_at),
        ("recovered", row.recovered_at),
    ]
    said = ", ".join(f"{word} {moment(case.calendar, at)}" for word, at in told if at is not None)
    to = f"; told: {listed([recipient([name]) for name in row.reported_to])}" if row.reported_to else ""
    return consulted(row, f"{row.device_id} {row.kind}: {said or 'no times'}{to}", failed)


class LossProof:
    """What a finding says of a loss that was not reported as it must be."""

    def __init__(
        self, case: Case, loss: LossCase, reasons: Sequence[str], left_out: list[tuple[str, ...]], excuses: Excuses
    ) -> None:
        self.case, self.loss, self.reasons, self.left_out, self.excuses = case, loss, reasons, left_out, excuses
        self.calendar, self.row = case.calendar, loss.row

    @property
    def ended_at(self) -> int:
        """When it was made good, or when the last deadline had passed."""
        known = [self.row.reported_at, self.loss.filed_at if "no_police_report" in self.reasons else None]
        dues = [at for at in (self.loss.report_due, self.loss.police_due) if at is not None and at <= self.case.now]
        return max([at for at in (*known, *dues, self.loss.discovered_at) if at is not None]) + 1

    def headline(self) -> str:
        """One sentence about the gravest reason."""
        return f"{self.row.device_id} ({self.row.kind}) {self._what(self.reasons[0])}"

    def _what(self, reason: str) -> str:
        if reason == "no_police_report":
            return self._police()
        due, told = self.loss.report_due or 0, self.row.reported_at
        if told is None:
            return f"was not reported by {deadline(self.calendar, due)}"
        if told >= due:
            return f"was reported {length(told - due)} after the deadline"
        return f"was reported without telling {listed([recipient(group) for group in self.left_out])}"

    def _police(self) -> str:
        due, filed = self.loss.police_due or 0, self.loss.filed_at
        if filed is None:
            return f"has no police report, which was due by {deadline(self.calendar, due)}"
        return f"got its police report {length(filed - due)} after the deadline"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        row, calendar = self.row, self.calendar
        found = f"On {day(calendar, row.discovered_at or 0)}, at {clock(calendar, row.discovered_at or 0)}"
        sentences = [f"{found}, the device {row.device_id} was found to be {row.kind}.", *self._clock_words()]
        sentences += [f"The device {self._what(reason)}." for reason in self.reasons]
        if self.loss.ended_at < EVER:
            sentences.append(f"It was back on {moment(calendar, self.loss.ended_at)}.")
        return " ".join(sentences)

    def _clock_words(self) -> Iterator[str]:
        rules = rules_of(self.case.policy)
        if "late_report" in self.reasons and self.loss.report_due:
            rule = {
                "next_business_day": "the end of the next business day",
                "immediately": f"{rules.immediate_hours} hours between opening and closing",
            }[rules.report_within]
            due = deadline(self.calendar, self.loss.report_due)
            yield f"The time to report it was {rule} after its discovery: {due}."
        if "no_police_report" in self.reasons:
            days = counted(rules.police_business_days, "business day")
            yield f"A police report was due within {days}: by {deadline(self.calendar, self.loss.police_due or 1)}."

    def measures(self) -> list[Measure]:
        """The hours from the discovery to each report, beside those there were."""
        start, found = self.loss.discovered_at or 0, []
        for name, reason, due, done in self._clocks():
            if reason in self.reasons and due is not None:
                value = (due if done is None else done) - start  # what nobody did by then took at least that long
                found.append(Measure(name=name, value=_hours(value), threshold=_hours(due - start), unit="h"))
        return found

    def _clocks(self) -> list[tuple[str, str, int | None, int | None]]:
        loss = self.loss
        return [
            ("hours from discovery to report", "late_report", loss.report_due, loss.row.reported_at),
            ("hours from discovery to police report", "no_police_report", loss.police_due, loss.filed_at),
        ]

    def spans(self) -> list[Span]:
        """Between when it was lost, and until when it had to be reported."""
        row, found = self.row, []
        if row.last_seen_at is not None and row.last_seen_at < (self.loss.discovered_at or 0):
            found.append(_span("loss", "lost some time in here", row.last_seen_at, self.loss.discovered_at or 0))
        for name, _, due, done in self._clocks():
            if due is not None and done is not None and due < done:
                found.append(_span("overdue", name, due, done))
        return found

    def consulted(self) -> list[Consulted]:
        """The row itself, and who might have excused it."""
        return [loss_row(self.case, self.row), *_back(self.case, self.loss), *self.excuses.weighed.values()]


class UseProof:
    """What a finding says of the use of a device after it was reported."""

    def __init__(self, case: Case, loss: LossCase, uses: list[Sighting], excuses: Excuses) -> None:
        self.case, self.loss, self.uses, self.excuses = case, loss, uses, excuses
        self.calendar, self.row = case.calendar, loss.row

    @property
    def account(self) -> str | None:
        """The one account that used it; nobody where there were several."""
        return _only(s.account for s in self.uses)

    @property
    def person(self) -> str | None:
        """The one person who was signed in; never the one it is assigned to."""
        return _only(s.person for s in self.uses)

    def headline(self) -> str:
        """One sentence."""
        times = sum(s.count for s in self.uses)
        since = length(self.uses[0].at - (self.row.reported_at or 0))
        if self._is_lead():
            return (
                f"A machine that calls itself {self.uses[0].device} was active {counted(times, 'time')} after"
                f" {self.row.device_id} was reported {self.row.kind}; the first {since} after the report"
            )
        return (
            f"{self.row.device_id}, reported {self.row.kind}, was active {counted(times, 'time')};"
            f" the first {since} after the report"
        )

    def _is_lead(self) -> bool:
        """Whether nothing but a name that the machine gave itself shows it."""
        return all(s.logon_type == CLAIMED for s in self.uses)

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, first, last = self.calendar, self.uses[0], max(self.uses, key=lambda s: s.until)
        who = (
            f" The account signed in was {account_named(self.case.reference, self.account, first.at)}."
            if self.account
            else ""
        )
        where = sorted({s.address for s in self.uses if s.address})
        seen = f" It was seen at {listed(where)}." if where else ""
        it = f"a machine that calls itself {first.device}" if self._is_lead() else "it"
        if self._is_lead():
            seen += " The name is a lead, and no proof that it was this device. It says nothing of who used it."
        return (
            f"The device {self.row.device_id} was reported {self.row.kind} on"
            f" {moment(calendar, self.row.reported_at or 0)}, and no table says that it was back"
            f" {self._until()}. Records show {it} active from {moment(calendar, first.at)}, to"
            f" {moment(calendar, last.until)}: it {listed(sorted({_DID[s.app or ''] for s in self.uses}))}.{who}{seen}"
        )

    def _until(self) -> str:
        return f"before {moment(self.calendar, self.loss.ended_at)}" if self.loss.ended_at < EVER else "since"

    def exhibits(self) -> list[Exhibit]:
        """Each stretch of activity."""
        return [_exhibit(s, f"the device {_DID[s.app or '']}") for s in self.uses]

    def measures(self) -> list[Measure]:
        """How often, and how long after the report."""
        ids = [s.event_id for s in self.uses]
        rules = rules_of(self.case.policy)
        after = (self.uses[0].at - (self.row.reported_at or 0)) / 60_000
        return [
            Measure(name="records of activity after the report", value=sum(s.count for s in self.uses), event_ids=ids),
            Measure(
                name="minutes from report to first activity",
                value=round(after, 1),
                threshold=rules.used_after_minutes,
                unit="min",
                event_ids=ids[:1],
            ),
        ]

    def spans(self) -> list[Span]:
        """Each stretch of activity, on a time axis."""
        return [_span("session", _DID[s.app or ""], s.at, max(s.until, s.at + 1), [s.event_id]) for s in self.uses]

    def consulted(self) -> list[Consulted]:
        """The report, what shows that the device was back, and who might have excused it."""
        return [loss_row(self.case, self.row), *_back(self.case, self.loss), *self.excuses.weighed.values()]


class TrackProof:
    """What a finding says of commands to a device that was not lost."""

    def __init__(
        self,
        case: Case,
        account: str | None,
        commands: list[Sighting],
        losses: list[LossCase],
        weighed: Mapping[str, Consulted],
    ) -> None:
        self.case, self.account, self.commands, self.losses, self.weighed = case, account, commands, losses, weighed
        self.never = {command.kind for command in commands} & set(rules_of(case.policy).never)

    def headline(self) -> str:
        """One sentence."""
        asked = listed(sorted({_asked(c, self.case.subject) for c in self.commands}))
        why = "which nobody may do" if self.never else "though it was not reported lost"
        return capital(f"{self._who() or 'somebody'} {asked}, {why}")

    def _who(self) -> str | None:
        return account_used(self.case.reference, self.account, self.commands[0].at) if self.account else None

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, first = self.case.calendar, self.commands[0]
        did = listed([f"{_asked(c, self.case.subject)} at {clock(calendar, c.at)}" for c in self.commands])
        state = "No row of losses.csv says that the device was lost or stolen then."
        if self.never:
            forbidden = listed(sorted(kind.replace("_", " ") for kind in self.never))
            state = f"The policy allows this ({forbidden}) for no device, lost or not."
        given = self.case.reference.assignees(self.case.subject, first.at)
        whose = f" It is assigned to {listed([self.case.reference.person_name(g.person, first.at) for g in given])}."
        return (
            f"On {day(calendar, first.at)}, {self._who() or 'somebody (the record names nobody)'}"
            f" {did}. {state}"
            f"{whose if given else ''}"
        )

    def exhibits(self) -> list[Exhibit]:
        """Each command."""
        return [_exhibit(c, f"{self.account or 'somebody'} {_asked(c, 'the device')}") for c in self.commands]

    def measures(self) -> list[Measure]:
        """How many commands."""
        ids = [c.event_id for c in self.commands]
        return [Measure(name="commands without a loss", value=len(ids), threshold=0, event_ids=ids)]

    def consulted(self) -> list[Consulted]:
        """The losses that did not cover them, and who might have allowed them."""
        found = {one.row.reference: loss_row(self.case, one.row, self._why_not(one)) for one in self.losses}
        rows = {row.reference: row for command in self.commands for row in searches(self.case, command)}
        for row in rows.values():
            says = f"authorization of a search by {row.approver} ({role(row.approver_role)}): {row.reason}"
            found[row.reference] = consulted(row, says.rstrip(": "), None)
        return [*found.values(), *self.weighed.values()]

    def _why_not(self, loss: LossCase) -> str | None:
        if self.never:
            return "a loss does not allow it"
        if loss.row.kind == "compromised":
            return "the device was not gone"
        return None if loss.is_gone(self.commands[0].at) else "it does not cover the time"


def _asked(command: Sighting, device: str) -> str:
    return _ASKED[command.kind].format(device=device)


def _only(names: Iterable[str | None]) -> str | None:
    found = {name for name in names if name}
    return found.pop() if len(found) == 1 else None


def _back(case: Case, loss: LossCase) -> Iterator[Consulted]:
    if loss.found_by is not None and loss.found_by is not loss.row:
        yield consulted(loss.found_by, f"{loss.row.device_id} was back on {moment(case.calendar, loss.ended_at)}")


def _hours(ms: int) -> float:
    return round(ms / HOUR, 1)


def _span(kind: str, label: str, start: int, end: int, events: list[str] | None = None) -> Span:
    return Span(kind=kind, label=label, started_at=format_ms(start), ended_at=format_ms(end), event_ids=events or [])


def _exhibit(s: Sighting, shows: str) -> Exhibit:
    return Exhibit(
        event_id=s.event_id,
        occurred_at=format_ms(s.told_at),
        source_id=s.source_id,
        shows=shows,
        account=s.account,
        person=s.person,
        device_id=s.device_id,
        address=s.address,
        site=s.site,
        count=s.count if s.count > 1 else None,
        until=format_ms(s.told_until) if s.count > 1 else None,
        last_event_id=s.last_event_id if s.count > 1 else None,
    )
