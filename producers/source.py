"""A source as the producers see it: which product, whose clock, how late it may be, and where its bytes lie."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from zoneinfo import ZoneInfo

from model.district import District, Limits
from model.district import Source as Told
from producers.catalog import PRODUCTS
from producers.product import Product

USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Hearing:
    """To whom a listener listens: networks (empty: all), what one address may do, and the certificates of tls://."""

    allow: tuple[IPv4Network | IPv6Network, ...] = ()
    limits: Limits = USUAL
    cert: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of district.yaml. `folder` holds its raw files: `logs/<id>`, or the spool of what listens.

    `received_at` (aware) is the known receipt of its files, None where nobody knows; `lateness_ms` how long after it
    happened a record may still come. `listen` is where syslog comes in, `udp://127.0.0.1:5514`; None for files.
    `hearing` says to whom it listens.
    """

    district: str
    id: str
    product: Product
    timezone: ZoneInfo
    lateness_ms: int
    folder: Path
    received_at: datetime | None = None
    listen: str | None = None
    hearing: Hearing = Hearing()


def sources_of(district: District, folder: Path, spool: Path | None = None) -> list[Source]:
    """The sources of the district in `folder`. `spool`: where what is listened for is kept; None = only files are read.

    Raises KeyError for a product that nobody reads; `model.district.load_district` says so better.
    """
    found = []
    for told in district.sources:
        product = PRODUCTS[told.product]
        lateness = told.lateness if told.lateness is not None else product.lateness
        listen = told.listen.get("syslog") if spool else None
        place = spool / district.id / told.id if spool and listen else folder / "logs" / told.id
        lateness_ms = int(lateness.total_seconds() * 1000)
        zone, received_at = district.zone_of(told), district.received_at(told)
        found.append(
            Source(district.id, told.id, product, zone, lateness_ms, place, received_at, listen, _hearing(told, folder))
        )
    return found


def _hearing(told: Told, folder: Path) -> Hearing:
    files = {name: folder / told.listen[name] for name in ("cert", "key", "client_ca") if name in told.listen}
    return Hearing(told.allow, told.limits, **files)
