"""Local clocks: a district's wall time to UTC milliseconds, and fast printing of the many vendors' stamps."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 3_600_000
_REMEMBERED = 1_500  # minutes: a day, and a little
_SECONDS = [f"{second:02d}" for second in range(60)]


class LocalTime:
    """One IANA zone, asked from both sides. All instants are UTC milliseconds since the epoch."""

    def __init__(self, name: str) -> None:
        self.zone = ZoneInfo(name)
        self.name = name

    def at(self, day: date, clock: str, fold: int = 0) -> int:
        """The instant when wall clocks show `clock` (HH:MM or HH:MM:SS) on `day`; fold=1 is its repetition."""
        shown = datetime.combine(day, time.fromisoformat(clock), tzinfo=self.zone)
        return int(shown.replace(fold=fold).timestamp() * 1000)

    def shown(self, at: int) -> datetime:
        """What wall clocks show at an instant."""
        return datetime.fromtimestamp(at / 1000, self.zone)

    def day_of(self, at: int) -> date:
        """The local date of an instant."""
        return self.shown(at).date()

    def midnight(self, day: date) -> int:
        """The first instant of a local day."""
        return self.at(day, "00:00")

    def iso(self, at: int) -> str:
        """ISO 8601 to the second with the offset then in force."""
        return self.shown(at).isoformat(timespec="seconds")


class Stamp:
    """Prints instants in one vendor's way, asking the zone once a minute only, as millions are printed."""

    def __init__(
        self, zone: ZoneInfo, before: Callable[[datetime], str], after: Callable[[datetime], str] = lambda _: ""
    ) -> None:
        self._zone, self._before, self._after = zone, before, after
        self._minutes: dict[int, tuple[str, str]] = {}

    def __call__(self, at: int) -> str:
        """The stamp of an instant; seconds stand between what `before` and `after` print."""
        minute, rest = divmod(at, MINUTE)
        shown = self._minutes.get(minute) or self._print(minute)
        return shown[0] + _SECONDS[rest // 1000] + shown[1]

    def _print(self, minute: int) -> tuple[str, str]:
        if len(self._minutes) >= _REMEMBERED:
            self._minutes.clear()
        local = datetime.fromtimestamp(minute * 60, self._zone)
        shown = self._minutes[minute] = (self._before(local), self._after(local))
        return shown


_UTC = Stamp(ZoneInfo("UTC"), lambda shown: f"{shown:%Y-%m-%dT%H:%M}:")


def utc_stamp(at: int, digits: int = 3) -> str:
    """ISO 8601 in UTC with Z, as cloud products print it."""
    return f"{_UTC(at)}.{at % 1000:03d}{'0' * (digits - 3)}Z"


def syslog_stamp(zone: ZoneInfo) -> Stamp:
    """RFC 3164: month, space-padded day, time; no year, no zone."""
    return Stamp(zone, lambda local: f"{local:%b} {local.day:2d} {local:%H:%M}:")
