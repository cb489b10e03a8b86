"""The part of an event that judgment reads, decoded at full speed, with who and where already attributed."""

import re
from datetime import datetime
from typing import NamedTuple

import msgspec

from model.event import BY_CONTENT

WEB = "web.requested"
_QUESTION = re.compile(r"[?&](?:q|query|p|search_query|text|wd)=([^&#]+)")  # as search engines name it
_VENDORS_ID = b'"origin":"id:'
_BY_CONTENT = f'"origin":"{BY_CONTENT}"'.encode()


class Seen(msgspec.Struct, kw_only=True, gc=False):
    """One event as the engine sees it; `person`, `device_id` and `site` hold the attribution."""

    event_id: str
    source_id: str
    product: str = ""
    category: str
    action: str
    occurred_at: datetime | None = None
    time_quality: str = "exact"
    outcome: str = "unknown"
    account: str | None = None
    account_domain: str | None = None
    account_basis: str | None = None
    target_account: str | None = None
    target_domain: str | None = None
    person: str | None = None
    device_id: str | None = None
    device: str | None = None
    device_basis: str | None = None
    mac: str | None = None
    address: str | None = None
    site: str | None = None
    session_id: str | None = None
    domain: str | None = None
    verdict: str | None = None
    url_category: str | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
    duration_s: float | None = None
    reason: str | None = None
    vendor_code: str | None = None
    vendor_action: str | None = None
    user_agent: str | None = None
    offset: int | None = None
    part: int | None = None
    reporter: str | None = None
    assigned_address: str | None = None
    destination: str | None = None
    destination_port: int | None = None
    protocol: str | None = None
    logon_type: str | None = None
    app: str | None = None
    method: str | None = None
    url: str | None = None  # read for bypass searches only, and never remembered
    destination_device_id: str | None = None  # attribution: who held `destination` by lease
    # Filled in by the engine:
    at: int = 0  # occurred_at in ms since the epoch
    number: int = 0  # of its line in the record of the log
    line: bytes = b""  # the event whole, for rules that read more of it
    record: object = None  # what they have read of it so far
    holder: str | None = None  # the account behind it: the record's own, else the tunnel's, else who sat at the device
    sitter: str | None = None  # who sat at the device that a filter's record with an account of its own is about
    sensitive: bool = False  # about protected speech: that somebody used the web is all that is left of it
    taken_at: int | None = None  # when somebody else came to the device since the account last did, in ms
    confidence: str = "high"
    contradicted: bool = False  # proofs say different things of whose device it is

    @property
    def may_come_twice(self) -> bool:
        """Whether its id is the vendor's own, as where two pulls overlap or in two exports, or what it says."""
        return _VENDORS_ID in self.line

    @property
    def told_with_the_rest(self) -> bool:
        """Whether it stands in a file that its server writes anew from time to time, each time with all that holds."""
        return _BY_CONTENT in self.line


class Kind(NamedTuple):
    """What kind of record an event is of: enough to tell most rules that it is none of theirs."""

    product: str
    category: str
    action: str
    outcome: str
    verdict: str | None
    vendor_code: str | None
    vendor_action: str | None
    logon_type: str | None = None


class Page(NamedTuple):
    """What a web request was for, whoever made it, and what became of it: the fields are those of an event."""

    domain: str | None
    url_category: str | None
    app: str | None
    verdict: str | None
    outcome: str
    protocol: str | None
    destination_port: int | None
    asks: bool  # whether its address holds a question, which may be a search
    sensitive: bool  # about protected speech: which page it was is not known


def page_of(seen: Seen) -> Page:
    """The page of a web request."""
    return Page(
        seen.domain,
        seen.url_category,
        seen.app,
        seen.verdict,
        seen.outcome,
        seen.protocol,
        seen.destination_port,
        asks(seen.url),
        seen.sensitive,
    )


def asks(url: str | None) -> bool:
    """Whether an address holds a question."""
    return question_of(url) is not None


def question_of(url: str | None) -> str | None:
    """What a search engine would be asked by an address, as it stands there; most hold no question."""
    found = _QUESTION.search(url) if url and "=" in url else None
    return found[1] if found else None


def kind_of(seen: Seen) -> Kind:
    """The kind of its record."""
    said = (seen.product, seen.category, seen.action, seen.outcome)
    return Kind(*said, seen.verdict, seen.vendor_code, seen.vendor_action, seen.logon_type)


decode_seen = msgspec.json.Decoder(Seen).decode
