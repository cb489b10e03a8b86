"""What a simulated district is asked to be, checked once, so that nothing after it has to ask again."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

DEFAULT_START = date(2026, 2, 2)
DEFAULT_DAYS = 9
PEOPLE_PER_SCHOOL = 600
_ENOUGH = 500  # web requests of all people in one lesson, beside which what is planted is a small part


class OptionsInvalid(ValueError):
    """An option that no district can be made of; the message says which and what would do."""


@dataclass(frozen=True, slots=True)
class Options:
    """Seed, size and calendar of a district. Dates are local to `timezone`; `days` counts calendar days."""

    seed: int
    people: int = 150
    schools: int = 2
    start: date = DEFAULT_START
    days: int = DEFAULT_DAYS
    timezone: str = "America/Chicago"
    name: str = "Maple Falls"
    snow_day: date | None = None  # known the same morning
    late_snow_day: date | None = None  # recorded a day afterwards
    requests: int = 10  # web requests per person and lesson, on average
    compressed: bool = False  # all days but the last as .gz, as a log rotation leaves them
    scenarios: tuple[str, ...] = field(default=())  # only these; empty = all

    @property
    def slug(self) -> str:
        """The district's id: its name in lower case with hyphens."""
        return self.name.lower().replace(" ", "-")

    @property
    def domain(self) -> str:
        """The district's mail and DNS domain, under a top level domain that can never exist."""
        return f"{self.name.lower().replace(' ', '')}.example"

    @property
    def dates(self) -> list[date]:
        """Every simulated calendar day, in order."""
        return [self.start + timedelta(n) for n in range(self.days)]

    @property
    def is_thin(self) -> bool:
        """Whether most of the web traffic is what is planted. That lies in the first week, so that the proxy's records
        really drop in the second, and silent_source says so."""
        return not self.scenarios and self.days > 7 and self.people * self.requests < _ENOUGH


def checked(options: Options) -> Options:
    """The same options, or OptionsInvalid naming the first that cannot be."""
    _within("--people", options.people, 100, 100_000)
    _within("--schools", options.schools, 2, 200)
    _within("--days", options.days, 1, 400)
    _within("--requests", options.requests, 1, 500)
    known_zone(options.timezone)
    if options.people / options.schools > 6_000:
        raise OptionsInvalid(f"--schools {options.schools} is too few for {options.people} people: 6000 each at most")
    for name, day in (("--snow-day", options.snow_day), ("--late-snow-day", options.late_snow_day)):
        if day is not None and (day not in options.dates or day.weekday() > 4):
            raise OptionsInvalid(f"{name} {day} is not a weekday between --start and the last day")
    return options


def usual_schools(people: int) -> int:
    """How many schools a district of so many people has, if nobody says."""
    return min(200, max(2, people // PEOPLE_PER_SCHOOL))


def week_of_dst(kind: str, year: int, timezone: str) -> date:
    """The Monday before the night on which clocks go forward (`spring`) or back (`fall`) in that year."""
    zone, wanted = known_zone(timezone), 1 if kind == "spring" else -1
    for night in clock_changes(date(year, 1, 1), 366, zone):
        if night[1] == wanted:
            return night[0] - timedelta(night[0].weekday())
    raise OptionsInvalid(f"--dst {kind}: the clocks of {timezone} do not change so in {year}")


def known_zone(name: str) -> ZoneInfo:
    """The zone of that name, or OptionsInvalid."""
    if name not in available_timezones():
        raise OptionsInvalid(f"--timezone {name} is not an IANA zone; try America/Chicago")
    return ZoneInfo(name)


def clock_changes(start: date, days: int, zone: ZoneInfo) -> list[tuple[date, int]]:
    """Dates in the range on which local clocks change, with +1 for forward and -1 for back."""
    changes = []
    for day in (start + timedelta(n) for n in range(days)):
        shift = _offset(day + timedelta(1), zone) - _offset(day, zone)
        if shift:
            changes.append((day, 1 if shift > timedelta(0) else -1))
    return changes


def _offset(day: date, zone: ZoneInfo) -> timedelta:
    offset = datetime(day.year, day.month, day.day, tzinfo=zone).utcoffset()
    return offset or timedelta(0)


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise OptionsInvalid(f"{name} {value} is not between {least} and {most}")
