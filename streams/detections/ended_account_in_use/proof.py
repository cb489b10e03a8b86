"""What a finding about an ended account shows: who, what had ended by which row, each use, and what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.event import format_ms
from model.reference import Account
from model.violation import Consulted, Exhibit, Measure
from streams.detection import Case
from streams.detections.ended_account_in_use.enabled import StillEnabled
from streams.detections.ended_account_in_use.reactivation import Reactivation, told_by
from streams.detections.ended_account_in_use.sight import WEB
from streams.detections.ended_account_in_use.uses import Use
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import account_named, clock, counted, date, day, listed, moment
from streams.patterns.standing import Ending
from streams.sighting import Sighting

DAY = 24 * 3_600_000
_SHOWS = {
    "account.authenticated": "signed in",
    "account.logged_on": "logged on",
    "session.reconnected": "reconnected to a session",
    "session.unlocked": "unlocked the screen",
    "token.authorized": "let an app into the account",
    "tunnel.addressed": "connected by VPN",
    "tunnel.opened": "connected by VPN",
    WEB: "used the web",
}


def who(case: Case, account: Account, at: int) -> str:
    """`vtech (Acme Systems)`, `tbell (Tess Bell)`, or the account alone."""
    company = case.reference.vendor_versions(account.vendor) if account.vendor else []
    name = company[0].name if company else ""
    if account.person:
        name = case.reference.person_name(account.person, at)
    return f"{account.account} ({name})" if name else account.account


def when_ended(case: Case, ending: Ending) -> str:
    """`the semester Fall ended on December 19, 2025`: the last day, where it ended with a day."""
    if ending.at is None:
        return ending.says
    local = case.calendar.local(ending.at)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    if not midnight:
        return f"{ending.says} on {moment(case.calendar, ending.at)}"
    ends = ending.at == ending.row.valid_to  # a row that holds up to midnight ended with the day before
    return f"{ending.says} on {date(case.calendar, ending.at - 1 if ends else ending.at)}"


@dataclass(frozen=True)
class UseProof:
    """The proof of one school day's uses and reactivations."""

    case: Case
    account: Account
    uses: Sequence[Use]
    again: Sequence[Reactivation]
    reasons: Sequence[str]

    @property
    def started_at(self) -> int:
        """The first of it (ms)."""
        return min([*(use.at for use in self.uses), *(one.event.at for one in self.again)])

    @property
    def ended_at(self) -> int:
        """Just after the last of it (ms)."""
        return max([*(use.at for use in self.uses), *(one.event.at for one in self.again)]) + 1

    @property
    def endings(self) -> list[Ending]:
        """What had ended, each row once."""
        return list({one.row.reference: one for use in self.uses for one in use.ended}.values())

    def headline(self) -> str:
        """One line."""
        name = who(self.case, self.account, self.started_at)
        if self.endings:
            return f"The account {name} was used on {date(self.case.calendar, self.started_at)}, after {self._ended(1)}"
        if self.uses:
            return f"The account {name} was used without a signed student contract"
        return f"The account {name} was enabled again{self._by(self.again[0])} without a request"

    def _ended(self, most: int = 9) -> str:
        return listed([when_ended(self.case, one) for one in self.endings[:most]])

    def _by(self, one: Reactivation) -> str:
        return f" by {account_named(self.case.reference, one.event.app, one.event.at)}" if one.event.app else ""

    def explanation(self) -> str:
        """A paragraph for a principal."""
        return " ".join([*self._use_words(), *self._again_words()])

    def _use_words(self) -> list[str]:
        if not self.uses:
            return []
        calendar, first = self.case.calendar, self.uses[0]
        name = who(self.case, self.account, self.started_at)
        times = sum(one.count for one in self._sightings())
        said = [
            f"On {day(calendar, first.at)}, {name} {_SHOWS[first.sighting.kind]} at {clock(calendar, first.at)}"
            f"{self._where(first.sighting)}{_in_all(times)}."
        ]
        if self.endings:
            said.append(f"Before that, {listed([when_ended(self.case, one) + one.note for one in self.endings])}.")
        if any(use.unsigned for use in self.uses):
            said.append("No student contract for that school year was on file then.")
        return [*said, *self._known_words()]

    def _known_words(self) -> list[str]:
        late = [one for one in self.endings if not any(one.known_at(use.at) for use in self.uses)]
        if not late or any(use.unsigned for use in self.uses):
            return []
        told = listed([moment(self.case.calendar, one.row.recorded_at or 0) for one in late])
        return [f"The district had not written this down yet; it was recorded on {told}."]

    def _again_words(self) -> list[str]:
        days = self.case.policy.detections.ended_account_in_use.parameters.request_days
        return [
            f"On {day(self.case.calendar, one.event.at)}, at {clock(self.case.calendar, one.event.at)}, the account was"
            f" enabled again{self._by(one)}. No request by somebody who may ask for it was on file from the"
            f" {counted(days, 'day')} before."
            for one in self.again
        ]

    def _where(self, sighting: Sighting) -> str:
        gateway = sighting.kind.startswith("tunnel.") or sighting.logon_type is None  # it reports, nobody sits there
        place = sighting.device_id or sighting.device or (None if gateway else sighting.reporter)
        return f" on {place}" if place else (f" from {sighting.address}" if sighting.address else "")

    def _sightings(self) -> list[Sighting]:
        return list({use.sighting.event_id: use.sighting for use in self.uses}.values())

    def exhibits(self) -> list[Exhibit]:
        """Each use, and each enabling."""
        used = [self._exhibit(one) for one in self._sightings()]
        return [*used, *(_of_directory(one.event, f"was enabled again{self._by(one)}") for one in self.again)]

    def _exhibit(self, sighting: Sighting) -> Exhibit:
        run = sighting.count > 1
        return Exhibit(
            event_id=sighting.event_id,
            occurred_at=format_ms(sighting.told_at),
            source_id=sighting.source_id,
            shows=f"{_SHOWS[sighting.kind]}{self._where(sighting)}",
            account=sighting.account,
            person=sighting.person,
            device_id=sighting.device_id,
            address=sighting.address,
            count=sighting.count if run else None,
            until=format_ms(sighting.told_until) if run else None,
            last_event_id=sighting.last_event_id if run else None,
        )

    def measures(self) -> list[Measure]:
        """How often, and how long after the end."""
        found = []
        if self.uses:
            ids = [one.event_id for one in self._sightings()]
            found.append(Measure(name="uses", value=sum(one.count for one in self._sightings()), event_ids=ids))
        dated = [one.at for one in self.endings if one.at is not None]
        if dated:
            after = round((self.uses[-1].at - min(dated)) / DAY, 2)
            found.append(Measure(name="days after the end", value=after, threshold=0, unit="d"))
        if self.again:
            ids = [one.event.event_id for one in self.again]
            found.append(Measure(name="enabled without a request", value=len(ids), event_ids=ids))
        return found

    def consulted(self) -> list[Consulted]:
        """The account, each row that ended something, and the requests that do not count."""
        rows = [consulted(self.account, f"{self.account.account} is a {self.account.kind} account")]
        rows += [consulted(one.row, when_ended(self.case, one) + one.note) for one in self.endings]
        return [*rows, *told_by(self.again)]


