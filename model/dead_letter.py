"""What could not be read or judged: kept whole, with the stage and the reason, and sent again when asked."""

import msgspec

STAGES = ("parse", "judge", "store", "mark")
STRANGERS = "mark"  # the stage of what bears no mark of ours
LARGEST = 900_000  # bytes of a record that one dead letter holds


class DeadLetter(msgspec.Struct, kw_only=True, omit_defaults=True, frozen=True):
    """One record that a stage refused. `raw` is base64 where `raw_encoding` says so; over 900 KB it comes in parts."""

    dead_letter_id: str
    district: str
    source_id: str
    stage: str  # parse, judge, store; mark: a stranger's record, which nobody reads
    reason: str
    raw: str
    occurred_at: str | None = None
    received_at: str | None = None
    raw_encoding: str | None = None
    origin: str | None = None
    event_id: str | None = None  # set where the record was also stored as an event (stage judge)
    part: int = 1
    parts: int = 1


encode_dead_letter = msgspec.json.Encoder().encode
decode_dead_letter = msgspec.json.Decoder(DeadLetter).decode
