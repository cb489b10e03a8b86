"""The marks of a time axis and what stands at each: the district's local time and, under it, UTC; right on the nights
the clocks change, too."""

from datetime import UTC, datetime, timedelta

from dashboard.local_time import Wall, minute

_STEPS = [timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)]
MOST_TICKS = 10


def ticks(wall: Wall, since: datetime, until: datetime) -> list[datetime]:
    """Instants at which the wall shows a round time, at most about ten, in order."""
    step = next((one for one in _STEPS if (until - since) / one <= MOST_TICKS), (until - since) / MOST_TICKS)
    if step >= timedelta(days=1):
        return _midnights(wall, since, until, max(1, round(step / timedelta(days=1))))
    first = since.astimezone(wall.zone)
    start = datetime(first.year, first.month, first.day, tzinfo=wall.zone).astimezone(UTC)
    count = int((until - start) / step) + 1
    return [at for n in range(count) if since <= (at := start + n * step) <= until]


def _midnights(wall: Wall, since: datetime, until: datetime, every: int) -> list[datetime]:
    first, last = since.astimezone(wall.zone).date(), until.astimezone(wall.zone).date()
    days = (first + timedelta(days=n) for n in range(0, (last - first).days + 1, every))
    return [at for day in days if since <= (at := wall.instant(day)) <= until]


def labels(wall: Wall, marks: list[datetime]) -> dict[int, list[str]]:
    """What stands at each mark (ms since the epoch): local time above UTC."""
    return {ms(at): _label(wall, at, marks) for at in marks}


def _label(wall: Wall, at: datetime, marks: list[datetime]) -> list[str]:
    shown = at.astimezone(wall.zone)
    whole_days = all(mark.astimezone(wall.zone).hour == 0 == mark.astimezone(wall.zone).minute for mark in marks)
    if whole_days:
        return [f"{shown:%a}, {shown:%b} {shown.day}", f"{at:%H:%M} UTC"]
    is_first = at == marks[0] or (shown.hour, shown.minute) == (0, 0)
    day = f"{shown:%a}, {shown:%b} {shown.day} " if is_first else ""
    return [f"{day}{minute(shown)}", f"{at:%H:%M} UTC"]


def ms(at: datetime) -> int:
    """Milliseconds since the epoch."""
    return round(at.timestamp() * 1000)
