"""district.yaml: who and where a district is, which policy it obeys, which sources it has."""

import re
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, IPvAnyNetwork, ValidationError

from model.mistake import Mistake, mistakes_of
from model.policy.parameters import Strict
from model.spelling import meant
from model.strict_yaml import Unreadable, lines_of, read_yaml

FILE = "district.yaml"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError("is no time zone of the IANA list, such as America/Chicago") from error
    return name


def _positive(span: timedelta) -> timedelta:
    if not timedelta(0) <= span <= timedelta(days=60):
        raise ValueError("must lie between PT0S and P60D")
    return span


def _seldom(span: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= span <= timedelta(days=1):
        raise ValueError("must lie between PT1M and P1D")
    return span


Zone = Annotated[str, AfterValidator(_zone)]
Lateness = Annotated[timedelta, AfterValidator(_positive), Field(json_schema_extra={"unit": "ISO 8601 duration"})]
_URL = re.compile(r"(udp|tcp|tls)://[^\s/]{1,255}:\d{1,5}")
_ADDRESS = re.compile(r"(https://[^\s/@?#]{1,255}|http://(127\.0\.0\.1|localhost)(:\d{1,5})?)(/[^\s?#@]*)?")
_CERTIFICATES = ("cert", "key", "client_ca")


def _listens(told: dict[str, str]) -> dict[str, str]:
    url = told.get("syslog", "")
    if told and not _URL.fullmatch(url):
        raise ValueError("syslog must look like udp://127.0.0.1:5514, or tcp:// or tls://")
    needed = set(_CERTIFICATES) if url.startswith("tls://") else set()
    if missing := sorted(needed - told.keys()):
        raise ValueError(f"tls:// needs {', '.join(missing)}, too: without them nobody knows who speaks")
    if extra := sorted(told.keys() - needed - {"syslog"}):
        raise ValueError(f"{', '.join(extra)} means something with tls:// only")
    return told


Listen = Annotated[dict[Literal["syslog", "cert", "key", "client_ca"], str], AfterValidator(_listens)]
_ID, _STATE = r"^[a-z0-9][a-z0-9-]{0,62}$", r"^[A-Z]{2}$"
_PACK = r"^(\./policy/?|[a-z0-9][a-z0-9-]{0,39})$"
SOURCE_ID, _REALM = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", r"^@?[^\s@\\;/]{1,253}$"
_FORMS = {
    _ID: "may hold lowercase letters, digits and hyphens only, such as maple-falls",
    _STATE: "must be the two letters of a state, such as OK",
    _PACK: "must name a pack that ships, such as union-ok, or be ./policy for one of your own",
    SOURCE_ID: "may hold letters, digits and `_.-` only, such as proxy-east: it is the name of a folder under logs/",
    _REALM: "must be a mail domain, a Windows domain or a realm, such as maple.example",
}
SourceId = Annotated[str, Field(pattern=SOURCE_ID)]
Realm = Annotated[str, Field(pattern=_REALM)]


class Limits(Strict):
    """What one peer of a listener may do; what is beyond is turned away and counted, never taken in silence."""

    messages_per_second: int = Field(default=20_000, ge=1, description="UDP: the rest is dropped; TCP: it waits.")
    line_bytes: int = Field(default=1_000_000, ge=480, le=4_000_000, description="A longer message comes in pieces.")
    connections: int = Field(default=32, ge=1, le=512, description="Connections of one address at once.")
    idle: Lateness = Field(default=timedelta(hours=1), description="A connection silent for so long is ended.")


def _secure(url: str) -> str:
    if not _ADDRESS.fullmatch(url):
        raise ValueError("must look like https://maplefalls.okta.example (http:// only for 127.0.0.1)")
    return url


Address = Annotated[str, AfterValidator(_secure)]
Every = Annotated[timedelta, AfterValidator(_seldom), Field(json_schema_extra={"unit": "ISO 8601 duration"})]


class Pull(Strict):
    """A vendor's API from which a source's records are fetched. Which keys it needs depends on the product."""

    secret_file: str = Field(min_length=1, description="The file that holds the token, key or password, and no more.")
    url: Address | None = Field(default=None, description="The vendor's address, where the district has its own.")
    token_url: Address | None = Field(default=None, description="Where tokens are granted, if not where it usually is.")
    tenant: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]{1,253}$", description="Microsoft's tenant.")
    client_id: str | None = Field(default=None, min_length=1, description="What we are called there.")
    event_hub: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.-]{1,253}(:\d{1,5})?/[A-Za-z0-9._-]{1,256}$",
        description="Microsoft: an Event Hub to read instead, maplefalls.servicebus.windows.net/insights-logs.",
    )
    path: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", description="The folder in an S3 bucket."
    )
    subject: str | None = Field(default=None, min_length=3, description="Google: the administrator that is acted for.")
    feeds: tuple[str, ...] = Field(default=(), description="Which lists are pulled; empty: the usual ones.")
    every: Every = Field(default=timedelta(minutes=5), description="How often; at least PT1M.")
    since: datetime | None = Field(
        default=None, description="From when on, at the first pull; default a week, at most 29 days before."
    )


