"""The proof of a change of privilege: plain words, the changes and what followed, and the explanations tested."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.unapproved_privilege_change.change import Change
from streams.detections.unapproved_privilege_change.entitlements import (
    AUDIT,
    CLEARED,
    GROUP,
    MFA,
    POLICY,
    TAKEN_BACK,
    UNIT,
    rules_of,
)
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import account_used, capital, clock, counted, day, length, listed, moment
from streams.sighting import Sighting

MINUTE = 60_000
_NUMBER = "s-1-"  # how Windows writes an account that it has no name for


class Proof:
    """What a finding says of the changes to one account and entitlement on one school day."""

    def __init__(self, case: Case, changes: Sequence[Change], weighed: Sequence[Consulted]) -> None:
        self.case, self.changes = case, changes
        self.first = changes[0].sighting
        self.weighed = weighed

    @property
    def unnamed(self) -> bool:
        """Whether the record tells the member by a number alone."""
        return (self.first.account or "").startswith(_NUMBER)

    @property
    def consulted(self) -> list[Consulted]:
        """Approvals and excuses weighed, and whose the accounts are."""
        rows = {row.reference: row for row in self.weighed}
        for name in (self.first.account, self.first.destination):
            row = self.case.reference.account(name, self.first.at) if name else None
            if row and row.reference not in rows:
                owner = row.person and self.case.reference.person_name(row.person, self.first.at)
                rows[row.reference] = consulted(
                    row, f"{name} is a {row.kind} account" + (f" of {owner}" if owner else "")
                )
        return list(rows.values())

    def _used(self) -> str:
        """The account that did it, where it is its own; whose hands is not known."""
        if self.unnamed or not self.first.account:
            return self._who()
        return capital(account_used(self.case.reference, self.first.account, self.first.at))

    def _who(self) -> str:
        if self.first.person:
            return self.case.reference.person_name(self.first.person, self.first.at)
        if self.unnamed:
            return f"The account with the number {(self.first.account or '').upper()}"
        return self.first.account or f"The device {self.first.device_id}"

    def _actor(self, s: Sighting) -> str:
        """Who did it, with the account; "somebody" where the record vouches for nobody."""
        row = self.case.reference.account(s.destination, s.at) if s.destination else None
        if row is not None and row.person:
            return f"{self.case.reference.person_name(row.person, s.at)} ({s.destination})"
        return s.destination or "somebody whom the record does not name"

    def headline(self) -> str:
        """One sentence: what happened to whom, by whom, and that nobody had approved it."""
        reasons = {reason for change in self.changes for reason in change.reasons}
        return f"{self._done(self.first, 'self_granted' in reasons)} without an approval{self._again()}"

    def _done(self, s: Sighting, own: bool) -> str:
        what, where = s.app or "", f" on {s.reporter}" if s.reporter else ""
        if s.kind == CLEARED:
            return f"{self._used()} cleared the audit log{where}"
        if s.kind == AUDIT:
            return f"{self._used()} turned off part of the auditing{where}"
        if s.kind == POLICY:
            return f"{self._used()} weakened a security policy ({what})"
        if s.kind == MFA:
            return f"The second factor of {self._who()} was removed by {self._by(s)}"
        if s.kind == UNIT:
            return f"{self._who()} was moved to {what} by {self._by(s)}"
        if own:
            return f"{self._used()} gave itself {self._right(s)}"
        return f"{self._who()} was given {self._right(s)} by {self._by(s)}"

    def _by(self, s: Sighting) -> str:
        return "their own account" if s.destination == s.account else self._actor(s)

    def _right(self, s: Sighting) -> str:
        return f"membership in {s.app}" if s.kind == GROUP else f"the role {s.app}"

    def _again(self) -> str:
        change = next((one for one in self.changes if "brief" in one.reasons and one.back), None)
        if change is None or change.back is None:
            return ""
        done = "added again" if change.sighting.kind == MFA else "taken back"
        return f", and it was {done} after {length(change.back.at - change.sighting.at)}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        s = self.first
        said = [f"On {day(self.case.calendar, s.at)}, at {clock(self.case.calendar, s.at)}: {self._fact(s)}."]
        if len(self.changes) > 1:
            said.append(f"It happened {len(self.changes)} times that school day.")
        said += [self._searched(), *self._afterward()]
        if self.unnamed:
            said.append("The record gives a number and no name, so nobody is named here.")
        return " ".join(said)

    def _fact(self, s: Sighting) -> str:
        own = any("self_granted" in change.reasons for change in self.changes)
        return self._done(s, own) + (f", with the account {s.destination}" if own else "")

    def _searched(self) -> str:
        days = counted(rules_of(self.case.policy).approval_days, "day")
        near = len([row for row in self.weighed if row.reference.startswith("approvals")])
        about = f"for {self._who()} and {self.first.app}, written down in the {days} before"
        found = f"{counted(near, 'approval')} came near and none fits" if near else "there is none that comes near"
        return f"An approval {about}, was looked for in approvals.csv: {found}."

    def _afterward(self) -> Iterator[str]:
        calendar = self.case.calendar
        for change in self.changes:
            if change.back:
                done = "A second factor was added again" if change.sighting.kind == MFA else "The right was taken back"
                by = f" by {self._actor(change.back)}"
                yield f"{done} on {moment(calendar, change.back.at)}{by}."
            if change.used:
                yield f"The first act of an administrator that followed was on {moment(calendar, change.used.at)}."

    def exhibits(self) -> list[Exhibit]:
        """The changes, what took them back, and their first uses."""
        shown = {c.sighting.event_id: _exhibit(c.sighting, self._fact(c.sighting)) for c in self.changes}
        for change in self.changes:
            if change.back:
                shown.setdefault(change.back.event_id, _exhibit(change.back, "it was taken back, or a factor added"))
            if change.used:
                shown.setdefault(change.used.event_id, _exhibit(change.used, f"a use: {change.used.app}"))
        return list(shown.values())

    def measures(self) -> list[Measure]:
        """How many changes nobody had approved, and how soon each was taken back."""
        ids = [change.sighting.event_id for change in self.changes]
        made = [Measure(name="changes without approval", value=len(ids), threshold=1, event_ids=ids)]
        limit = rules_of(self.case.policy).brief_minutes
        for change in self.changes:
            if change.back:
                minutes = (change.back.at - change.sighting.at) / MINUTE
                both = [change.sighting.event_id, change.back.event_id]
                made.append(
                    Measure(name="until taken back", value=minutes, threshold=limit, unit="min", event_ids=both)
                )
        return made

    def spans(self) -> list[Span]:
        """From each change to its end, to draw."""
        return [
            Span(
                kind="session",
                label=change.sighting.app or change.sighting.kind,
                started_at=format_ms(change.sighting.at),
                ended_at=format_ms(change.back.at if change.back else self.case.ended_at),
                close="recorded" if change.back else "open",
                event_ids=[change.sighting.event_id, *([change.back.event_id] if change.back else [])],
            )
            for change in self.changes
            if change.sighting.kind in TAKEN_BACK
        ]

    def not_known(self) -> list[str]:
        """Tables that are absent, and what the record does not name."""
        absent = [table for table in ("accounts", "users", "calendar") if not self.case.reference.known(table)]
        return [*absent, *(["the name of the account"] if self.unnamed else [])]

    def innocents(self) -> list[Innocent]:
        """Every innocent explanation that can be tested."""
        return [self._ticket, self._sync, self._machine, self._emergency, self._replaced]

    @cached_property
    def _ticket(self) -> Innocent:
        late = [change.approval.name for change in self.changes if change.approval]
        if late:
            answer = f"{listed(sorted(set(late)))} was written down afterward; it does not undo that nobody had agreed."
        else:
            answer = "No approval of this entitlement for this account, in time, was found."
        return _told("change_ticket_or_manifest", answer, holds=bool(late))

    @cached_property
    def _sync(self) -> Innocent:
        actor = self.first.destination
        row = self.case.reference.account(actor, self.first.at) if actor else None
        if row is not None and row.kind == "service":
            hours = rules_of(self.case.policy).resync_hours
            answer = f"{actor} is a service account. It had not removed the same membership in the {hours} h before."
        else:
            answer = f"{actor or 'Whoever did it'} is not listed as a service account."
        return _told("group_sync_by_a_service", answer)

    @cached_property
    def _machine(self) -> Innocent:
        return _told(
            "done_by_a_machine", "Changes by a computer's own account, such as by group policy, are not counted."
        )

    @cached_property
    def _emergency(self) -> Innocent:
        held = sorted({change.excuse.name for change in self.changes if change.excuse})
        answer = f"Found: {listed(held)}." if held else "No break-glass approval and no exemption was found."
        return _told("break_glass_or_exemption", answer, holds=bool(held))

    @cached_property
    def _replaced(self) -> Innocent:
        if self.first.kind != MFA:
            return _told("new_phone", "This is not about a second factor.")
        back = any(change.back for change in self.changes)
        answer = "A second factor was added afterward." if back else "No second factor was added afterward."
        return _told("new_phone", answer, holds=back)


def _told(explanation: str, answer: str, *, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _exhibit(s: Sighting, shows: str) -> Exhibit:
    run = s.count > 1
    return Exhibit(
        event_id=s.event_id,
        occurred_at=format_ms(s.told_at),
        source_id=s.source_id,
        shows=shows,
        account=s.account,
        device_id=s.device_id,
        address=s.address,
        count=s.count if run else None,
        until=format_ms(s.told_until) if run else None,
        last_event_id=s.last_event_id if run else None,
    )
