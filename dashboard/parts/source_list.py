"""The sources as a table: how alive each is, how far it was read, and what became of every record."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dashboard import hypertext as h
from dashboard import plain_names
from dashboard.local_time import Wall, duration, length
from documents.plain import visible
from model.event import format_ms, parse_at
from model.reference import LOW_WHERE_IN_DOUBT, LOW_WHERE_LOST, Unread
from storage.queries.sources import Source, Spell, ended_early


class Account(NamedTuple):
    """What became of a source's records: read = recognized + unrecognized + dead letters + repeated.

    `read` is what the judge took in; where it has not said yet, what is stored stands for it. `repeated` were stored
    before under the vendor's own id or, while a run goes on, are on their way.
    """

    read: int
    recognized: int
    unrecognized: int
    dead_letters: int
    repeated: int


def account(one: Source) -> Account:
    """Of one source, in records."""
    stored = one.records + one.unrecognised + one.dead_letters
    read = one.read or stored
    return Account(read, one.records, one.unrecognised, one.dead_letters, read - stored)


def totals(found: Sequence[Source]) -> h.Html:
    """The sum that must hold, over all sources."""
    sums = Account(*map(sum, zip(*map(account, found), strict=True)))
    parts = [f"{number:,} {plain_names.plain(name)}" for name, number in sums._asdict().items() if name != "read"]
    return h.element("div", h.element("b", f"{sums.read:,} records read"), f" = {' + '.join(parts)}")


def source_table(found: Sequence[Source], silent: Mapping[str, Spell], wall: Wall, as_of: datetime) -> h.Html:
    """One row for each source; `silent` holds the spells that are open."""
    numbers = ("Last minute", "Last hour", "Read", "Recognized", "Unrecognized", "Dead letters", "Repeated")
    head = ["Source", "Product and kinds", "Last event (local)", "Read up to", "Lag", *(_right(one) for one in numbers)]
    early = ended_early(found)
    rows = [
        _line(one, silent.get(one.source_id), early.get((one.district, one.source_id)), wall, as_of) for one in found
    ]
    return h.element("div", h.table(head, rows, "Sources", "hm-many"), class_="hm-scroll", tabindex="0")


def _right(title: str) -> h.Html:
    return h.element("th", title, class_="hm-n")


def _line(one: Source, spell: Spell | None, early: timedelta | None, wall: Wall, as_of: datetime) -> h.Html:
    remarks = [f"silent since {wall.brief(spell.silent_at)}"] if spell else []
    remarks += [f"ended {duration(early)} before the others"] if early else []
    told = (h.element("div", said, class_="hm-small hm-bad") for said in remarks)
    return h.row(
        h.element("td", h.element("span", one.source_id, class_="hm-whole"), *told),
        h.element("td", ", ".join(map(plain_names.product, one.products)), _kinds(one)),
        h.element("td", wall.brief(one.last_at) if one.last_at else "none yet", class_="hm-t"),
        h.element("td", _read_up_to(one, wall), class_="hm-t"),
        h.element("td", _lag(one, as_of), class_="hm-t"),
        *(h.element("td", rate, class_="hm-n") for rate in (_rate(one.rate_minute), _rate(one.rate_hour))),
        *(_number(name, number) for name, number in account(one)._asdict().items()),
    )


def _kinds(one: Source) -> h.Html:
    return h.element("div", ", ".join(map(plain_names.source_kind, one.categories)), class_="hm-soft hm-small")


def _number(name: str, number: int) -> h.Html:
    wrong = number < 0 or (name == "dead_letters" and number > 0)
    return h.element("td", f"{number:,}", class_="hm-n hm-bad" if wrong else "hm-n")


def _read_up_to(one: Source, wall: Wall) -> str:
    if one.ended:
        return "its end"
    return wall.brief(format_ms(one.reached_at)) if one.reached_at is not None else "not said"


def _lag(one: Source, as_of: datetime) -> str:
    """How old the newest thing is that we can be sure of; a finished file has none."""
    if one.ended or one.reached_at is None:
        return "–"
    return duration(max(as_of - parse_at(format_ms(one.reached_at)), as_of - as_of))


def _rate(per_second: float) -> str:
    if per_second == 0:
        return "–"
    return f"{per_second:,.1f}/s" if per_second >= 0.1 else f"{per_second * 3600:,.0f}/h"


_HEARD = {  # what a listener counts, and how a column says it
    "messages": "Messages",
    "not_allowed": "Sender not allowed",
    "too_fast": "Too fast, dropped",
    "turned_away": "Connections too many",
    "refused": "No valid certificate",
    "idle": "Ended, silent",
    "full": "Spool full",
    "dropped": "Dropped by the kernel",
    "cut": "Lines cut",
}


def listener_table(found: Sequence[Mapping[str, Any]]) -> h.Html:
    """What each listener took in and turned away, since it began."""
    rows = [h.row(one["source"], *(_heard(name, int(one.get(name, 0))) for name in _HEARD)) for one in found]
    return h.element("div", h.table(["Source", *map(_right, _HEARD.values())], rows, "Listeners"), class_="hm-scroll")


def _heard(name: str, count: int) -> h.Html:
    wrong = count > 0 and name not in ("messages", "idle")
    return h.element("td", f"{count:,}", class_="hm-n hm-bad" if wrong else "hm-n")


def spell_table(found: Sequence[Spell], wall: Wall, as_of: str) -> h.Html:
    """The silences, newest first."""
    rows = [
        h.row(
            one.source_id,
            h.element("td", wall.brief(one.silent_at), class_="hm-t"),
            h.element("td", wall.brief(one.resumed_at) if one.resumed_at else "silent still", class_="hm-t"),
            h.element("td", length(one.silent_at, one.resumed_at or as_of), class_="hm-t"),
        )
        for one in reversed(found)
    ]
    return h.table(["Source", "Silent from", "Until", "For"], rows, "Silent spells")


def unread_list(found: Sequence[Unread]) -> h.Html:
    """What of the tables is not known, and what that does to findings."""
    if not found:
        return h.element(
            "p", "Every row of the district's tables could be read, and none is in doubt.", class_="hm hm-soft"
        )
    lost, doubts = [one.lost for one in found if one.lost], [one.doubt for one in found if one.doubt]
    means = [LOW_WHERE_LOST] * bool(lost) + [LOW_WHERE_IN_DOUBT] * bool(doubts)
    rows = [h.element("li", visible(said), class_="hm-bad") for said in [*lost, *doubts]]
    said = " ".join([*means, "To see every mistake: hallmonitor policy check FOLDER."])
    return h.joined([h.element("ul", *rows), h.element("p", said, class_="hm")])
