"""What people decide, as events of `audit.casework`: who did what to which entity, in which role, for which purpose."""

import re
from typing import Any

import msgspec

from model.event import parse_at

# What a decision may be about; an entity is written `case:2026-0014`. `home:` is the installation itself.
ENTITIES = (
    *("violation", "case", "hold", "request", "incident", "retention", "search", "user", "person", "ledger", "home"),
    "adoption",
    "receipt",
)
# What no purge destroys; decisions about all else lie closed in Kafka (docs/decisions/0022).
LASTING = frozenset({"retention", "user", "ledger", "home"})
_ENTITY = re.compile(rf"(?:{'|'.join(ENTITIES)}):[^\x00-\x1f\x7f]{{1,200}}")
_KIND = re.compile(r"[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*")
LARGEST = 900_000  # bytes of one event


class CaseworkEvent(msgspec.Struct, kw_only=True, frozen=True):
    """One decision. `district` is empty where it is about the installation, as users are.

    `expected_version`: how many decisions about the entity its author had seen; None where it does not depend on any.
    `at` is the author's clock, to be read; the order of decisions is the order of the topic.
    """

    event_id: str
    district: str
    entity: str
    kind: str  # noun.past_participle
    at: str
    actor: str
    role: str
    purpose: str
    expected_version: int | None = None
    body: dict[str, Any] = {}


class NotCasework(ValueError):
    """Bytes or fields that are no event of casework; the message says which."""


def noun_of(entity: str) -> str:
    """`case`, of `case:2026-0014`."""
    return entity.partition(":")[0]


_decoder = msgspec.json.Decoder(CaseworkEvent)
_encoder = msgspec.json.Encoder()


def encode_casework(event: CaseworkEvent) -> bytes:
    """One line of JSON; raises `NotCasework` on what nobody could read back."""
    line = _encoder.encode(checked(event))
    if len(line) > LARGEST:
        raise NotCasework(f"{event.kind} is {len(line):,} bytes long; at most {LARGEST:,}")
    return line


def decode_casework(line: bytes) -> CaseworkEvent:
    """The inverse; raises `NotCasework`."""
    try:
        return checked(_decoder.decode(line))
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotCasework(f"not an event of casework: {error}") from error


def checked(event: CaseworkEvent) -> CaseworkEvent:
    """The event itself; raises `NotCasework` where a field is not what it must be."""
    for name, right in (
        ("event_id", re.fullmatch(r"[0-9a-zA-Z-]{8,64}", event.event_id)),
        ("entity", _ENTITY.fullmatch(event.entity)),
        ("kind", _KIND.fullmatch(event.kind)),
        ("expected_version", event.expected_version is None or 0 <= event.expected_version < 2**31),
    ):
        if not right:
            raise NotCasework(f"{name} is {getattr(event, name)!r}")
    parse_at(event.at)
    return event
