"""A source as the producers see it: which product, whose clock, how late it may be, and where its bytes lie."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from producers.product import Product


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of district.yaml. `folder` holds its raw files: `logs/<id>`, or the spool of what listens.

    `received_at` (aware) is the known receipt of its files, None where nobody knows; `lateness_ms` how long after it
    happened a record may still come. `listen` is what district.yaml says, `udp://127.0.0.1:5514`; None for files.
    """

    district: str
    id: str
    product: Product
    timezone: ZoneInfo
    lateness_ms: int
    folder: Path
    received_at: datetime | None = None
    listen: str | None = None
