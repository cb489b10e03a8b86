"""A record of `audit.log` that is none of ours: kept whole as dead letters, never judged, and the log goes on."""

import base64

from model.dead_letter import LARGEST, STRANGERS, DeadLetter, encode_dead_letter
from model.mark import Sent


def foreign_record(record: Sent, district: str, reason: str) -> list[bytes]:
    """The dead letters that stand for the record, in numbered parts if it is large.

    `district`: whose the partition is. What the record's own key says is a stranger's word.
    """
    body = record.value or b""
    pieces = [body[start : start + LARGEST] for start in range(0, len(body), LARGEST)] or [b""]
    return [
        encode_dead_letter(
            DeadLetter(
                dead_letter_id=f"{record.topic}-{record.partition}-{record.offset}-{part}",
                district=district,
                source_id="",
                stage=STRANGERS,
                reason=reason,
                raw=base64.b64encode(piece).decode(),
                raw_encoding="base64",
                origin=f"{record.topic}/{record.partition}@{record.offset}",
                part=part,
                parts=len(pieces),
            )
        )
        for part, piece in enumerate(pieces, 1)
    ]
