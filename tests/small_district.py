"""A district of a few rows for tests of judgement: facts and events as values, no files."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from model.batch import Batch, Fact, Tick
from model.codec import join_lines
from model.event import Event, encode_event, format_at
from model.policy import Policy, load_pack, shipped_pack
from model.tables import TABLES, key_of

DISTRICT = "maple-falls"
CATEGORIES = {"auth": "dc1", "vpn": "edge-vpn", "proxy": "filter", "device": "dhcp"}
PRODUCTS = {"auth": "windows_security", "vpn": "cisco_asa", "proxy": "squid", "device": "isc_dhcp"}
TIMES = ("valid_from", "valid_to", "recorded_at")


def at_ms(text: str, zone: ZoneInfo) -> int:
    """`2026-03-04 10:00:00` in the zone, or with an offset of its own, as ms since the epoch."""
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)


def facts(tables: dict[str, list[dict[str, Any]]], zone: ZoneInfo, policy: str = "union-ok") -> list[Fact]:
    """Settings and reference rows as the log would carry them."""
    pack = load_pack(shipped_pack(policy))
    assert isinstance(pack, Policy)
    found = [
        Fact(table="district", key=DISTRICT, row={"id": DISTRICT, "timezone": str(zone)}),
        Fact(table="policy", key=pack.id, row={"pack": pack.model_dump_json()}),
    ]
    for category, source in CATEGORIES.items():
        row = {"product": PRODUCTS[category], "categories": category, "lateness_s": "300"}
        found.append(Fact(table="source", key=source, row=row))
    for table, rows in tables.items():
        found += [fact(table, row, zone) for row in rows]
    return found


def fact(table: str, row: dict[str, Any], zone: ZoneInfo) -> Fact:
    """One row of a reference table."""
    text = {name: str(value) for name, value in row.items() if name not in TIMES}
    times = {name: at_ms(str(row[name]), zone) for name in TIMES if row.get(name)}
    return Fact(table=table, key=key_of(TABLES[table], text), row=text, **times)


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
