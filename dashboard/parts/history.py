"""A timeline as a table, day by day: local time and UTC, who, where, what, and the raw record behind each line."""

from collections.abc import Sequence

from dashboard import hypertext as h
from dashboard import links, plain_names
from dashboard.local_time import Wall, utc
from dashboard.parts.proof import logged_by, raw
from dashboard.parts.verdict import Names
from storage.queries.districts import District
from storage.queries.event_rows import StoredEvent, account_of, target_of
from storage.queries.pivots import Pivot

_KINDS = {
    "person": "People",
    "account": "Accounts",
    "device": "Devices",
    "address": "Addresses",
    "mac": "Network cards (MAC)",
    "host": "Hosts",
}


def history_table(events: Sequence[StoredEvent], names: Names, wall: Wall, district: District) -> h.Html:
    """One row for each event; a heading for each local day."""
    rows: list[h.Html] = []
    day = ""
    for one in events:
        if _day(one, wall) != day:
            day = _day(one, wall)
            rows.append(h.row(h.element("td", day, colspan="7"), class_="hm-day"))
        rows.append(_line(one, names, wall, district))
    head = ["Local time", "UTC", "Logged by", "What happened", "Who", "Where", "Record as written"]
    return h.element("div", h.table(head, rows, "Events"), class_="hm-scroll", tabindex="0")


def _day(one: StoredEvent, wall: Wall) -> str:
    return wall.day(one.occurred_at) if one.occurred_at else "Without a time"


def _line(one: StoredEvent, names: Names, wall: Wall, district: District) -> h.Html:
    at = one.occurred_at
    return h.row(
        h.element("td", wall.clock(at) if at else "", class_="hm-t"),
        h.element("td", utc(at) if at else "", class_="hm-u"),
        h.element("td", logged_by(one.source_id, one), class_="hm-w"),
        _what(one),
        h.element("td", _linked(_people(one, district), names, district.id), class_="hm-w"),
        h.element("td", _linked(_places(one), names, district.id, one.site), class_="hm-w"),
        h.element("td", _record(one, names), class_="hm-rec"),
    )


def _record(one: StoredEvent, names: Names) -> h.Html:
    begins = h.element("span", one.raw[:200] or "expired", class_="hm-mono hm-cut")
    return h.element("details", h.element("summary", begins), raw(one), _because(one, names))


def _what(one: StoredEvent) -> h.Html:
    bad = one.outcome == "failure" or one.verdict == "blocked"
    told = [one.verdict if one.verdict not in (None, "unknown") else one.outcome if one.outcome == "failure" else None]
    told += [one.domain or one.destination, one.url_category, one.reason, plain_names.logon(one.logon_type), one.app]
    said = " · ".join(dict.fromkeys(part for part in told if part))
    unsure = plain_names.unsure(one.time_quality)
    quality = f" ({unsure})" if unsure else ""
    beside = h.element("div", said, quality, class_=f"hm-small {'hm-bad' if bad else 'hm-soft'}")
    return h.joined([plain_names.action(one.action), beside if said or quality else h.NOTHING])


def _people(one: StoredEvent, district: District) -> list[tuple[str, str | None]]:
    account, target = account_of(one, district.realms), target_of(one, district.realms)
    return [("person", one.person), ("account", account), ("account", target if target != account else None)]


def _places(one: StoredEvent) -> list[tuple[str, str | None]]:
    return [("device", one.device_id or one.device), ("address", one.address), ("mac", one.mac)]


def _linked(pairs: Sequence[tuple[str, str | None]], names: Names, district: str, site: str | None = None) -> h.Html:
    shown = [
        h.link(names.get((kind, name), name), links.timeline(kind, name, district)) for kind, name in pairs if name
    ]
    at = [f"at {names.get(('site', site), site)}"] if site else []
    return h.joined([h.element("div", one) for one in [*shown, *at]])


def _because(event: StoredEvent, names: Names) -> h.Html:
    steps = [
        f"{plain_names.step(one.field, one.value, names)}, confidence {one.confidence}: {one.because}"
        for one in event.attribution or []
    ]
    return h.element("ul", *(h.element("li", one) for one in steps), class_="hm-small") if steps else h.NOTHING


def pivots_list(found: Sequence[Pivot], called: Names, district: str, since: str | None, until: str | None) -> h.Html:
    """The other names in these events, by kind, with the number of events; each leads to its own timeline."""
    told = []
    for kind, title in _KINDS.items():
        names = [one for one in found if one.kind == kind]
        linked = [
            h.joined(
                [
                    h.link(_called(one, called), links.timeline(kind, one.name, district, since, until)),
                    h.element("span", f" {one.events:,}", class_="hm-soft"),
                ]
            )
            for one in names
        ]
        told += [h.element("dt", title), h.element("dd", h.joined(linked, " · "))] if linked else []
    return h.element("dl", *told, class_="hm")


def _called(one: Pivot, called: Names) -> str:
    name = called.get((one.kind, one.name)) if one.kind == "person" else None
    return f"{name} ({one.name})" if name else one.name
