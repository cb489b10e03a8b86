"""From the duties of one subject to a finding for each that nothing shows done by its date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from model.event import format_ms
from model.violation import Exhibit, Innocent, Measure
from streams.detection import Case, Finding, Verdict
from streams.detections.overdue_duty.owed import DAY, Ledger, Owed, ledger_of
from streams.detections.overdue_duty.shown import Shown
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import date, moment
from streams.patterns.excuses import Excuses
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

DETECTION = "overdue_duty"
REASONS = (
    *("encryption", "unblock_expired", "software", "sponsor", "password", "acknowledgement", "student_contract"),
    *("unblock_decision", "purchase", "check_in"),
)
HEARD = {"password": "auth", "software": "device"}  # what must have been read without a gap before it can be missing
_SHOWS = {
    "device.away": "the device was reported as out of touch",
    "app.installed": "it was installed",
    "web.requested": "the site was let through",
}
_WHAT = {
    "acknowledgement": "The acknowledgement",
    "check_in": "A sign from the device",
    "encryption": "Meeting the requirements",
    "password": "The new password",
    "purchase": "The record",
    "software": "Its removal",
    "sponsor": "A sponsor",
    "student_contract": "The signature",
    "unblock_decision": "The decision",
    "unblock_expired": "An end to the exception",
}
MOST = 20  # events that are shown


def judge(case: Case) -> Verdict:
    """One finding for each duty whose date falls into the day; looked at again when a later date has come."""
    duties = _Duties(case, ledger_of(case))
    all_of_them = list(duties.of_the_day())
    found = [duties.finding(owed, shown) for owed, shown in all_of_them if duties.is_overdue(owed)]
    later = [owed.due_at for owed, _ in all_of_them if owed.due_at > case.now]
    return Verdict(found, overdue_at=min(later, default=None))


@dataclass(frozen=True)
class _Duties:
    """The case, and what its subject owes."""

    case: Case
    ledger: Ledger

    @cached_property
    def shown(self) -> Shown:
        return Shown(self.case)

    def of_the_day(self) -> Iterator[tuple[Owed, Sequence[Sighting]]]:
        for owed in self.ledger.of(self.case.subject):
            if self.case.started_at <= self.ledger.starts_at(owed) < self.case.ended_at:
                yield owed, ()
        yield from self.shown.found()

    def is_overdue(self, owed: Owed) -> bool:
        """Whether its date has passed and nothing shows it done by then."""
        at = max(owed.due_at, self.case.watched_since + 1)
        if self.case.now < at or owed.until <= at or (owed.done_at is not None and owed.done_at <= at):
            return False
        if owed.reason == "password" and self.shown.changed_password(owed):
            return False
        return owed.reason not in HEARD or self.case.heard(HEARD[owed.reason], owed.since or 0, owed.due_at)

    def finding(self, owed: Owed, shown: Sequence[Sighting]) -> Finding:
        start = owed.since if shown and owed.since is not None else self.ledger.starts_at(owed)
        last = max([owed.due_at, start, *(one.until for one in shown)]) + 1
        end = last if owed.done_at is None else max(owed.done_at, start + 1)
        excuses = Excuses(self.case, DETECTION)
        excuse = excuses.of(Interval(start, end), account=owed.account, person=owed.person, device_id=owed.device_id)
        return Finding(
            identity=(self.case.subject, owed.reason, owed.bucket),
            reasons=[owed.reason],
            headline=owed.headline,
            explanation=self._explanation(owed),
            severity=self.case.policy.detection(DETECTION).severity[owed.reason],
            confidence="high" if all(one.confidence == "high" for one in shown) else "medium",
            started_at=start,
            ended_at=end,
            settles_at=end,
            account=owed.account,
            person=owed.person,
            device_id=owed.device_id,
            vendor=owed.vendor,
            suppressed_by=excuse.name if excuse and not excuse.late else None,
            ratified_by=excuse.name if excuse and excuse.late else None,
            exhibits=[_exhibit(one) for one in shown[:MOST]],
            measures=[self._days(owed, shown)],
            consulted=[*(consulted(row, says) for row, says in owed.rows), *excuses.weighed.values()],
            innocent_explanations=[self._done_elsewhere(owed), self._done_later(owed)],
            not_known=[one for one in ("contracts", "software", "unblocks") if not self.case.reference.known(one)],
            clauses=list(self.case.policy.detection(DETECTION).clauses_for([owed.reason])),
        )

    def _explanation(self, owed: Owed) -> str:
        calendar, due = self.case.calendar, date(self.case.calendar, owed.due_at - 1)
        done = f" It was done on {moment(calendar, owed.done_at)}." if owed.done_at is not None else ""
        return (
            f"{_WHAT[owed.reason]} was due by the end of {due}, because {owed.why}. Nothing in the district's"
            f" tables and logs says that it was done by then.{done}"
        )

    def _days(self, owed: Owed, shown: Sequence[Sighting]) -> Measure:
        began = self.case.started_at if owed.done_at is None else min(self.case.started_at, owed.done_at)
        late = max(0, began - owed.due_at) // DAY
        return Measure(name="days overdue on that day", value=late, unit="d", event_ids=[o.event_id for o in shown])

    def _done_elsewhere(self, owed: Owed) -> Innocent:
        rests = {
            "password": "the directory's logs",
            **dict.fromkeys(("encryption", "check_in"), "the device management's reports"),
        }
        rest = rests.get(owed.reason, "the district's own tables")
        answer = f"This rests on {rest}. What was done on paper or in another system and not entered is not seen here."
        return Innocent(explanation="done_and_not_recorded", answer=answer, holds=False)

    def _done_later(self, owed: Owed) -> Innocent:
        answer = "No row says that it was done later."
        if owed.done_at is not None:
            answer = f"It was done on {moment(self.case.calendar, owed.done_at)}, after it was due."
        return Innocent(explanation="done_late", answer=answer, holds=False)


def _exhibit(one: Sighting) -> Exhibit:
    run = one.count > 1
    return Exhibit(
        event_id=one.event_id,
        occurred_at=format_ms(one.told_at),
        source_id=one.source_id,
        shows=_SHOWS.get(one.kind, f"the device was reported as not {one.app or 'compliant'}"),
        device_id=one.device_id,
        count=one.count if run else None,
        until=format_ms(one.told_until) if run else None,
        last_event_id=one.last_event_id if run else None,
    )
