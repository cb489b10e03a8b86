"""A sighting: the little of an event that a detection must remember, and how many like ones become one run."""

from hashlib import blake2b

import msgspec

ID_BYTES = 8
MOST_IDS = 4096 * ID_BYTES  # a copy that comes after more events than these counts again; memory stays bounded


class Sighting(msgspec.Struct, kw_only=True, array_like=True, gc=False):
    """One event as a detection remembers it, or a run of like ones from `at` to `until` (ms since the epoch, UTC).

    Only `Cell.add` changes one, to make a run longer. `account`, `device`, `address` are what the record says;
    `person`, `device_id`, `site` are what attribution found.
    """

    at: int
    until: int
    event_id: str
    last_event_id: str
    count: int = 1
    kind: str  # the event's action, or the detection's own word for what it shows
    source_id: str
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    device: str | None = None
    mac: str | None = None
    address: str | None = None
    site: str | None = None
    reporter: str | None = None
    session_id: str | None = None
    destination: str | None = None
    domain: str | None = None
    url_category: str | None = None
    verdict: str | None = None
    outcome: str | None = None
    logon_type: str | None = None
    app: str | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    confidence: str = "high"  # of the attribution
    time_quality: str = "exact"
    vendor_code: str | None = None
    assigned_address: str | None = None  # the address a tunnel was given inside the district
    destination_device_id: str | None = None  # who held `destination` by lease at that instant
    destination_port: int | None = None
    duration_s: float | None = None
    proof: str = ""  # of the attribution, in the cell's `proofs`
    system: str | None = None  # the operating system that the browser said
    told: list[str] | None = None  # what else a rule read of it: the values of its group, and the one it counts
    taken_at: int | None = None  # when somebody else came to the device since the account last did (ms)
    ahead: int = 0  # how far (ms) the clock that told it ran ahead, where `at` and `until` are corrected for it
    doubt: int = 0  # by how much (ms) that clock may be off, beyond the tolerance, where they are not
    ids: bytes = (
        b""  # the last events that the run took in, eight bytes each, where their vendor may give out one twice
    )

    @property
    def told_at(self) -> int:
        """When it was by the clock that told it (ms): what the record says."""
        return self.at + self.ahead

    @property
    def told_until(self) -> int:
        """The same of its last event (ms)."""
        return self.until + self.ahead


CLAIMED = "claimed"  # `logon_type` of a sighting whose device is known only by the name that a machine gave itself
_STRENGTH = ("high", "medium", "low")


def joined(one: Sighting, other: Sighting) -> Sighting:
    """Two runs of like sightings as one; whichever came first, the result is the same."""
    first = min(one, other, key=lambda s: (s.at, s.event_id))
    last = max(one, other, key=lambda s: (s.until, s.last_event_id))
    return msgspec.structs.replace(
        first,
        until=last.until,
        last_event_id=last.last_event_id,
        count=one.count + other.count,
        bytes_in=one.bytes_in + other.bytes_in,
        bytes_out=one.bytes_out + other.bytes_out,
        confidence=weaker(one.confidence, other.confidence),
        ids=(one.ids + other.ids)[-MOST_IDS:],
    )


def short_id(event_id: str) -> bytes:
    """An event's id in `Sighting.ids`."""
    return blake2b(event_id.encode(), digest_size=ID_BYTES).digest()


def holds(run: Sighting, event: bytes) -> bool:
    """Whether the event of this `short_id` stands in the run already."""
    at = run.ids.find(event)
    while at >= 0 and at % ID_BYTES:
        at = run.ids.find(event, at + 1)
    return at >= 0


def weaker(one: str, other: str) -> str:
    """The weaker of two confidences."""
    return max(one, other, key=_STRENGTH.index)