@dataclass(frozen=True)
class EnabledProof:
    """The proof that an account was left enabled."""

    case: Case
    found: StillEnabled

    def headline(self) -> str:
        """One line."""
        name = who(self.case, self.found.account, self.found.at)
        return f"The account {name} was still enabled on {date(self.case.calendar, self.found.at)}, after {self._ended}"

    @property
    def _ended(self) -> str:
        return when_ended(self.case, self.found.ending)

    def explanation(self) -> str:
        """A paragraph for a principal."""
        found, calendar = self.found, self.case.calendar
        days = self.case.policy.detections.ended_account_in_use.parameters.grace_business_days
        known = found.ending.row.recorded_at
        late = f" This was recorded on {moment(calendar, known)}." if known and known > (found.ending.at or 0) else ""
        return (
            f"For {who(self.case, found.account, found.at)}, {self._ended}{found.ending.note}.{late}"
            f" The account had to be disabled within {counted(days, 'business day')}, by {moment(calendar, found.due)}."
            f" {self._state()} Nothing says that it was disabled."
        )

    def _state(self) -> str:
        if self.found.event:
            return (
                f"The directory last reported on {moment(self.case.calendar, self.found.event.at)} that it was enabled."
            )
        since = self.found.row.valid_from if self.found.row else None
        return f"The directory lists it as enabled{f' since {date(self.case.calendar, since)}' if since else ''}."

    def exhibits(self) -> list[Exhibit]:
        """The event that last enabled it, if the directory's events tell it."""
        return [_of_directory(self.found.event, "was enabled")] if self.found.event else []

    def measures(self) -> list[Measure]:
        """How long after the end."""
        ended = self.found.ending.at
        after = round((self.found.at - ended) / DAY, 2) if ended is not None else 0
        days = self.case.policy.detections.ended_account_in_use.parameters.grace_business_days
        return [
            Measure(name="days enabled after the end", value=after, unit="d"),
            Measure(name="business days allowed", value=days, threshold=days, unit="business days"),
        ]

    def consulted(self) -> list[Consulted]:
        """The row that ended it, the directory's word, the account."""
        found = self.found
        rows = [consulted(found.account, f"{found.account.account} is a {found.account.kind} account")]
        rows.append(consulted(found.ending.row, self._ended + found.ending.note))
        return [*rows, consulted(found.row, "the directory lists it as enabled")] if found.row else rows


def _in_all(times: int) -> str:
    return f"; {counted(times, 'use')} in all that day" if times > 1 else ""


def _of_directory(event: Sighting, shows: str) -> Exhibit:
    return Exhibit(
        event_id=event.event_id,
        occurred_at=format_ms(event.told_at),
        source_id=event.source_id,
        shows=f"the account {shows}",
        account=event.account,
    )
