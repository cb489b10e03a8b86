"""A source as the producers see it: which product, whose clock, how late it may be, and where its bytes lie."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from zoneinfo import ZoneInfo

from model.district import District, Limits, Pull
from model.district import Source as Told
from producers.catalog import PRODUCTS
from producers.product import Product

USUAL = Limits()
SYSLOG, PULLED = "syslog", "pulled"  # folders of the home: the spools of what listens, and of what is pulled


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
    happened a record may still come. `listen` is where syslog comes in, `udp://127.0.0.1:5514`, and `hearing` to whom;
    `pull` is the API that it is fetched from. Both None for files.
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
    pull: Pull | None = None

    @property
    def spooled(self) -> bool:
        """Whether its folder is a spool of ours, not the product's own files."""
        return self.listen is not None or self.pull is not None


def sources_of(district: District, folder: Path, home: Path | None = None) -> list[Source]:
    """The sources of the district in `folder`. `home`: where the spools are; None = only files are read.

    Raises KeyError for a product that nobody reads; `model.district.load_district` says so better.
    """
    return [_source(district, folder, home, told) for told in district.sources]


def _source(district: District, folder: Path, home: Path | None, told: Told) -> Source:
    product = PRODUCTS[told.product]
    lateness = told.lateness if told.lateness is not None else product.lateness
    listen, pull = (told.listen.get("syslog"), told.pull) if home else (None, None)
    place = folder / "logs" / told.id
    if home and (listen or pull):
        place = home / (SYSLOG if listen else PULLED) / district.id / told.id
    if pull:  # what happened just after a look comes with the next one; that may fail once
        lateness += 2 * pull.every
    lateness_ms = int(lateness.total_seconds() * 1000)
    zone, received_at = district.zone_of(told), district.received_at(told)
    hearing = _hearing(told, folder)
    return Source(district.id, told.id, product, zone, lateness_ms, place, received_at, listen, hearing, pull)


def _hearing(told: Told, folder: Path) -> Hearing:
    files = {name: folder / told.listen[name] for name in ("cert", "key", "client_ca") if name in told.listen}
    return Hearing(told.allow, told.limits, **files)
