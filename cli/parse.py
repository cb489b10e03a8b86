"""`hallmonitor parse`: raw records of one product on stdin or in a file, one JSON event per line on stdout."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import tee
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import msgspec

from cli.known import near
from model.clock import now
from model.event import Event
from producers import watchdog
from producers.catalog import PRODUCTS
from producers.framing import frames
from producers.guess import RECORDS, confidence, guess
from producers.ocsf import DISPOSITIONS, STATUSES, ocsf_of
from producers.product import Context, Product, Refusal
from producers.reader import Reading, as_text, read
from producers.transports.file_bytes import Damaged, chunks
from producers.transports.stream_name import first_name

CHUNK = 262_144
_encode = msgspec.json.Encoder().encode


def _product(ctx: click.Context, param: click.Parameter, name: str) -> Product:
    if name not in PRODUCTS:
        hint = near(name, PRODUCTS) or f"; one of: {', '.join(sorted(PRODUCTS))}"
        raise click.BadParameter(f"{name!r} is not a product that can be read{hint}", ctx, param)
    return PRODUCTS[name]


def _guess(ctx: click.Context, param: click.Parameter, file: Path | None) -> None:
    """Prints which product wrote `file` and ends."""
    if file is None or ctx.resilient_parsing:
        return
    try:
        found = guess(next(chunks(file.resolve()), b""))
    except (Damaged, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    for one in found:
        sure = f"{confidence(found)} confidence, " if one is found[0] else ""
        click.echo(f"{one.product}: {sure}knows {one.known} of the first {one.records} records")
    if not found:
        click.echo(f"{file}: no product knows any of its first {RECORDS} records", err=True)
    ctx.exit(0 if found else 1)


def _zone(ctx: click.Context, param: click.Parameter, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(f"{name!r} is not an IANA time zone such as America/New_York", ctx, param) from error


def _instant(ctx: click.Context, param: click.Parameter, text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not ISO 8601, such as 2026-03-05T06:00:00-05:00", ctx, param) from error


@click.command(name="parse")
@click.argument("product", callback=_product)
@click.argument("file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--guess",
    "guessed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_guess,
    is_eager=True,
    expose_value=False,
    help="Say which product wrote this file, by its first records, and end.",
)
@click.option("--timezone", default="UTC", callback=_zone, help="IANA zone of records that name none.  [default: UTC]")
@click.option(
    "--received-at",
    callback=_instant,
    help="When they were received (ISO 8601). Gives syslog its year, and shows which times cannot be right.  "
    "[default: the file's mtime or now, for the year only]",
)
@click.option("--source", help="Source id to put into the events and their ids.  [default: the product's name]")
@click.option("--one-per-record", is_flag=True, help="One line per record: the first event where there are several.")
@click.option(
    "--ocsf",
    is_flag=True,
    help="Add OCSF's class_uid, activity_id, category_uid, type_uid, status_id and disposition_id.",
)
def command(
    product: Product, file: Path, timezone: ZoneInfo, received_at: datetime | None, source: str | None,
    one_per_record: bool, ocsf: bool,
) -> None:  # fmt: skip
    """Print the events of raw records of PRODUCT, read from FILE (.gz and .zst too) or from stdin.

    Every key of an event is there, null where the record does not say. A record that cannot be read gives
    {"refused": reason, ...}. To learn which product wrote a file: `hallmonitor parse --guess FILE`.
    """
    if received_at and received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=timezone)
    context = Context(timezone, received_at or _modified_at(file))
    watchdog.start()
    try:
        for reading in _read(product, file, context, source or product.name, received_at):
            for line in lines(product, reading, one_per_record, ocsf):
                sys.stdout.buffer.write(line)
    except (Damaged, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise click.ClickException(f"{file}: {error}") from error
    finally:
        sys.stdout.buffer.flush()


def _read(
    product: Product, file: Path, context: Context, source: str, received_at: datetime | None
) -> Iterator[Reading]:
    records = frames(_stdin() if file == Path("-") else chunks(file.resolve()), product.framing)
    records, ahead = tee(records)
    fingerprint = first_name(ahead, product)  # as `run` names a stream, so ids here are ids there
    del ahead  # or all that is read would be kept for it
    yield from read(product, records, context, source, fingerprint, received_at)


def _stdin() -> Iterator[bytes]:
    while chunk := os.read(sys.stdin.fileno(), CHUNK):
        yield chunk
        sys.stdout.buffer.flush()  # what is piped in slowly comes out as slowly


def _modified_at(file: Path) -> datetime:
    return now() if file == Path("-") else datetime.fromtimestamp(file.stat().st_mtime, UTC)


def lines(product: Product, reading: Reading, one_per_record: bool, ocsf: bool) -> Iterator[bytes]:
    """One record as JSON lines: its events, or why it was refused."""
    offset, _, parsed, raw = reading
    if isinstance(parsed, Refusal):
        text, encoding = as_text(raw)
        refused = {"refused": parsed.reason, "product": product.name, "offset": offset, "raw": text,
                   "raw_encoding": encoding}  # fmt: skip
        yield _encode(refused) + b"\n"
        return
    for event in parsed[:1] if one_per_record else parsed:
        yield _encode(whole(event, ocsf)) + b"\n"


def whole(event: Event, ocsf: bool = False) -> dict[str, Any]:
    """An event with every key it can have, None where it does not say."""
    facts = {name: getattr(event, name) for name in event.__struct_fields__}
    if ocsf:
        class_uid, activity_id = ocsf_of(event)
        facts |= {
            "class_uid": class_uid,
            "activity_id": activity_id,
            "category_uid": class_uid // 1000,
            "type_uid": class_uid * 100 + activity_id,
            "status_id": STATUSES.get(event.outcome, 0),
            "disposition_id": DISPOSITIONS.get(event.verdict or "", 0),
        }
    return facts
