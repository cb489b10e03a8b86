"""A district whose logs are attacks: each source one file of garbage between two good records of its product."""

import gzip
import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

import yaml
import zstandard

from producers.catalog import PRODUCTS

SAMPLES = Path(__file__).parents[2] / "producers"
MEGABYTE = 1_000_000
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE Event [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
    + b']><Event xmlns="urn:x"><System><EventID>&u;</EventID></System></Event>'
)


@dataclass(frozen=True)
class Attack:
    """One source: its id, its product, its file. `goes_on`: the good record behind the garbage must be recognised."""

    source: str
    product: str
    file: str
    body: bytes
    goes_on: bool = True


def good(product: str) -> bytes:
    """A record of the product on one line that gives one known event, under no heading."""
    for path in sorted((SAMPLES / product / "samples").glob("*.json")):
        sample = json.loads(path.read_text())
        expected = sample.get("expected", [])
        line = sample.get("input", "").strip()
        known = len(expected) == 1 and expected[0]["action"] != "record.unrecognised"
        if known and line and "\n" not in line and not {"struck", "heading"} & set(sample):
            return str(line).encode()
    raise LookupError(f"{product} has no sample of one line")


def garbage(record: bytes) -> dict[str, bytes]:
    """By name, what stands between two good records; small enough that every product gets it."""
    noise = random.Random(1).randbytes(60_000)
    middle = len(record) // 2
    return {
        "truncated": record[:middle],
        "cut-in-front": record[middle:],
        "binary": noise,
        "nul": record.replace(b" ", b"\0") + b"\n" + b"\0" * 100_000,
        "nested-objects": b'{"a":' * 90_000 + b"1" + b"}" * 90_000,
        "nested-arrays": record[:middle] + b"[" * 200_000,
        "nested-elements": b"<Event>" * 50_000,
        "utf-16": record.decode().encode("utf-16"),
        "latin-1": record.replace(b"a", b"\xe4"),
        "surrogates": record[:middle] + b"\xed\xa0\x80" + record[middle:] + b'\n{"id":"\\ud800","EventID":"\\udfff"}',
        "laughs": LAUGHS,
        "columns": record + b" k=v" * 200_000,
        "commas": b"," * 1_000_000,
        "long-token": record[:middle] + b"x" * 700_000 + record[middle:],
        "numbers": b'{"EventID":%s,"id":{"time":1e999}}' % (b"9" * 10_000) + b"\n" + record.translate(_NINES),
        "control": bytes(range(1, 32)).replace(b"\n", b"") * 100 + record,
        "one-line-nothing": b"\r\n\r\n \t\n",
    }


_NINES = bytes.maketrans(b"0123456789", b"9" * 10)


def attacks() -> list[Attack]:
    """All of them: what is small for every product, what is huge or packed for one of each way to cut records."""
    found = [
        Attack(f"{product}-{name}", product, f"{name}.log", _between(record, body))
        for product in sorted(PRODUCTS)
        for record in [good(product)]
        for name, body in garbage(record).items()
    ]
    for product in ("squid", "google_workspace", "windows_security"):
        found += _large(product, good(product))
    return found


def _large(product: str, record: bytes) -> list[Attack]:
    packed = gzip.compress((record + b"\n") * 2_000, mtime=0)
    broken = packed[: len(packed) // 2] + b"\xff\xff\xff\xff" + packed[len(packed) // 2 + 4 :]
    frame = zstandard.compress((record + b"\n") * 2_000)
    bodies = {
        "huge": ("a.log", _between(record, b"A" * 10 * MEGABYTE)),
        "bomb": ("a.log.gz", gzip.compress(_between(record, b"\0" * 12 * MEGABYTE), mtime=0)),
        "blank-bomb": ("a.log.gz", gzip.compress(_between(record, b"\n" * 40 * MEGABYTE), mtime=0)),
        "corrupt-gzip": ("a.log.gz", broken),
        "cut-gzip": ("a.log.gz", packed[:-40]),
        "corrupt-zstd": ("a.log.zst", frame[:-30] + b"\0" * 30),
        "cut-zstd": ("a.log.zst", frame[:-10]),
        "no-gzip": ("a.log.gz", b"\x1f\x8b" + b"\xff" * 1000),
    }
    ends = ("corrupt", "cut", "no-")
    return [
        Attack(f"{product}-{name}", product, file, body, not name.startswith(ends))
        for name, (file, body) in bodies.items()
    ]


def _between(record: bytes, body: bytes) -> bytes:
    return record + b"\n" + body + b"\n" + record + b"\n"


RESTED_AT = 1_772_636_400  # 2026-03-04T15:00:00Z: nobody completes the last line of so old a file


def write(folder: Path, found: list[Attack]) -> None:
    """The district folder."""
    sources = [{"id": one.source, "product": one.product} for one in found]
    settings = {"id": "maple-falls", "name": "Maple Falls", "timezone": "America/New_York", "policy": "union-ok"}
    for one in found:
        place = folder / "logs" / one.source
        place.mkdir(parents=True)
        (place / one.file).write_bytes(one.body)
        os.utime(place / one.file, (RESTED_AT, RESTED_AT))
    (folder / "district.yaml").write_text(yaml.safe_dump({**settings, "sources": sources}))
