"""Batches to Kafka records and back; the only file that knows both."""

from collections.abc import Iterable, Sequence
from typing import get_args

from model.batch import Batch, Kind
from model.event import format_ms

SCHEMA = b"1"
Headers = list[tuple[str, bytes]]
_KINDS = {kind.encode(): kind for kind in get_args(Kind)}


class Undecodable(ValueError):
    """A Kafka record that is no batch of ours; says which header is wrong."""


def encode_batch(batch: Batch) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of the Kafka record that carries `batch`."""
    headers: Headers = [
        ("kind", batch.kind.encode()),
        ("schema", SCHEMA),
        ("source", batch.source_id.encode()),
        ("stream", batch.stream.encode()),
        ("from", b"%d" % batch.start),
        ("to", b"%d" % batch.stop),
        ("count", b"%d" % batch.count),
        ("refused", b"%d" % batch.refused),
        ("tail", batch.tail.encode()),
    ]
    if batch.reached_at is not None:
        headers.append(("reached_at", b"%d" % batch.reached_at))
    return batch.district.encode(), batch.body, headers


def decode_batch(key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> Batch:
    """The inverse of `encode_batch`; raises `Undecodable`."""
    found = {name: bytes(content) for name, content in headers}
    if found.get("schema") != SCHEMA:
        raise Undecodable(f"header schema is {found.get('schema')!r}, expected {SCHEMA!r}")
    try:
        reached = found.get("reached_at")
        if reached is not None:
            format_ms(int(reached))  # a time that no calendar has would be reached for ever
        return Batch(
            kind=_KINDS[found["kind"]],
            district=(key or b"").decode(),
            source_id=found["source"].decode(),
            body=value or b"",
            count=int(found["count"]),
            stream=found["stream"].decode(),
            start=int(found["from"]),
            stop=int(found["to"]),
            refused=int(found.get("refused", b"0")),
            tail=found.get("tail", b"").decode(),
            reached_at=None if reached is None else int(reached),
        )
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise Undecodable(f"header missing or unreadable: {error!r}") from error


def join_lines(lines: Sequence[bytes]) -> bytes:
    """NDJSON: each line ended by a newline."""
    return b"\n".join(lines) + b"\n" if lines else b""


def split_lines(body: bytes) -> list[bytes]:
    """The lines of an NDJSON body, without their newlines."""
    return body.split(b"\n")[:-1] if body.endswith(b"\n") else [line for line in body.split(b"\n") if line]
