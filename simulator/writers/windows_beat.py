"""Windows security events as Winlogbeat's NDJSON: @timestamp in UTC, the event id as a string, data nested."""

import msgspec

from simulator.happenings import Desk
from simulator.local_time import utc_stamp
from simulator.spool import Spool
from simulator.writers.windows_ids import EVENT_IDS, FAILURES, SAYS
from simulator.writers.windows_logon import desk_data


class BeatWriter:
    """Writes computers that ship their own log with Winlogbeat 8."""

    def __init__(self, spool: Spool, domain: str) -> None:
        self._add, self._domain = spool.add, domain
        self._netbios = domain.partition(".")[0].upper()[:15]

    def desk(self, desk: Desk) -> None:
        """One event with `event`, `host` and `winlog` as the beat nests them."""
        failed, event_id = desk.what in FAILURES, str(EVENT_IDS[desk.what])
        name = f"{desk.computer}.{self._domain}"
        record = {
            "@timestamp": utc_stamp(desk.at),
            "event": {
                "code": event_id,
                "kind": "event",
                "provider": "Microsoft-Windows-Security-Auditing",
                "outcome": "failure" if failed else "success",
                "created": utc_stamp(desk.at + 1_500),
            },
            "host": {"name": name},
            "agent": {"type": "winlogbeat", "version": "8.15.0"},
            "log": {"level": "information"},
            "message": SAYS[int(event_id)],
            "winlog": {
                "channel": "Security",
                "computer_name": name,
                "event_id": event_id,
                "provider_name": "Microsoft-Windows-Security-Auditing",
                "api": "wineventlog",
                "record_id": desk.at % 100_000_000_000,
                "keywords": ["Audit Failure" if failed else "Audit Success"],
                "event_data": desk_data(desk, self._netbios),
            },
        }
        self._add(desk.at, msgspec.json.encode(record).decode())
