"""What of `audit.log` is never judged: records that are none of ours, kept whole, and those that the broker deleted."""

import base64

from model import topics
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


def deleted_records(partition: int, first: int, last: int, district: str) -> bytes:
    """The one dead letter that stands for records from offset `first` to `last`: nothing of them is left."""
    place = f"{topics.LOG.name}/{partition}@{first}"
    return encode_dead_letter(
        DeadLetter(
            dead_letter_id=f"{topics.LOG.name}-{partition}-{first}-deleted",
            district=district,
            source_id="",
            stage="judge",
            reason=f"Kafka deleted {place} to {last} before it was judged",
            raw="",
            origin=place,
        )
    )
