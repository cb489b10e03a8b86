"""Seals what is noted: for each class and hour one signed entry of the chain, and a line in the anchor."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import msgspec

from storage.ledger.book import Book, OpenRecord
from storage.ledger.chain import Entry, SealBody, signed
from storage.ledger.keys import FOLDER, Signer
from storage.ledger.merkle import root
from storage.ledger.places import pack_checks, pack_places
from storage.rows import run_of

ANCHOR = "anchor.ndjson"


class Anchored(msgspec.Struct, frozen=True):
    """One line of the anchor: up to which entry the chain of a district went, and that entry's hash."""

    district: str
    number: int
    hash: str
    at: str


class Sealer:
    """Whoever has the book and the key. `anchor`: a file, best on another disk, that gets a line for each sealing."""

    def __init__(self, book: Book, signer: Signer, anchor: Path) -> None:
        self.book = book
        self.signer = signer
        self.anchor = anchor

    def seal(self, district: str, at: str, before: str | None = None) -> list[Entry]:
        """Seal the noted leaves of hours before `before` (all of them: None); `at` is the present instant."""
        made: list[Entry] = []
        with self.book.writing():
            for records in _groups(self.book.open_records(district, before)):
                made.append(self._seal_one(district, records, at))
        if made:
            write_anchor(self.anchor, made[-1])
        return made

    def append(self, district: str, kind: str, body: dict[str, object], at: str) -> Entry:
        """Append an entry of another kind than a seal; call it within `writing`, then `write_anchor`."""
        entry = signed(self.signer, self.book.last(district), district, kind, body, at)
        self.book.append(entry)
        return entry

    def _seal_one(self, district: str, records: list[OpenRecord], at: str) -> Entry:
        rows = [row for record in records for row in record.each]
        places, leaves = [place for place, _ in rows], [leaf for _, leaf in rows]
        packed, checks = pack_places(places), pack_checks(records[0].record_class, leaves)
        body = SealBody(
            hour=records[0].hour,
            record_class=records[0].record_class,
            rows=len(rows),
            root=root(leaves).hex(),
            first=records[0].version,
            last=records[-1].version,
            partition=records[0].partition,
            marks=marks_digest(packed, checks),
        )
        said = msgspec.structs.asdict(body)
        entry = signed(self.signer, self.book.last(district), district, "seal", said, at)
        self.book.seal(entry, body, packed, checks, records)
        return entry


def marks_digest(places: bytes, checks: bytes) -> str:
    """What a seal says of the packed places and checks beside it."""
    return sha256(sha256(places).digest() + checks).hexdigest()


def default_anchor(home: Path) -> Path:
    """Where the anchor is where no other place is set: apart from the store, though on the same disk."""
    return home / FOLDER / ANCHOR


def write_anchor(path: Path, entry: Entry) -> None:
    """Append a line; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = msgspec.json.encode(Anchored(entry.district, entry.number, entry.hash, entry.sealed_at))
    with path.open("ab") as file:
        file.write(line + b"\n")


def read_anchor(path: Path, district: str) -> dict[int, str]:
    """Hashes by number, as the anchor has them; nothing where there is no file. A line cut short counts as none."""
    found: dict[int, str] = {}
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            said = msgspec.json.decode(line, type=Anchored)
        except msgspec.DecodeError:
            continue
        if said.district == district:
            found[said.number] = said.hash
    return found


def _groups(records: Iterable[OpenRecord]) -> Iterator[list[OpenRecord]]:
    """Of one class, hour and run of versions each, in order of version; empty ones left out."""
    ordered = sorted(records, key=lambda one: (*_group(one), one.version))
    for _, group in groupby(ordered, _group):
        found = list(group)
        if any(one.lines for one in found):
            yield found


def _group(one: OpenRecord) -> tuple[str, str, int]:
    return one.record_class, one.hour, run_of(one.version)
