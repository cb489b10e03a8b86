"""An answer of attribution: who and where over a stretch of time, with its proof, ready to append to an event."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from model.event import Attribution
from streams.memory.cell import Run

EVER = 1 << 62
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Answer:
    """Who and where, over [since, until), and the JSON to append to the event's line."""

    person: str | None = None
    device_id: str | None = None
    site: str | None = None
    holder: str | None = None  # the account behind the event
    sitter: str | None = None  # the account at the device, where a filter's record names an account of its own
    tunnel: str | None = None  # the account whose tunnel it came through
    mac: str | None = None  # of the card that held the address
    confidence: str = "high"
    contradicted: bool = False  # proofs say different things: no device, and no person by one
    suffix: bytes = b""
    proof_id: str = ""  # a hash of the proof; "" where there is none
    since: int = -EVER
    until: int = EVER
    rests: int = 0  # on what timelines: HOLDS, SITS
    keys: tuple[str, ...] = ()  # those timelines' keys: an address, a device, network cards
    proof: list[Attribution] = field(default_factory=list)
    hearers: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # by action: whom events with this answer concern
    active: set[tuple[str, str, int]] = field(default_factory=set)  # where it was counted: detection, day, half hour
    runs: dict[str, Run] = field(default_factory=dict)  # by detection: the run that the last such event stands in

    noted: tuple[int, str] = (EVER, "")  # from this event on until then what the card did has been remembered,
    noted_until: int = -EVER  # with this user agent
    agent: str | None = None

    def rest_on(self, kind: int, *keys: str) -> None:
        """A late entry of one of these timelines may change the answer."""
        self.rests |= kind
        self.keys += keys

    def narrow(self, since: int, until: int) -> None:
        """Hold for no longer than [since, until)."""
        self.since = max(self.since, since)
        self.until = min(self.until, until)

    def prove(
        self, name: str, value: str, confidence: str, because: str, basis: str | None = None, **source: str | None
    ) -> None:
        """Add a step of the proof; `source` is the event or the reference row that shows it."""
        step = Attribution(field=name, value=value, confidence=confidence, because=because, basis=basis, **source)
        self.proof.append(step)
        self.contradicted = self.contradicted or name == "contradiction"

    def seal(self) -> None:
        """Write the attribution as the tail of a JSON object, without its closing brace."""
        added = {"person": self.person, "device_id": self.device_id, "site": self.site, "attribution": self.proof}
        body = _encode({name: value for name, value in added.items() if value})
        self.suffix = b"," + body[1:-1] if len(body) > 2 else b""
        self.proof_id = blake2b(body, digest_size=6).hexdigest() if self.proof else ""
