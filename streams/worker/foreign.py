"""A record of `audit.log` that is no batch of ours: kept whole as a dead letter, and the log goes on."""

import base64

import msgspec

from model.batch import Batch, Command
from model.dead_letter import DeadLetter

LARGEST = 900_000  # bytes of a record's body that one dead letter holds


def foreign_record(key: bytes | None, value: bytes | None, partition: int, offset: int, reason: str) -> Batch:
    """The batch of dead letters that stands for the record, in numbered parts if it is large."""
    district = (key or b"").decode(errors="replace")
    body = value or b""
    pieces = [body[start : start + LARGEST] for start in range(0, len(body), LARGEST)] or [b""]
    letters = [
        DeadLetter(
            dead_letter_id=f"audit.log-{partition}-{offset}-{part}",
            district=district,
            source_id="",
            stage="judge",
            reason=reason,
            raw=base64.b64encode(piece).decode(),
            raw_encoding="base64",
            origin=f"audit.log:{partition}:{offset}",
            part=part,
            parts=len(pieces),
        )
        for part, piece in enumerate(pieces, 1)
    ]
    lines = [
        msgspec.json.encode(Command(name="dead_letter", body=msgspec.Raw(msgspec.json.encode(x)))) for x in letters
    ]
    return Batch(kind="command", district=district, source_id="", body=b"\n".join(lines) + b"\n", count=len(lines))
