"""What happened: one event, as a msgspec struct for speed; `model.edge` holds its pydantic twin and the two agree."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal

import msgspec

Category = Literal["auth", "vpn", "proxy", "device"]
Outcome = Literal["success", "failure", "unknown"]
Verdict = Literal["allowed", "blocked", "warned", "unknown"]
TimeQuality = Literal["exact", "zone_assumed", "year_assumed", "received", "bad"]
# How a record came by a name. authenticated: the record is an authority's verdict on it (a domain controller, the inner
# EAP identity, an IdP, a VPN server's accept). observed: a server saw it on a session that it had authenticated.
# claimed: the client chose it (host names, refused logins, local accounts), so it proves nothing by itself.
Basis = Literal["authenticated", "observed", "claimed"]
# The origin of a record in a file that its server rewrites from time to time. Such a record is known by its content,
# for its place in the file changes.
BY_CONTENT = "id:content"


class Event(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One thing that happened, as one vendor's record tells it. None means the record does not say.

    Mutable because a parser fills in what the record says and the reader what it knows of the stream; nobody
    changes an event once it is encoded. Times are ISO 8601 UTC text with milliseconds (`format_at`).
    """

    event_id: str = ""
    source_id: str = ""
    product: str
    category: str
    action: str
    occurred_at: str | None = None
    received_at: str | None = None
    time_quality: str = "exact"
    outcome: str = "unknown"
    reason: str | None = None
    account: str | None = None  # lower-case, without domain; machine accounts keep their $
    account_domain: str | None = None
    account_basis: str | None = None  # Basis; None where there is no account
    target_account: str | None = None  # the account acted upon, and its realm or domain as the record gives it
    target_domain: str | None = None
    person: str | None = None  # users.sourcedId; attribution fills it in
    device_id: str | None = None  # devices.csv; attribution fills it in
    device: str | None = None  # the client's name or serial as the record gives it
    device_basis: str | None = None  # Basis of device and mac; None where there is neither
    mac: str | None = None  # aa:bb:cc:dd:ee:ff
    address: str | None = None  # the client's address: public for a tunnel, leased for DHCP
    site: str | None = None  # orgs.sourcedId; attribution fills it in
    session_id: str | None = None
    method: str | None = None  # of a web request, as the record gives it: GET, POST
    url: str | None = None
    domain: str | None = None  # host of the url, lower-case, no port, no trailing dot
    verdict: str | None = None
    url_category: str | None = None
    bytes_in: int | None = None  # to the client
    bytes_out: int | None = None  # from the client
    user_agent: str | None = None
    vendor_action: str | None = None  # the vendor's own word
    vendor_code: str | None = None  # the vendor's own number
    raw: str = ""
    raw_encoding: str | None = None  # "base64" where the record is not UTF-8
    # Beyond the public contract:
    origin: str | None = None  # where in which stream: "<fingerprint>:<offset>", "id:<vendor's own id>" or BY_CONTENT
    offset: int | None = None  # of the record, in bytes of the uncompressed stream
    part: int | None = None  # 1, 2, … where one record gave several events; absent on the first
    reporter: str | None = None  # the machine that logged it, by its own word: domain controller, firewall
    received_from: str | None = None  # the address that handed us the record over the network, as our listener saw it
    assigned_address: str | None = None  # the address a tunnel was given inside the district
    destination: str | None = None  # host or address reached
    destination_port: int | None = None
    protocol: str | None = None  # tcp, udp, or the application protocol the vendor names
    logon_type: str | None = None  # interactive, unlock, remote, cached, secondary, network, batch, service
    app: str | None = None  # application, extension or OAuth client
    duration_s: float | None = None  # of a session; of a device's report, how long ago it was last in touch
    attribution: list["Attribution"] | None = None


class Attribution(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False, frozen=True):
    """Why we say that this person, device or site belongs to an event: one step of the proof."""

    # person, device_id, site, mac, account, contradiction (proofs that say different things), or tunnel: whose it was
    # that the event came through, where that is another account than the record's own
    field: str
    value: str
    confidence: str  # high, medium, low
    because: str  # plain words
    basis: str | None = None  # Basis of the name or address that this step rests on; None for a table's row alone
    event_id: str | None = None  # another event that shows it, when that occurred and which source told it
    occurred_at: str | None = None
    source_id: str | None = None
    reference: str | None = None  # the reference row that shows it: table:key@valid_from


encode_event = msgspec.json.Encoder().encode
decode_event = msgspec.json.Decoder(Event).decode


def format_at(at: datetime) -> str:
    """An aware datetime as `2026-03-04T14:00:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def format_ms(at_ms: int) -> str:
    """Milliseconds since the epoch as `2026-03-04T14:00:00.000Z`."""
    second, ms = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(second, UTC).isoformat()[: -len('+00:00')]}.{ms:03d}Z"


def parse_at(text: str) -> datetime:
    """The inverse of `format_at`; raises ValueError on anything that is not aware ISO 8601."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"time without an offset: {text}")
    return at.astimezone(UTC)


def event_id(source_id: str, origin: str, index: int, raw: bytes) -> str:
    """The id of an event: what stands where. Anybody can compute it again from the stored row.

    `origin` is the vendor's own id, `BY_CONTENT`, or the stream's fingerprint and byte offset, `index` the event's
    place in its record. Rename, compression and copytruncate change none of them.
    """
    hashed = blake2b(f"{source_id}\0{origin}\0{index}\0".encode(), digest_size=16)
    hashed.update(raw)
    return hashed.hexdigest()
