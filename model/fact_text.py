"""From one row of a reference CSV, as text, to the fact it states, or to what is wrong with it, column by column."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.reference.names import account_name, account_parts, host_name, mac_text
from model.tables import TRUTHS, VALIDITY, Table, key_of

_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
_LONGEST = 4096  # characters of one value


@dataclass(frozen=True, slots=True)
class BadColumn:
    """What is wrong with one column of a row."""

    column: str
    problem: str


def instant(text: str, zone: ZoneInfo) -> int:
    """ISO 8601 as ms since the epoch: without an offset local, a bare date local midnight. Raises ValueError."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if not _EARLIEST < at < _LATEST:
        raise ValueError(f"{text!r} lies outside 1900 to 2300")
    return round(at.timestamp() * 1000)


def fact_of(table: Table, row: dict[str, str], zone: ZoneInfo) -> Fact | list[BadColumn]:
    """The fact a row states; every bad column at once where it states none.

    Empty columns are as good as absent, unknown ones are the reader's business. `recorded_at` stays None where the row
    does not say it.
    """
    reading = _Reading(table, zone, {c: row[c].strip() for c in (*table.columns, *VALIDITY) if row.get(c, "").strip()})
    reading.check_presence()
    reading.check_words()
    start, end, known_at = (reading.time(column) for column in VALIDITY)
    said = reading.normalised() | reading.bounds() | reading.realm()
    end = reading.ended(end)
    if start is not None and end is not None and start >= end:
        reading.blame("valid_to", "is not after valid_from")
    if reading.bad:
        return reading.bad
    key = key_of(table, said)
    return Fact(table=table.name, key=key, row=said, valid_from=start, valid_to=end, recorded_at=known_at)


@dataclass(slots=True)
class _Reading:
    """One row being read: what it says, and what is wrong so far."""

    table: Table
    zone: ZoneInfo
    said: dict[str, str]
    bad: list[BadColumn] = field(default_factory=list)

    def blame(self, column: str, problem: str) -> None:
        self.bad.append(BadColumn(column, problem))

    def check_presence(self) -> None:
        for column in self.table.required:
            if column not in self.said:
                self.blame(column, "is empty")
        if self.table.one_of and not any(column in self.said for column in self.table.one_of):
            self.blame(self.table.one_of[0], f"is empty, and so are {', '.join(self.table.one_of[1:])}; name one")

    def check_words(self) -> None:
        for column, words in self.table.words.items():
            value = self.said.get(column, "")
            plain = value.lower() if words is TRUTHS else value
            if value and plain not in words:
                self.blame(column, f"{value[:40]!r} is none of {', '.join(sorted(words))}")
        for column in (column for column, value in self.said.items() if len(value) > _LONGEST):
            self.blame(column, f"is longer than {_LONGEST} characters")

    def time(self, column: str) -> int | None:
        """The instant a column says, None where it is empty."""
        text = self.said.get(column)
        try:
            return None if text is None else instant(text, self.zone)
        except ValueError:
            self.blame(column, f"{text[:40]!r} is no ISO 8601 time" if text else "is empty")
            return None

    def normalised(self) -> dict[str, str]:
        """The row's own columns in the one spelling of each."""
        plain: dict[str, str] = {}
        for column, value in self.said.items():
            if column in VALIDITY:
                continue
            try:
                plain[column] = _SPELLINGS.get((self.table.name, column), str)(value)
            except ValueError as error:
                self.blame(column, str(error))
        return plain

    def realm(self) -> dict[str, str]:
        """The realm that accounts.csv writes with an account's name, beside the name."""
        realm = account_parts(self.said.get("account", ""))[1] if self.table.name == "accounts" else None
        return {"realm": realm} if realm else {}

    def bounds(self) -> dict[str, str]:
        """OneRoster's first and last day as instants; the last day counts whole."""
        found: dict[str, str] = {}
        for column, name, days in zip(self.table.dates or (), ("starts_at", "ends_at"), (0, 1), strict=False):
            try:
                day = date.fromisoformat(self.said[column][:10]) + timedelta(days=days)
                found[name] = str(instant(datetime.combine(day, time()).isoformat(), self.zone))
            except (ValueError, OverflowError):
                self.blame(column, f"{self.said[column][:40]!r} is no date (YYYY-MM-DD)")
            except KeyError:
                continue
        if {"starts_at", "ends_at"} <= found.keys() and int(found["starts_at"]) >= int(found["ends_at"]):
            self.blame((self.table.dates or ("", ""))[1], "lies before the first day")
        return found

    def ended(self, end: int | None) -> int | None:
        """A row that OneRoster marks `tobedeleted` ended when it was marked."""
        if self.said.get("status") != "tobedeleted":
            return end
        marked = self.time("dateLastModified")
        if "dateLastModified" not in self.said:
            self.blame("dateLastModified", "is empty, so that nobody knows when the row was deleted")
        return marked if end is None or marked is None else min(end, marked)


def _cidr(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no address range such as 10.1.0.0/16") from error


def _macs(text: str) -> str:
    parts = [part for part in text.split(";") if part.strip()]
    wrong = [part for part in parts if not mac_text(part)]
    if wrong:
        raise ValueError(f"{wrong[0][:40]!r} is no MAC such as aa:bb:cc:dd:ee:ff")
    return ";".join(mac_text(part) for part in parts)


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no date (YYYY-MM-DD)") from error


def _minutes(text: str) -> str:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError(f"{text[:40]!r} is no whole number of minutes")
    return text


def _domain(text: str) -> str:
    plain = host_name(text).removeprefix("*").lstrip(".")
    if not plain or "/" in plain or " " in plain:
        raise ValueError(f"{text[:40]!r} is no domain such as games.example")
    return plain


_SPELLINGS: dict[tuple[str, str], Callable[[str], str]] = {
    ("accounts", "account"): account_name,
    ("networks", "cidr"): _cidr,
    ("domains", "domain"): _domain,
    ("devices", "mac"): _macs,
    ("calendar", "date"): _date,
    ("travel", "minutes"): _minutes,
}
