"""Cisco Umbrella's DNS log as its S3 export holds it: every cell in quotes, UTC, the name with a dot at its end."""

from zoneinfo import ZoneInfo

from simulator.happenings import ALLOWED, Lookup
from simulator.local_time import Stamp
from simulator.spool import Spool

_VERDICTS = {True: "Allowed", False: "Blocked"}


class UmbrellaWriter:
    """Writes lookups of roaming computers and networks, version 7 of the export (13 columns, no heading)."""

    def __init__(self, spool: Spool) -> None:
        self._add = spool.add
        self._stamp = Stamp(ZoneInfo("UTC"), lambda shown: f"{shown:%Y-%m-%d %H:%M}:")

    def lookup(self, lookup: Lookup) -> None:
        """https://docs.umbrella.com/umbrella-user-guide/docs/dns-log-formats: time, identities, addresses, verdict."""
        passed = lookup.verdict == ALLOWED
        cells = (
            self._stamp(lookup.at),
            lookup.computer,
            lookup.computer,
            "192.168.1.23",
            lookup.public,
            _VERDICTS[passed],
            "1 (A)",
            "NOERROR",
            f"{lookup.host}.",
            lookup.category,
            lookup.kind,
            lookup.kind,
            "" if passed else lookup.category,
        )
        self._add(lookup.arrived_at or lookup.at, ",".join(f'"{cell}"' for cell in cells))
