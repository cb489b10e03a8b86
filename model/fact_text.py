"""From one row of a reference CSV, as text, to the fact it states, or to what is wrong with it, column by column."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from ipaddress import ip_network
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.event import format_ms
from model.reference.names import account_name, account_parts, host_name, mac_text
from model.spelling import meant
from model.tables import TRUTHS, VALIDITY, WORDS_OF_ROLES, Table, key_of
from model.vocabulary import EXTRA_ROLES, ROLES
from model.written_time import clock, day, moment

WEEKDAYS = "MTWRFSU"
_HOLDS = re.compile(r"all_students|all_staff|none|(class|org):\S+")
_LONG = 6  # letters of a role in which a slip can be told from another word
_LONGEST = 4096  # characters of one value
_ROLES = frozenset((*ROLES, *EXTRA_ROLES))
_FREE = frozenset({"name", "title", "givenName", "familyName", "reason", "location"})  # what people write as they like
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of one column of a row: what is wrong with it and what to do, or how it was understood."""

    column: str
    problem: str
    value: str = ""  # what the column says; empty where it says nothing
    words: frozenset[str] = frozenset()  # one of which it should say

    def advised(self) -> str:
        """The problem, with the word that was meant where one is near."""
        near = meant(self.value, self.words)
        return f"{self.problem}; did you mean {near}?" if near else self.problem


def fact_of(
    table: Table, row: dict[str, str], zone: ZoneInfo, remarks: list[Remark] | None = None
) -> Fact | list[Remark]:
    """The fact a row states; what is wrong with every bad column at once where it states none.

    Empty columns are as good as absent, unknown ones are the reader's business. `recorded_at` stays None where the row
    does not say it. `remarks` is given how times were understood that are not written as ISO 8601.
    """
    reading = _Reading(table, zone, {c: row[c].strip() for c in (*table.columns, *VALIDITY) if row.get(c, "").strip()})
    reading.fold_words()
    reading.check_presence()
    reading.check_words()
    reading.check_pairs()
    start, end, known_at = (reading.time(column) for column in VALIDITY)
    said = reading.normalised() | reading.bounds() | reading.realm()
    end = reading.ended(end)
    if start is not None and end is not None and start >= end:
        reading.blame("valid_to", "is not after valid_from")
    if reading.bad:
        return reading.bad
    if remarks is not None:
        remarks += reading.remarks
    key = key_of(table, said)
    return Fact(table=table.name, key=key, row=said, valid_from=start, valid_to=end, recorded_at=known_at)


@dataclass(slots=True)
class _Reading:
    """One row being read: what it says, and what is wrong so far."""

    table: Table
    zone: ZoneInfo
    said: dict[str, str]
    bad: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def blame(self, column: str, problem: str) -> None:
        self.bad.append(Remark(column, problem, self.said.get(column, "")))

    def check_presence(self) -> None:
        for column in self.table.required:
            if column not in self.said:
                self.blame(column, "is empty; every row needs it")
        if self.table.one_of and not any(column in self.said for column in self.table.one_of):
            self.blame(self.table.one_of[0], f"is empty, and so are {', '.join(self.table.one_of[1:])}; name one")

    def fold_words(self) -> None:
        """Words of a list are read in any case; their own spelling is kept."""
        for column, words in self.table.words.items():
            if words is not TRUTHS and (value := self.said.get(column)):
                self._respell(column, value, {word.casefold(): word for word in words}.get(value.casefold()))
        column = self.table.roles
        if value := self.said.get(column):
            district = value.lower() if value.lower().startswith("ext:") else None
            self._respell(column, value, WORDS_OF_ROLES.get(value.casefold(), district))

    def _respell(self, column: str, value: str, word: str | None) -> None:
        if word is not None and word != value and value.isascii():
            self.note(column, f"was read as {word}")
            self.said[column] = word

    def check_words(self) -> None:
        for column, words in self.table.words.items():
            value = self.said.get(column, "")
            plain = value.lower() if words is TRUTHS else value
            begins = self.table.or_begins.get(column)
            if value and plain not in words and not (begins and value.startswith(begins)):
                self.bad.append(Remark(column, f"is none of {', '.join(sorted(words))}", value, words))
        role = self.said.get(self.table.roles, "")
        # A district has words of its own: a long one that is nearly ours is a slip, `ext:ot` is a therapist.
        if role not in _ROLES and len(role.removeprefix("ext:")) >= _LONG and meant(role, _ROLES):
            self.bad.append(Remark(self.table.roles, "is no role", role, _ROLES))
        for column, value in self.said.items():
            if len(value) > _LONGEST:
                self.blame(column, f"is longer than {_LONGEST} characters")
            if not value.isprintable() and column not in _FREE and (unseen := _UNSEEN.search(value)):
                self.blame(column, f"holds a character that nobody sees (U+{ord(unseen[0]):04X}); type it again")

    def check_pairs(self) -> None:
        for column, other in [self.table.together] if self.table.together else []:
            for absent, present in ((column, other), (other, column)):
                if present in self.said and absent not in self.said:
                    self.blame(absent, f"is empty though {present} is not")

    def check_order(self, said: dict[str, str]) -> None:
        """What must come before the other, as normalized: `9:05` and `10:00` compare as clocks."""
        first, last = self.table.in_order or ("", "")
        if said.get(first, "") >= said.get(last, "~") and first in said:
            self.blame(last, f"is not after {first}")

    def time(self, column: str) -> int | None:
        """The instant a column says, None where it is empty."""
        text = self.said.get(column)
        if text is None:
            return None
        try:
            at, remark = moment(text, self.zone)
        except ValueError as error:
            self.blame(column, str(error))
            return None
        self.note(column, remark)
        return at

    def note(self, column: str, remark: str) -> None:
        """How a column was understood, where that is worth a word."""
        if remark:
            self.remarks.append(Remark(column, remark, self.said[column]))

    def normalised(self) -> dict[str, str]:
        """The row's own columns in the one spelling of each."""
        plain: dict[str, str] = {}
        for column, value in self.said.items():
            if column in VALIDITY:
                continue
            try:
                plain[column] = self._spelled(column, value)
            except ValueError as error:
                self.blame(column, str(error))
        self.check_order(plain)
        return plain

    def realm(self) -> dict[str, str]:
        """The realm that accounts.csv writes with an account's name, beside the name."""
        realm = account_parts(self.said.get("account", ""))[1] if self.table.name == "accounts" else None
        return {"realm": realm} if realm else {}

    def _spelled(self, column: str, value: str) -> str:
        if column in self.table.days:
            on, remark = day(value, self.zone)
            self.note(column, remark)
            return on.isoformat()
        if column in self.table.instants:
            at, remark = moment(value, self.zone)
            self.note(column, remark)
            return format_ms(at)
        if column in self.table.listed:
            return _listed(value, self.table.listed[column])
        return _SPELLINGS.get((self.table.name, column), str)(value)

    def bounds(self) -> dict[str, str]:
        """OneRoster's first and last day as instants; the last day counts whole."""
        found: dict[str, str] = {}
        for column, name, days in zip(self.table.dates or (), ("starts_at", "ends_at"), (0, 1), strict=False):
            if column not in self.said:
                continue
            try:
                on, remark = day(self.said[column], self.zone)
                found[name] = str(moment(datetime.combine(on + timedelta(days=days), time()).isoformat(), self.zone).at)
            except (ValueError, OverflowError) as error:
                self.blame(column, str(error))
                continue
            self.note(column, remark)
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
        raise ValueError("is no address range such as 10.1.0.0/16") from error


