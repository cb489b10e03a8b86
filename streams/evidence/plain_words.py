"""Times, lengths and lists as a principal would write them."""

from collections.abc import Sequence

from model.calendar import Calendar
from model.reference import Reference
from model.vocabulary import role_title

MINUTE = 60_000
DAYS_FROM = 48  # hours from which a length is told in days
HALF = 30  # minutes from which an hour is rounded up


def clock(calendar: Calendar, at: int) -> str:
    """`10:05 AM` on the district's wall; seconds where there are any, the zone where the clocks changed that night."""
    shown = calendar.local(at)
    seconds = f":{shown:%S}" if shown.second else ""
    zone = f" {shown.tzname()}" if _is_changing(calendar, at) else ""
    return f"{shown.hour % 12 or 12}:{shown:%M}{seconds} {shown:%p}{zone}"


def day(calendar: Calendar, at: int) -> str:
    """`Wednesday, March 4, 2026`."""
    return f"{calendar.local(at):%A}, {date(calendar, at)}"


def date(calendar: Calendar, at: int) -> str:
    """`March 4, 2026`."""
    shown = calendar.local(at)
    return f"{shown:%B} {shown.day}, {shown.year}"


def moment(calendar: Calendar, at: int) -> str:
    """`March 4, 2026, at 10:05 AM`."""
    return f"{date(calendar, at)}, at {clock(calendar, at)}"


def span(calendar: Calendar, start: int, end: int) -> str:
    """`10:05 AM to 11:00 AM`, with the dates where they differ."""
    if calendar.local(start).date() == calendar.local(end).date():
        return f"{clock(calendar, start)} to {clock(calendar, end)}"
    return f"{moment(calendar, start)} to {moment(calendar, end)}"


def deadline(calendar: Calendar, due: int) -> str:
    """`the end of March 4, 2026` where it falls with the day, else `March 4, 2026, at 10:05 AM`; `due` is past it."""
    local = calendar.local(due)
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"the end of {date(calendar, due - 1)}" if midnight else moment(calendar, due)


def length(ms: int) -> str:
    """`3 days 5 h`, `2 h 10 min`, `48 min`, `30 s`; days from two days on."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= DAYS_FROM:
        days, hours = divmod(hours + (minutes >= HALF), 24)
        return f"{days} days {hours} h" if hours else f"{days} days"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min"
    return f"{seconds} s"


def size(count: int) -> str:
    """`840 kB`, `1.2 GB`: bytes in thousands, as networks count."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count} bytes"


def listed(things: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {word} {things[-1]}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """`1 request`, `3 requests`."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def account_named(reference: Reference, account: str, at: int) -> str:
    """`tbell (Tess Bell)`, or `vtech (Acme Systems)`: the account and whose it is at `at` (ms), if anybody's."""
    row = reference.account(account, at)
    if row is None:
        return account
    company = reference.vendor(row.vendor, at) if row.vendor and not row.person else None
    name = reference.person_name(row.person, at) if row.person else company.name if company else ""
    return f"{account} ({name})" if name else account


def account_used(reference: Reference, account: str, at: int) -> str:
    """`the account tbell (Tess Bell)`: what records show of who did something, whose hands being unknown."""
    return f"the account {account_named(reference, account, at)}"


def capital(sentence: str) -> str:
    """A sentence with its first letter large."""
    return sentence[:1].upper() + sentence[1:]


def row_named(reference: str) -> str:
    """`EX-1 in exemptions.csv` for `exemptions:EX-1@2026-03-04T00:00:00.000Z`."""
    table, _, key = reference.partition(":")
    return f"{key.partition('@')[0]} in {table}.csv" if key else reference


def role(name: str) -> str:
    """`director of technology` for `ext:director_of_technology`."""
    return role_title(name) or "no role shown"


def not_entitled(approver_role: str, what: str) -> str:
    """Why a signature does not count: its role may not do `what` ("approve it"), or the table shows no role."""
    if not approver_role:
        return "the table does not show in what role it was signed"
    return f"the role {role(approver_role)} may not {what}"


def _is_changing(calendar: Calendar, at: int) -> bool:
    """Whether the clocks change within half a day of the instant."""
    half_day = 12 * 60 * MINUTE
    return calendar.local(at - half_day).utcoffset() != calendar.local(at + half_day).utcoffset()
