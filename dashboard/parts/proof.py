"""The proof itself: the numbers with the events behind them, and every event with its raw record."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from dashboard import hypertext as h
from dashboard import links, plain_names, words
from dashboard.local_time import Wall, duration, utc
from model.violation import Exhibit, Measure, Violation
from storage.queries.event_rows import StoredEvent

Raw = Callable[[StoredEvent], h.Html]
_MOST_LINKS = 12
NOT_OWN = "somebody else's sign-in: its record is not shown"
_BEGINS = 200  # characters of a raw record that its line shows


def folded(event: StoredEvent) -> h.Html:
    """A raw record that opens when asked."""
    begins = h.element("span", event.raw[:_BEGINS] or "expired", class_="hm-mono hm-cut")
    return h.element("details", h.element("summary", begins), raw(event))


def raw(event: StoredEvent) -> h.Html:
    """A raw record as the product wrote it."""
    if not event.raw:
        return h.element("div", "The raw record has expired by the retention schedule.", class_="hm-soft")
    encoding = h.element("div", "not UTF-8; shown as base64", class_="hm-soft") if event.raw_encoding else h.NOTHING
    return h.joined([encoding, h.element("div", event.raw, class_="hm-raw")])


def measures(v: Violation) -> h.Html:
    """Every number the verdict rests on, its threshold, and links to the events it is made of."""
    numbers = {exhibit.event_id: n for n, exhibit in enumerate(v.evidence.exhibits, 1)}
    rows = [_measure(one, numbers) for one in v.evidence.measures]
    value, limit = (h.element("th", one, class_="hm-n") for one in ("Value", "Limit"))
    head = ["Measured", value, limit, "Records"]
    return h.table(head, rows, "The numbers the finding rests on") if rows else h.NOTHING


def _measure(one: Measure, numbers: Mapping[str, int]) -> h.Html:
    shown = sorted({numbers[event_id] for event_id in one.event_ids if event_id in numbers})
    linked = h.joined([h.link(str(n), f"#event-{n}") for n in shown[:_MOST_LINKS]], ", ")
    more = f" and {len(shown) - _MOST_LINKS} more" if len(shown) > _MOST_LINKS else ""
    return h.row(
        measure_name(one),
        h.element("td", number(one.value, one.unit), class_="hm-n"),
        h.element("td", "" if one.threshold is None else number(one.threshold, one.unit), class_="hm-n"),
        h.joined([linked, more]),
    )


def measure_name(one: Measure) -> str:
    """What was measured, in words."""
    return plain_names.measure(one.name)


def number(value: float, unit: str) -> str:
    """A value with its unit as people read them: `40 min`, `2 h 10 min`, `45.9 MB`."""
    if unit == "bytes":
        return words.size(value)
    if unit == "min":
        return duration(timedelta(minutes=value))
    if unit == "records" and value == 1:
        return "1 record"
    return f"{value:,.2f}".rstrip("0").rstrip(".") + (f" {unit}" if unit else "")


def exhibits(
    v: Violation, events: Mapping[str, StoredEvent], wall: Wall, names: plain_names.Names, show: Raw = folded
) -> h.Html:
    """Every event that contributes: when (local and UTC), where it was logged, what it shows, its raw record."""
    if not v.evidence.exhibits:
        return h.element("p", words.NO_RECORDS, class_="hm")
    rows: list[h.Html] = []
    day = ""
    for number, one in enumerate(v.evidence.exhibits, 1):
        if wall.day(one.occurred_at) != day:
            day = wall.day(one.occurred_at)
            rows.append(h.row(h.element("td", day, colspan="6"), class_="hm-day"))
        shows = _shows(one, wall, names, v.district)
        missing = "no longer stored" if v.own(one) else NOT_OWN
        event = events.get(one.event_id)
        record = show(event) if event else h.element("span", missing, class_="hm-soft")
        rows.append(_exhibit(number, one, event, shows, wall, record))
    first = h.element("th", "No.", class_="hm-n")
    head = [first, "Local time", "UTC", "Logged by", "What it shows", "Record as written"]
    return h.element("div", h.table(head, rows, "The records that prove it"), class_="hm-scroll", tabindex="0")


def _exhibit(number: int, one: Exhibit, event: StoredEvent | None, shows: h.Html, wall: Wall, record: h.Html) -> h.Html:
    return h.element(
        "tr",
        h.element("td", str(number), class_="hm-n", id=f"event-{number}"),
        h.element("td", wall.clock(one.occurred_at), class_="hm-t"),
        h.element("td", utc(one.occurred_at), class_="hm-u"),
        h.element("td", logged_by(one.source_id, event), class_="hm-w"),
        h.element("td", shows),
        h.element("td", record, class_="hm-rec"),
    )


def logged_by(source_id: str, event: StoredEvent | None) -> h.Html:
    """The district's own name of a source, and under it the product that writes there."""
    if event is None:
        return h.text(source_id)
    return h.joined([source_id, h.element("div", plain_names.product(event.product), class_="hm-soft hm-small")])


def _shows(one: Exhibit, wall: Wall, names: plain_names.Names, district: str) -> h.Html:
    run = f"{one.count} times until {wall.clock(one.until)}" if one.count and one.until else ""
    weight = words.counted(one.weight, "point") if one.weight else ""
    named = (("person", one.person), ("account", one.account), ("device", one.device_id), ("address", one.address))
    linked = [
        h.link(names.get((kind, name), name) if kind == "person" else name, links.timeline(kind, name, district))
        for kind, name in named
        if name
    ]
    rest = [f"at {names.get(('site', one.site), one.site)}" if one.site else "", run, weight]
    beside = h.joined([*linked, *filter(None, rest)], " · ")
    return h.joined([one.shows, h.element("div", beside, class_="hm-soft hm-small") if beside else h.NOTHING])
