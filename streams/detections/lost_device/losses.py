"""A reported loss: when it was discovered, by when it had to be reported and to whom, and until when it lasted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from model.calendar import Calendar
from model.policy import Policy
from model.policy.detections.lost_device import LostDeviceParameters, Recipients
from model.reference import Loss, Reference, Row
from streams.detection import Known, Opening

DAY = 86_400_000
HOUR = 3_600_000
MINUTE = 60_000
EVER = 1 << 62
REMEMBERS = timedelta(days=35)
_GONE = ("lost", "stolen")
_LOOK_AHEAD = 60  # days in which so many working hours must pass


def rules_of(policy: Policy) -> LostDeviceParameters:
    """The numbers and lists of the pack."""
    return policy.detections.lost_device.parameters


@dataclass(frozen=True, slots=True)
class LossCase:
    """One row of losses.csv with its deadlines (ms). `found_by`: the row that shows that the device was back."""

    row: Loss
    report_due: int | None
    police_due: int | None
    ended_at: int
    found_by: Row | None

    @property
    def discovered_at(self) -> int | None:
        """When the clocks began; where nobody wrote it down, they did not."""
        return self.row.discovered_at

    @property
    def filed_at(self) -> int | None:
        """When the police report was complete. To have told the police is not yet to have one."""
        return self.row.police_report_at

    @property
    def gone_from(self) -> int:
        """Since when it may have been gone: a loss lies between the last time it was seen and its discovery."""
        known = (self.row.last_seen_at, self.row.discovered_at, self.row.reported_at, self.row.valid_from)
        return min((at for at in known if at is not None), default=-EVER)

    def is_gone(self, at: int) -> bool:
        """Whether the device was lost or stolen then, as far as anybody reported; also by a report later corrected."""
        end = self.ended_at if self.row.valid_to is None else min(self.ended_at, self.row.valid_to)
        return self.row.kind in _GONE and self.gone_from <= at < end


def is_corrected(row: Loss, now: int) -> bool:
    """Whether the row was a mistake: its validity has an end, and that has passed or is near."""
    return row.valid_to is not None and row.valid_to <= now + 30 * DAY


def losses_of(device_id: str, reference: Reference, calendar: Calendar, policy: Policy) -> list[LossCase]:
    """Every row about a device, the oldest first."""
    rows = sorted(reference.losses_of(device_id), key=lambda row: (row.discovered_at or 0, row.loss_id))
    return [_case(row, reference, calendar, policy) for row in rows]


def _case(row: Loss, reference: Reference, calendar: Calendar, policy: Policy) -> LossCase:
    rules, start = rules_of(policy), row.discovered_at
    report = None if start is None or row.kind not in rules.report_kinds else _report_due(start, calendar, policy)
    police = None
    if start is not None and row.kind in rules.police_kinds:
        police = calendar.business_days_later(start, rules.police_business_days)
    ended_at, found_by = _ended(row, reference)
    return LossCase(row, report, police, ended_at, found_by)


def _report_due(start: int, calendar: Calendar, policy: Policy) -> int | None:
    rules = rules_of(policy)
    if rules.report_within == "no_limit":
        return None
    if rules.report_within == "next_business_day":
        return calendar.next_business_day_end(start)
    return _working_time_later(start, rules.immediate_hours * HOUR, calendar, policy)


def _working_time_later(start: int, length: int, calendar: Calendar, policy: Policy) -> int:
    """The first instant after so much time between opening and closing has passed."""
    day = calendar.local(start).date()
    for _ in range(_LOOK_AHEAD):
        opening = calendar.open_span(day, policy.hours)
        if opening and opening[1] > start:
            begin = max(start, opening[0])
            if opening[1] - begin >= length:
                return begin + length + 1
            length -= opening[1] - begin
        day += timedelta(days=1)
    return calendar.date_bounds(day)[1]


def _ended(row: Loss, reference: Reference) -> tuple[int, Row | None]:
    """When it was back: as recovered, as returned, or given out anew after the report."""
    after = row.reported_at or row.discovered_at or 0
    ends: list[tuple[int, Row | None]] = [] if row.recovered_at is None else [(row.recovered_at, row)]
    given = reference.assignments_of(row.device_id)
    ends += [(one.valid_from, one) for one in given if one.valid_from is not None and one.valid_from > after]
    back = reference.returns_of(row.device_id)
    ends += [(one.returned_at, one) for one in back if one.returned_at is not None and one.returned_at > after]
    return min(ends, key=lambda end: end[0], default=(EVER, None))


def missing(told: Iterable[str], recipients: Recipients) -> list[tuple[str, ...]]:
    """The recipients of whom nobody was told."""
    said = set(told)
    return [group for group in recipients if not said & set(group)]


def due(known: Known) -> Iterable[Opening]:
    """A case for each loss, of the school day on which it was discovered."""
    oldest = known.watched_since - round(REMEMBERS.total_seconds() * 1000)
    for row in known.reference.rows("losses"):
        start = row.discovered_at
        if start is not None and start > oldest:
            yield Opening(row.device_id, max(start, known.watched_since + 1), start)
