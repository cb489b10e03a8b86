"""The pydantic twin of `model.event.Event`, for the edges: it checks what the fast struct trusts, gives the schema."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from model.actions import Action
from model.event import Basis, Category, Outcome, TimeQuality, Verdict, parse_at
from model.event import Event as FastEvent


def _instant(text: str) -> str:
    parse_at(text)
    if len(text) != 24 or not text.endswith("Z"):
        raise ValueError("must look like 2026-03-04T14:00:00.000Z")
    return text


At = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
Mac = Annotated[str, Field(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]
Confidence = Annotated[str, Field(pattern="^(high|medium|low)$")]


class _Edge(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attribution(_Edge):
    """Why a person, device or site belongs to an event: one step of the proof."""

    field: str = Field(description="person, device_id, site, mac, account, or contradiction")
    value: str
    confidence: Confidence
    because: str = Field(description="plain words")
    basis: Basis | None = Field(default=None, description="how the record came by the name that this step rests on")
    event_id: str | None = Field(default=None, description="another event that shows it")
    occurred_at: At | None = Field(default=None, description="when that event occurred, UTC")
    source_id: str | None = Field(default=None, description="the source that told it")
    reference: str | None = Field(default=None, description="the reference row that shows it: table:key@valid_from")


class Event(_Edge):
    """One thing that happened, as one vendor's record tells it; null where the record does not say."""

    event_id: str = Field(default="", description="hash of what stands where; the same record always has the same id")
    source_id: str = Field(default="", description="the source in district.yaml")
    product: str = Field(description="what wrote the record")
    category: Category
    action: Action
    occurred_at: At | None = Field(default=None, description="when it happened, UTC")
    received_at: At | None = Field(default=None, description="when the record was received, UTC")
    time_quality: TimeQuality = "exact"
    outcome: Outcome = "unknown"
    reason: str | None = Field(default=None, description="why it failed, in one word where the vendor has one")
    account: str | None = Field(default=None, description="lower-case, without domain")
    account_domain: str | None = None
    account_basis: Basis | None = Field(
        default=None, description="authenticated by an authority, observed on its session, or claimed by the client"
    )
    target_account: str | None = Field(default=None, description="the account acted upon")
    target_domain: str | None = Field(default=None, description="realm or domain of the account acted upon, lower-case")
    person: str | None = Field(default=None, description="users.sourcedId, found by attribution")
    device_id: str | None = Field(default=None, description="devices.csv, found by attribution")
    device: str | None = Field(default=None, description="the client's name or serial as the record gives it")
    device_basis: Basis | None = Field(default=None, description="the same of device and mac")
    mac: Mac | None = None
    address: str | None = Field(default=None, description="the client's address")
    site: str | None = Field(default=None, description="orgs.sourcedId, found by attribution")
    session_id: str | None = None
    method: str | None = Field(default=None, description="of a web request, as the record gives it: GET, POST")
    url: str | None = None
    domain: str | None = Field(default=None, description="host of the url")
    verdict: Verdict | None = None
    url_category: str | None = None
    bytes_in: Annotated[int, Field(ge=0)] | None = Field(default=None, description="to the client")
    bytes_out: Annotated[int, Field(ge=0)] | None = Field(default=None, description="from the client")
    user_agent: str | None = None
    vendor_action: str | None = Field(default=None, description="the vendor's own word")
    vendor_code: str | None = Field(default=None, description="the vendor's own number")
    raw: str = Field(default="", description="the record itself, secrets struck out")
    raw_encoding: Annotated[str, Field(pattern="^base64$")] | None = None
    origin: str | None = Field(default=None, description="which stream, or the vendor's own id")
    offset: Annotated[int, Field(ge=0)] | None = Field(default=None, description="in bytes of the uncompressed stream")
    part: Annotated[int, Field(ge=1)] | None = Field(default=None, description="1, 2, ... of one record's later events")
    reporter: str | None = Field(default=None, description="the machine that logged it, by its own word")
    received_from: str | None = Field(
        default=None, description="the address that sent the record over the network, as our listener saw it"
    )
    assigned_address: str | None = Field(default=None, description="the address a tunnel was given")
    destination: str | None = Field(default=None, description="host or address reached")
    destination_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    protocol: str | None = None
    logon_type: str | None = Field(
        default=None, description="interactive, unlock, remote, cached, secondary, network, batch, service"
    )
    app: str | None = Field(default=None, description="application, extension or OAuth client")
    duration_s: Annotated[float, Field(ge=0)] | None = None
    attribution: list[Attribution] | None = None


def check_event(event: FastEvent) -> Event:
    """The event as the edge sees it; raises pydantic.ValidationError where the fast struct holds what no event may."""
    return Event.model_validate(as_json(event))


def as_json(event: FastEvent) -> dict[str, Any]:
    """Every key of the public contract, null where unknown: what `hallmonitor parse` prints."""
    plain = {name: getattr(event, name) for name in event.__struct_fields__}
    steps = plain.pop("attribution")
    return {**plain, "attribution": None if steps is None else [_step(step) for step in steps]}


def _step(step: Any) -> dict[str, Any]:
    return {name: getattr(step, name) for name in step.__struct_fields__}
