"""The mark of a stored decision or fact: who can write to the store, and has not the home's keys, cannot make one.

It is an HMAC over every column, by the key that marks decisions in Kafka. What bears none is nobody's: no question of
ours answers with it (storage/lookout.py), and `ledger verify` names it. Rows that an earlier release stored bear none:
the home lists what they say (storage/ledger/marking.py).
"""

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from model.event import format_at, parse_at
from model.keyring import Ring, derived
from model.topics import CASEWORK, EVENTS

LENGTH = 32  # hex digits


class Decided(msgspec.Struct, gc=False):
    """A row of `casework`; all of it but the mark itself is marked."""

    district: str
    entity: str
    event_id: str
    kind: str
    at: str
    actor: str
    role: str
    purpose: str
    expected_version: int | None
    body: str
    log_partition: int
    log_offset: int
    version: int
    mark: str = ""


class Stated(msgspec.Struct, gc=False):
    """A row of `reference`: a fact of the district's tables, marked as a decision is."""

    district: str
    table: str
    key: str
    row: str
    valid_from: int | None
    valid_to: int | None
    recorded_at: int | None
    log_partition: int
    log_offset: int
    log_line: int
    version: int
    mark: str = ""


Marked = Decided | Stated


class Bearer(NamedTuple):
    """A table whose rows bear marks. `topic`: of the Kafka offsets that its rows name."""

    kind: type[Decided] | type[Stated]
    label: str
    topic: str
    earlier: Path  # in the home: digests of what was stored before marks

    @property
    def said(self) -> tuple[str, ...]:
        """Its columns without the mark."""
        return tuple(name for name in self.kind.__struct_fields__ if name != "mark")


_MARKS = Path("ledger", "marks")
BEARERS = {
    "casework": Bearer(Decided, "stored decision", CASEWORK.name, _MARKS / "earlier_decisions.json"),
    "reference": Bearer(Stated, "stored fact", EVENTS.name, _MARKS / "earlier_facts.json"),
}
_OF = {one.kind: one for one in BEARERS.values()}
_decoders = {name: msgspec.json.Decoder(one.kind) for name, one in BEARERS.items()}
_encode = msgspec.json.Encoder().encode


class RowMarks:
    """Makes and checks the marks of one home."""

    def __init__(self, home: Path) -> None:
        self._ring = Ring(home)
        self.home = home
        self._earlier: dict[Path, frozenset[str]] = {}

    def marked(self, table: str, line: bytes) -> bytes:
        """A row of JSON with its mark. Raises `NoKey`."""
        row: Marked = _decoders[table].decode(line)
        row.mark = _mark(self._ring.key(CASEWORK.name), row)
        return _encode(row)

    def ours(self, row: Marked) -> bool:
        """Whether a row, as the store answers it, was marked with this home's key. Raises `NoKey`."""
        try:
            return self._is_marked(row) if row.mark else digest(row) in self._listed(_OF[type(row)].earlier)
        except ValueError:
            return False

    def _listed(self, name: Path) -> frozenset[str]:
        if name not in self._earlier and (self.home / name).exists():
            self._earlier[name] = frozenset(msgspec.json.decode((self.home / name).read_bytes(), type=list[str]))
        return self._earlier.get(name, frozenset())

    def _is_marked(self, row: Marked) -> bool:
        said = row.mark.encode()  # anybody may have written it, in any letters
        if hmac.compare_digest(_mark(self._ring.key(CASEWORK.name), row).encode(), said):
            return True
        topic = _OF[type(row)].topic
        for one in self._ring.retired():
            ended = one.until.get(topic)
            old = not one.legacy and ended is not None and row.log_offset < ended.ends.get(row.log_partition, 0)
            if old and hmac.compare_digest(_mark(derived(bytes.fromhex(one.key), CASEWORK.name), row).encode(), said):
                return True
        return False


def read_marked(table: str, chunk: bytes) -> list[Any]:
    """Rows of a table, from lines of JSON."""
    return _decoders[table].decode_lines(chunk)


def digest(row: Marked) -> str:
    """What a row says, without a key."""
    return sha256(_text(row)).hexdigest()


def _mark(key: bytes, row: Marked) -> str:
    return hmac.digest(key, _text(row), sha256).hex()[:LENGTH]


def _text(row: Marked) -> bytes:
    if isinstance(row, Decided):
        row.at = format_at(parse_at(row.at))
    bearer = _OF[type(row)]
    return _encode([bearer.label, *(getattr(row, name) for name in bearer.said)])
