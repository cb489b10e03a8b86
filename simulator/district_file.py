"""district.yaml of a simulated district: who and where, which policy, which sources."""

from pathlib import Path

import yaml

from simulator.district import District
from simulator.scribe import SOURCES

_TRUSTED_DAYS = 28  # a record more than 30 days older than its receipt would not be believed


def write_district_file(path: Path, district: District, received_at: int) -> None:
    """Writes the file. A run too long for one receipt leaves `received_at` out: the files' times say the year."""
    options = district.options
    received = district.clock.iso(received_at) if options.days <= _TRUSTED_DAYS else None
    sources = [
        {"id": source, "product": product} | ({"received_at": received} if received else {})
        for source, (product, _) in SOURCES.items()
        if (path.parent / "logs" / source).is_dir()
    ]
    content = {
        "id": options.slug,
        "name": f"{options.name} School District",
        "timezone": options.timezone,
        "policy": "union-ok",
        "realms": [options.domain, options.domain.partition(".")[0].upper()[:15]],
        "sources": sources,
    }
    path.write_text(
        "# A simulated district. Everyone and everything in it is invented.\n"
        + yaml.safe_dump(content, sort_keys=False, allow_unicode=True),
        encoding="utf-8",
    )
