"""The dead letter of a line that could not be stored: whole, with the reason and the place in Kafka it came from."""

from base64 import b64encode
from hashlib import blake2b

from model.dead_letter import LARGEST, STRANGERS, DeadLetter, encode_dead_letter
from storage.rows import Foreign, Incoming, Line, Plain, district, header, row

STAGE = "store"


def refused(line: Line, reason: str) -> DeadLetter:
    """The same line gives the same id, however often it is read; raw is base64 where it is not UTF-8."""
    record = line.record
    place = f"{place_of(record)}:{line.number}"
    parts = len(pieces(record)) if isinstance(record, Foreign) else 0
    try:
        raw, encoding = line.text.decode(), None
    except UnicodeDecodeError:
        raw, encoding = b64encode(line.text).decode(), "base64"
    return DeadLetter(
        dead_letter_id=blake2b(place.encode() + b"\0" + line.text, digest_size=16).hexdigest(),
        district=district(record),
        source_id=header(record, "source", b"").decode("utf-8", "replace"),
        stage=STRANGERS if parts else STAGE,
        reason=reason,
        raw=raw,
        raw_encoding=encoding,
        origin=place_of(record) if parts else place,
        part=line.number + 1 if parts else 1,
        parts=parts or 1,
    )


def place_of(record: Incoming) -> str:
    """Where a record stands in Kafka, as dead letters say it: `audit.events/0@17`."""
    return f"{record.topic}/{record.partition}@{record.offset}"


def pieces(record: Plain) -> list[Line]:
    """A record that was set aside, as what each of its dead letters holds."""
    body = record.value or b""
    starts = range(0, len(body), LARGEST) or range(1)
    return [Line(record, n, body[start : start + LARGEST]) for n, start in enumerate(starts)]


def letter_row(line: Line, reason: str) -> bytes:
    """`refused` as a row of `dead_letters`."""
    letter = encode_dead_letter(refused(line, reason))
    return row("store_letters", line._replace(text=letter))
