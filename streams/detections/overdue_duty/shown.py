"""Duties that events show undone: software left on a device, a device that does not comply, a site still open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from model.policy.detections.overdue_duty import DutyParameters
from model.reference import Device, Unblock
from streams.detection import Case
from streams.detections.overdue_duty.owed import DAY, Owed
from streams.detections.overdue_duty.sight import AWAY, PASSWORD, REPORT, WEB
from streams.evidence.plain_words import counted, date
from streams.sighting import Sighting

_LONGEST = 400  # days that are looked through
_GAP = 2 * DAY + DAY // 2  # reports of a device that are no farther apart tell of one state


@dataclass(frozen=True)
class Shown:
    """One case's duties by its events."""

    case: Case

    @property
    def rules(self) -> DutyParameters:
        """The pack's numbers."""
        return self.case.policy.detections.overdue_duty.parameters

    @property
    def name(self) -> str:
        """The subject without its kind."""
        return self.case.subject.partition(":")[2]

    @cached_property
    def today(self) -> list[Sighting]:
        """What happened on the case's school day."""
        return [one for one in self.case.sightings if self.case.started_at <= one.at < self.case.ended_at]

    def found(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        """Each duty, and the events that show it."""
        yield from self._software()
        yield from self._compliance()
        yield from self._check_in()
        yield from self._open_sites()

    def changed_password(self, owed: Owed) -> bool:
        """Whether the password was changed in time."""
        since = owed.since or 0
        return any(one.kind in PASSWORD and since <= one.at < owed.due_at for one in self.case.kept)

    def _software(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        """Installed today and not approved; overdue when it was not removed within its days."""
        rules = self.rules.software
        if not rules.on or not self.case.reference.known("software"):
            return
        for one in (one for one in self.today if one.kind == "app.installed" and one.app):
            row = self.case.reference.software(one.app or "", "", one.at)
            if row.decision == "approved" if row else self._some_version_approved(one.app or ""):
                continue
            removed = [o.at for o in self.case.kept if o.kind == "app.removed" and o.app == one.app and o.at >= one.at]
            says = f"software.csv says: {row.decision}" if row else "software.csv does not name it"
            owed = Owed(
                subject=self.case.subject,
                reason="software",
                bucket=f"{one.app}@{one.at}",
                due_at=one.at + rules.days * DAY,
                headline=f"{one.app} was installed on {self.name} and not removed within {counted(rules.days, 'day')}",
                why=f"{says}, and what is not approved is removed within {counted(rules.days, 'day')}",
                rows=((row, f"{row.app}: {row.decision}"),) if row else (),
                done_at=min(removed, default=None),
                since=one.at,
                device_id=self.name,
            )
            yield owed, [one]

    def _some_version_approved(self, app: str) -> bool:
        """Whether a version of it was approved; the records do not say which one was installed."""
        rows = self.case.reference.rows("software")
        return any(row.decision == "approved" and row.app.lower() == app.lower() for row in rows)

    def _compliance(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        """A report of today that ends so many days without any report that it complies."""
        rules, device = self.rules.encryption, self.case.reference.device(self.name, self.case.started_at)
        reports = [one for one in self.case.kept if one.kind in REPORT and one.at < self.case.ended_at]
        if not rules.on or not reports or not _must_comply(device):
            return
        chain = _unbroken(reports)
        due = chain[0].at + rules.days * DAY
        reached = next((one for one in chain if one.at >= due), None)
        if reached is None or not self.case.started_at <= reached.at < self.case.ended_at:
            return
        shown = [one for one in chain if one.at <= reached.at]
        owed = Owed(
            subject=self.case.subject,
            reason="encryption",
            bucket=str(chain[0].at),
            due_at=reached.at,
            headline=f"{self.name} has not met the security requirements since {date(self.case.calendar, chain[0].at)}",
            why=f"a device may be not {reached.app or 'compliant'} for {counted(rules.days, 'day')} at most",
            rows=((device, "the device"),) if device else (),
            device_id=self.name,
        )
        yield owed, shown

    def _check_in(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        """The first report of today that says that the device was not in touch for so many school days."""
        rules, device = self.rules.check_in, self.case.reference.device(self.name, self.case.started_at)
        if not rules.on or (device is not None and device.device_class not in rules.classes):
            return
        told = [one for one in self.case.kept if one.kind in (AWAY, *REPORT) and one.duration_s is not None]
        late = [one for one in told if self._school_days(_contact(one), one.at) >= rules.school_days]
        first = next((one for one in self.today if one in late), None)
        if first is None or any(one.at < first.at and abs(_contact(one) - _contact(first)) < DAY for one in late):
            return
        since = date(self.case.calendar, _contact(first))
        owed = Owed(
            subject=self.case.subject,
            reason="check_in",
            bucket=str(self.case.calendar.local(_contact(first)).date()),
            due_at=first.at,
            headline=f"{self.name} has not been in touch with the device management since {since}",
            why=f"a device must be in touch at least every {counted(rules.school_days, 'school day')}",
            rows=((device, "the device"),) if device else (),
            device_id=self.name,
        )
        yield owed, [first]

    def _school_days(self, start: int, end: int) -> int:
        """School days between; where no terms are known, days on which the office was open."""
        calendar, terms = self.case.calendar, self.case.reference.known("academicSessions")
        day, last = calendar.local(start).date(), calendar.local(end).date()
        days = (day + timedelta(days=n) for n in range(1, min((last - day).days, _LONGEST)))
        return sum(calendar.is_school_day(one) if terms else calendar.office_open(one) for one in days)

    def _open_sites(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        """The first day on which a site was let through after its time."""
        requests = [one for one in self.case.kept if one.kind == WEB]
        if not self.rules.unblock.expired_on or not requests or requests[0].at < self.case.started_at:
            return
        row = self._request(requests[0])
        if row is None or requests[0].at >= self.case.ended_at:
            return
        when = date(self.case.calendar, (row.expires_at or 1) - 1)
        owed = Owed(
            subject=self.case.subject,
            reason="unblock_expired",
            bucket=f"{row.request_id}@{row.expires_at}",
            due_at=requests[0].at,
            headline=f"{row.domain} is still open, though request {row.request_id} was granted until {when} only",
            why="what was granted for a time is blocked again when the time is over",
            rows=((row, f"granted until {when}"),),
            person=row.requester or None,
        )
        yield owed, self.today

    def _request(self, one: Sighting) -> Unblock | None:
        rows = self.case.reference.unblocks(one.domain or "", one.at)
        return next((row for row in rows if row.request_id == self.name and row.expires_at is not None), None)


def _contact(report: Sighting) -> int:
    """When (ms) the device had last been in touch, by its report."""
    return report.at - round((report.duration_s or 0) * 1000)


def _must_comply(device: Device | None) -> bool:
    return device is None or (device.encryption_required is not False and device.device_class != "byod")


def _unbroken(reports: Sequence[Sighting]) -> list[Sighting]:
    """The reports since the last that a longer gap lies before: in a gap it may have complied."""
    chain = [reports[-1]]
    for one in reversed(reports[:-1]):
        if chain[-1].at - one.at > _GAP:
            break
        chain.append(one)
    return chain[::-1]
