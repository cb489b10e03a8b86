"""What one Kafka record of `audit.log` carries: many lines of one kind and one source, and how far it reaches."""

from typing import Literal

import msgspec

Kind = Literal["events", "reference", "tick", "command"]


class Batch(msgspec.Struct, kw_only=True, frozen=True):
    """Lines of one source, at most 1,000 or 900 KB. `body` is NDJSON: one event, fact, tick or command per line.

    `stream`, `start` and `stop` say which bytes of which stream were read (what is at or below `stop` has been
    applied); `reached_at` (ms since the epoch) says that nothing older than this is expected from the source.
    """

    kind: Kind
    district: str
    source_id: str
    body: bytes
    count: int
    stream: str = ""
    start: int = 0
    stop: int = 0
    tail: str = ""  # a digest of the last bytes before `stop`, by which the stream is known again
    reached_at: int | None = None
    refused: int = 0  # dead letters among the lines (kind "command" with stage parse)


class Tick(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """How far a source has been read. `ended`: the file is finished; it settles verdicts and is no watermark."""

    source_id: str
    reached_at: int | None = None  # ms since the epoch
    ended: bool = False


class Reached(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What the judge has taken in of one source, as it says after a turn; `read` counts records, once each."""

    source_id: str
    reached_at: int | None = None  # ms since the epoch
    ended: bool = False
    read: int = 0  # recognized + unrecognized + dead letters
    unrecognised: int = 0
    dead_letters: int = 0
    late: int = 0
    sign_ins: int = 0  # that its computers and a domain controller both told, in the last days
    computers: int = 0  # whose sign-ins were
    ahead: int | None = None  # ms, the median of how far their clocks were ahead of the controller's; None: too few
    off: int = 0  # computers whose clock is off by more than the tolerance
    doubt: int = 0  # ms, by how much the worst of them may be off where its times are not corrected


class Fact(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One row of a reference table as loaded, or its end (`row` None). Tables district, policy, source are settings."""

    table: str
    key: str
    row: dict[str, str] | None = None
    valid_from: int | None = None  # ms since the epoch; None = always
    valid_to: int | None = None  # half open; None = for ever
    recorded_at: int | None = None  # None = known since valid_from


class Command(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What is told to the district's judge beside events and facts: that a record was refused, or that what a replay
    found is adopted (`model.adoption`). `by`: who or what says it."""

    name: Literal["dead_letter", "adopt"]
    body: msgspec.Raw = msgspec.Raw(b"null")
    by: str = ""