class OneRoster(Strict):
    """A OneRoster 1.2 service, from which tables of people, schools and classes are fetched every night."""

    url: Address = Field(description="Where its lists are: https://…/ims/oneroster/rostering/v1p2")
    token_url: Address = Field(description="Where tokens are granted (OAuth 2.0 client credentials).")
    client_id: str = Field(min_length=1, description="What we are called there.")
    secret_file: str = Field(min_length=1, description="The file that holds the client's secret, and no more.")
    at: str = Field(
        default="02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="When, by the district's wall clock."
    )

    @property
    def as_pull(self) -> Pull:
        """The same as a pull says it."""
        return Pull(secret_file=self.secret_file, url=self.url, token_url=self.token_url, client_id=self.client_id)


class Source(Strict):
    """Something that writes logs: a folder under logs/, a place where we listen, or a vendor's API."""

    id: SourceId = Field(description="Its folder under logs/, and how events name it.")
    product: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="What wrote it; `hallmonitor products` lists them.")
    timezone: Zone | None = Field(default=None, description="For records without a zone; default the district's.")
    received_at: datetime | None = Field(
        default=None, description="When the files were received; default, for the year only, the file's mtime."
    )
    lateness: Lateness | None = Field(default=None, description="How late its records may come; default by product.")
    listen: Listen = Field(
        default_factory=dict,
        description="Where to listen instead of reading files: {syslog: udp://127.0.0.1:5514}; tls:// needs cert, key"
        " and client_ca, PEM files in the district's folder.",
    )
    pull: Pull | None = Field(
        default=None, description="Fetch the records from the vendor's API instead: its keys depend on the product."
    )
    allow: tuple[IPvAnyNetwork, ...] = Field(default=(), description="Networks that may send; empty: every address.")
    limits: Limits = Field(default=Limits(), description="What one sending address may do.")


class District(Strict):
    """One district, as its district.yaml says."""

    id: str = Field(pattern=_ID, description="Its name in ids and topics, for ever.")
    name: str = Field(min_length=1, description="Its name for people.")
    timezone: Zone = Field(description="IANA zone; what local time means.")
    state: str | None = Field(
        default=None,
        pattern=_STATE,
        description="Two letters, such as OK: whose law the legal clocks follow. Default: the policy pack's.",
    )
    policy: str = Field(
        pattern=_PACK,
        description="A pack that ships, or ./policy for one of its own.",
    )
    realms: tuple[Realm, ...] | None = Field(
        default=None,
        description="Mail domains, Windows domains (short and DNS), Kerberos and RADIUS realms of the district; a name"
        " with another realm is nobody's. Default: taken from users.csv and accounts.csv, with a warning.",
    )
    oneroster: OneRoster | None = Field(
        default=None, description="A OneRoster 1.2 service that fills tables of reference/ every night."
    )
    sources: tuple[Source, ...] = Field(default=(), description="What writes logs there.")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def own_policy(self) -> bool:
        """Whether the pack stands in the folder itself."""
        return self.policy.startswith("./")

    def zone_of(self, source: Source) -> ZoneInfo:
        """The zone of a source's records that name none."""
        return ZoneInfo(source.timezone or self.timezone)

    def received_at(self, source: Source) -> datetime | None:
        """When a source's files were received, aware; None where the district does not say."""
        at = source.received_at
        return at.replace(tzinfo=self.zone) if at and at.tzinfo is None else at


def load_district(content: bytes, products: frozenset[str] | None = None) -> District | list[Mistake]:
    """The district a district.yaml describes, or every mistake in it with its key and line.

    `products`: the products that can be read; None where the caller cannot tell.
    """
    try:
        said = read_yaml(content)
    except Unreadable as error:
        return [Mistake(FILE, "", str(error), error.line)]
    if not isinstance(said, dict):
        return [Mistake(FILE, "", "holds no mapping of keys to values; it needs at least id, name, timezone, policy")]
    named = _sources(said, products)
    keys = {mistake.key for mistake in named}
    mistakes = [*named, *(mistake for mistake in _checked(said) if mistake.key not in keys)]
    lines = lines_of(content)
    placed = {mistake._replace(line=_line(mistake.key, lines)) for mistake in mistakes}
    return sorted(placed, key=lambda m: (m.line, m.key, m.problem)) or District.model_validate(said)


def _checked(said: dict[str, Any]) -> list[Mistake]:
    try:
        District.model_validate(said)
    except ValidationError as error:
        return list(mistakes_of(error, District, FILE, _FORMS))
    return []


def _sources(said: dict[str, Any], products: frozenset[str] | None) -> list[Mistake]:
    """What the schema cannot see: two sources of one id, a product nobody reads."""
    found: list[Mistake] = []
    sources = said.get("sources")
    rows = [row if isinstance(row, dict) else {} for row in sources] if isinstance(sources, list) else []
    ids = [str(row.get("id", "")).lower() for row in rows]
    for number, row in enumerate(rows):
        if ids[number] and ids[number] in ids[:number]:
            found.append(Mistake(FILE, f"sources.{number}.id", f"another source is called {row['id']!r} already"))
        product = row.get("product")
        if products is not None and isinstance(product, str) and product not in products:
            near = meant(product, products)
            known = f"did you mean {near}?" if near else f"there are {', '.join(sorted(products))}"
            found.append(Mistake(FILE, f"sources.{number}.product", f"{product!r} is not read; {known}"))
    return found


def _line(key: str, lines: dict[str, int]) -> int:
    parts = key.split(".")
    above = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((lines[path] for path in above if path in lines), 0)