def _macs(text: str) -> str:
    parts = [part for part in text.split(";") if part.strip()]
    wrong = [part for part in parts if not mac_text(part)]
    if wrong:
        raise ValueError(f"{wrong[0][:40]!r} is not a MAC address such as aa:bb:cc:dd:ee:ff; put ; between several")
    return ";".join(mac_text(part) for part in parts)


def _minutes(text: str) -> str:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError("is no whole number of minutes")
    return text


def _domain(text: str) -> str:
    plain = host_name(text).removeprefix("*").lstrip(".")
    if not plain or "/" in plain or " " in plain:
        raise ValueError("is no domain such as games.example")
    return plain


def _listed(text: str, words: frozenset[str]) -> str:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    parts = [part.lower() if part.isascii() else part for part in parts]  # every word of such a list is lower-case
    wrong = [part for part in parts if part not in words]
    if wrong:
        raise ValueError(f"{wrong[0][:40]!r} is none of {', '.join(sorted(words))}; several are parted by ;")
    return ";".join(parts)


def _category(text: str) -> str:
    return "sis" if text == "student_information" else text


def _days(text: str) -> str:
    plain = text.upper().replace(" ", "").replace(",", "")
    if not plain or set(plain) - set(WEEKDAYS) or len(set(plain)) != len(plain):
        raise ValueError(f"names no days; write letters of {WEEKDAYS}, each once (R is Thursday, U is Sunday)")
    return "".join(day for day in WEEKDAYS if day in plain)


def _school_year(text: str) -> str:
    if not re.fullmatch(r"(19|20|21)\d\d", text, re.ASCII):
        raise ValueError("is no school year; write the year it ends in, such as 2026, as academicSessions.csv does")
    return text


def _app(text: str) -> str:
    if "*" in text[:-1] or text == "*":
        raise ValueError("may have a * at its end only, behind the beginning of a name")
    return text


def _roles_listed(text: str) -> str:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    read = [WORDS_OF_ROLES.get(part.casefold(), part.lower()) for part in parts]
    wrong = [part for part in read if part not in ROLES and not part.startswith("ext:")]
    if wrong:
        raise ValueError(f"{wrong[0][:40]!r} is no role such as teacher or ext:it; several are parted by ;")
    return ";".join(read)


def _holds(text: str) -> str:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts or not all(_HOLDS.fullmatch(part) for part in parts):
        raise ValueError("is none of all_students, all_staff, class:ID, org:ID, none; several are parted by ;")
    return ";".join(parts)


def _state(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise ValueError("is no state of two letters, such as OK")
    return text.upper()


_SPELLINGS: dict[tuple[str, str], Callable[[str], str]] = {
    ("accounts", "account"): account_name,
    ("networks", "cidr"): _cidr,
    ("domains", "domain"): _domain,
    ("devices", "mac"): _macs,
    ("domains", "category"): _category,
    ("unblocks", "domain"): _domain,
    ("directory", "account"): account_name,
    ("bells", "days"): _days,
    ("bells", "starts"): clock,
    ("bells", "ends"): clock,
    ("contracts", "school_year"): _school_year,
    ("software", "app"): _app,
    ("apps", "app"): _app,
    ("apps", "roles"): _roles_listed,
    ("systems", "holds"): _holds,
    ("users", "state"): _state,
    ("travel", "minutes"): _minutes,
}
