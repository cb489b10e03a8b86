"""The mark of a stored decision: who can write to the store, and has not the home's keys, cannot make one.

It is an HMAC over every column, by the key that marks the same decision in Kafka. What bears none is nobody's decision:
no question of ours answers with it, and `ledger verify` names it. Decisions that an earlier release stored bear none:
the home lists what they say (storage/ledger/marking.py).
"""

import hmac
from hashlib import sha256
from pathlib import Path

import msgspec

from model.event import format_at, parse_at
from model.keyring import Ring, derived
from model.topics import CASEWORK

LENGTH = 32  # hex digits
EARLIER = Path("ledger", "marks", "earlier_decisions.json")  # in the home: digests of what was stored before marks


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


SAID = tuple(name for name in Decided.__struct_fields__ if name != "mark")
_decode = msgspec.json.Decoder(Decided).decode
_encode = msgspec.json.Encoder().encode


class RowMarks:
    """Makes and checks the marks of one home."""

    def __init__(self, home: Path) -> None:
        self._ring = Ring(home)
        self._path = home / EARLIER
        self._earlier: frozenset[str] | None = None

    def marked(self, line: bytes) -> bytes:
        """A row of JSON with its mark. Raises `NoKey`."""
        row = _decode(line)
        row.mark = _mark(self._ring.key(CASEWORK.name), row)
        return _encode(row)

    def fits(self, line: bytes) -> bool:
        """Whether a row, as the store answers it, was marked with this home's key. Raises `NoKey`."""
        try:
            return self.ours(_decode(line))
        except msgspec.MsgspecError:
            return False

    def ours(self, row: Decided) -> bool:
        """The same of a row that was read. Raises `NoKey`."""
        try:
            return self._is_marked(row) if row.mark else digest(row) in self._listed()
        except ValueError:
            return False

    def _listed(self) -> frozenset[str]:
        if self._earlier is None and self._path.exists():
            self._earlier = frozenset(msgspec.json.decode(self._path.read_bytes(), type=list[str]))
        return self._earlier or frozenset()

    def _is_marked(self, row: Decided) -> bool:
        said = row.mark.encode()  # anybody may have written it, in any letters
        if hmac.compare_digest(_mark(self._ring.key(CASEWORK.name), row).encode(), said):
            return True
        for one in self._ring.retired():
            ended = one.until.get(CASEWORK.name)
            old = not one.legacy and ended is not None and row.log_offset < ended.ends.get(row.log_partition, 0)
            if old and hmac.compare_digest(_mark(derived(bytes.fromhex(one.key), CASEWORK.name), row).encode(), said):
                return True
        return False


def digest(row: Decided) -> str:
    """What a decision says, without a key."""
    return sha256(_text(row)).hexdigest()


def _mark(key: bytes, row: Decided) -> str:
    return hmac.digest(key, _text(row), sha256).hex()[:LENGTH]


def _text(row: Decided) -> bytes:
    row.at = format_at(parse_at(row.at))
    return _encode(["stored decision", *(getattr(row, name) for name in SAID)])
