"""A source pulled from the test's own vendor: districts, clocks that are set, records told apart by number."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from model.district import District, load_district
from model.event import Event
from producers.intake import Intake
from producers.pull.client import http
from producers.pull.setup import puller_of
from producers.source import Source, sources_of
from producers.transports.spool import Spool, segments
from tests.support.small_logs import events_of
from tests.support.vendor_server import CLIENT, OKTA_TOKEN, SECRET, SUBJECT, TENANT, Record, VendorServer, key_file

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 18, tzinfo=UTC)
BASE = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
realms: [maplefalls.example]
sources:
  - id: cloud
    product: {product}
    pull: {pull}
"""


@dataclass
class Clock:
    """The time as the test sets it; who waits moves it."""

    at: datetime = NOW
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> int:
        return round(self.at.timestamp() * 1000)

    def wait(self, seconds: float) -> bool:
        if seconds:
            self.waited.append(seconds)
        self.at += timedelta(seconds=seconds)
        return False


def told(product: str, vendors: VendorServer) -> dict[str, Any]:
    """What `pull:` says of each vendor."""
    client = {"url": vendors.url, "client_id": CLIENT}
    tokens = f"{vendors.url}/{TENANT}/oauth2/v2.0/token"
    return {
        "okta": {"url": vendors.url},
        "duo": client,
        "entra_id": {**client, "tenant": TENANT, "token_url": tokens},
        "intune": {**client, "tenant": TENANT, "token_url": tokens},
        "jamf": client,
        "umbrella": {"url": vendors.url},
        "google_workspace": {"url": vendors.url, "subject": SUBJECT, "token_url": f"{vendors.url}/token"},
    }[product]


def district_of(folder: Path, product: str, vendors: VendorServer, **more: Any) -> District:
    """The district whose one source is pulled, with its folder and its secret."""
    folder.mkdir(exist_ok=True)
    secrets = {"okta": OKTA_TOKEN, "google_workspace": key_file(vendors.url)}
    (folder / "secret").write_text(secrets.get(product, SECRET) + "\n")
    pull = {"secret_file": "secret", "since": "2026-03-04T13:00:00Z", **told(product, vendors), **more}
    text = BASE.format(product=product, pull=json.dumps(pull))
    (folder / "district.yaml").write_text(text)
    district = load_district(text.encode())
    assert isinstance(district, District), district
    return district


def source_of(folder: Path, product: str, vendors: VendorServer, **more: Any) -> Source:
    return sources_of(district_of(folder, product, vendors, **more), folder, folder / "home")[0]


def pull(source: Source, folder: Path, clock: Clock, wait: Callable[[float], Any] | None = None) -> list[str]:
    """One turn of a process that begins and ends with it; what stood in the way."""
    spool = Spool(source.folder)
    with http() as client:
        puller = puller_of(source, folder, client, clock, wait or clock.wait, spool)
        puller.turn(clock)
    spool.close()
    return [state.failed for state in puller.kept.feeds.values() if state.failed]


def spooled(source: Source) -> list[bytes]:
    return b"".join(path.read_bytes() for path in segments(source.folder)).split(b"\n")[:-1]


def events(source: Source) -> list[Event]:
    """What comes out of the spool, whole."""
    return events_of(Intake([source]).round(True))


def at(minute: int) -> str:
    """So many minutes behind 14:00."""
    return f"{datetime(2026, 3, 4, 14, tzinfo=UTC) + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S}.000Z"


def sample(product: str, name: str) -> Record:
    found = json.loads((ROOT / "producers" / product / "samples" / f"{name}.json").read_text())["input"]
    record: Record = json.loads(found)
    return record


def okta(number: int, minute: int) -> Record:
    return sample("okta", "session_start") | {"uuid": f"okta-{number}", "published": at(minute)}
