"""A district of a few rows for tests of judgement: facts and events as values, no files."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from model.batch import Batch, Fact, Tick
from model.codec import join_lines
from model.event import Event, encode_event, format_at
from model.fact_text import fact_of
from model.policy import Policy, load_pack, shipped_pack
from model.tables import FACTS

DISTRICT = "maple-falls"
ZONE = ZoneInfo("America/Chicago")
CATEGORIES = {"auth": "dc1", "vpn": "edge-vpn", "proxy": "filter", "device": "dhcp"}
TELLS = {"auth": "sits", "vpn": "holds", "proxy": "", "device": "holds"}
PRODUCTS = {"auth": "windows_security", "vpn": "cisco_asa", "proxy": "squid", "device": "isc_dhcp"}


def at_ms(text: str, zone: ZoneInfo) -> int:
    """`2026-03-04 10:00:00` in the zone, or with an offset of its own, as ms since the epoch."""
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)


def facts(tables: dict[str, list[dict[str, Any]] | None], zone: ZoneInfo, policy: str = "union-ok") -> list[Fact]:
    """Settings and reference rows as the log would carry them."""
    found = [Fact(table="district", key=DISTRICT, row={"id": DISTRICT, "timezone": str(zone)}), pack_fact(policy)]
    for category, source in CATEGORIES.items():
        row = {"product": PRODUCTS[category], "categories": category, "lateness_s": "300", "tells": TELLS[category]}
        found.append(Fact(table="source", key=source, row=row))
    for table, rows in tables.items():
        if rows is not None:  # a case may take a table away: absent is not empty
            found += [Fact(table=table, key=""), *(fact(table, row, zone) for row in rows)]
    return found


@cache
def pack_fact(policy: str) -> Fact:
    """A pack that ships, as the log would carry it; it is shared, so change nothing in it."""
    pack = load_pack(shipped_pack(policy))
    assert isinstance(pack, Policy)
    return Fact(table="policy", key=pack.id, row={"pack": pack.model_dump_json()})


def fact(table: str, row: dict[str, Any], zone: ZoneInfo) -> Fact:
    """One row of a reference table."""
    text = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in row.items()}
    found = fact_of(FACTS[table], text, zone)
    assert isinstance(found, Fact), f"{table}: {found}"
    return found


def fact_batch(found: list[Fact]) -> Batch:
    """Facts as one batch."""
    lines = [msgspec.json.encode(one) for one in found]
    return Batch(kind="reference", district=DISTRICT, source_id="", body=join_lines(lines), count=len(lines))


def event(number: int, zone: ZoneInfo, **said: Any) -> Event:
    """An event that says what is given, with defaults for the rest; `at` is local time."""
    at = datetime.fromtimestamp(at_ms(str(said.pop("at")), zone) / 1000, ZoneInfo("UTC"))
    category = said.pop("category", "auth")
    defaults = {"event_id": f"e{number:04d}", "source_id": CATEGORIES[category], "product": PRODUCTS[category]}
    return Event(**{**defaults, "category": category, "occurred_at": format_at(at), **said})


def event_batches(events: list[Event]) -> list[Batch]:
    """Events in the order given, cut where the source changes."""
    batches: list[Batch] = []
    run: list[Event] = []
    for one in [*events, None]:
        if run and (one is None or one.source_id != run[0].source_id):
            lines = [encode_event(e) for e in run]
            batches.append(
                Batch(
                    kind="events", district=DISTRICT, source_id=run[0].source_id, body=join_lines(lines), count=len(run)
                )
            )
            run = []
        if one is not None:
            run.append(one)
    return batches


def tick_batch(*ticks: Tick) -> Batch:
    """Ticks as one batch."""
    lines = [msgspec.json.encode(tick) for tick in ticks]
    return Batch(kind="tick", district=DISTRICT, source_id="", body=join_lines(lines), count=len(lines))


def ended() -> Batch:
    """All sources are finished: it settles every verdict."""
    return tick_batch(*(Tick(source_id=source, ended=True) for source in CATEGORIES.values()))


def stream_batches(events: list[Event]) -> list[Batch]:
    """The same as read from streams: each batch says which bytes of which stream it holds, a hundred an event."""
    read: dict[str, int] = {}
    batches: list[Batch] = []
    for batch in event_batches(events):
        start = read.get(batch.source_id, 0)
        read[batch.source_id] = start + 100 * batch.count
        batches.append(
            msgspec.structs.replace(batch, stream=f"{batch.source_id}/s", start=start, stop=start + 100 * batch.count)
        )
    return batches
