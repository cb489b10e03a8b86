"""Windows security events as NXLog's JSON: EventTime is local without a zone, Keywords a signed decimal."""

from zoneinfo import ZoneInfo

import msgspec

from simulator.happenings import Desk
from simulator.local_time import Stamp
from simulator.spool import Spool
from simulator.writers.windows_ids import EVENT_IDS, FAILURES, SAYS
from simulator.writers.windows_logon import desk_data

_SUCCESS, _FAILURE = -9214364837600034816, -9218868437227405312


class NxlogWriter:
    """Writes computers whose logs NXLog forwards. `skew` (ms) is how far their clocks run ahead of the collector's."""

    def __init__(self, spool: Spool, zone: ZoneInfo, domain: str, skew: int = 0) -> None:
        self._add, self._domain, self._skew = spool.add, domain, skew
        self._netbios = domain.partition(".")[0].upper()[:15]
        self._stamp = Stamp(zone, lambda local: f"{local:%Y-%m-%d %H:%M}:")

    def desk(self, desk: Desk) -> None:
        """One event of im_msvistalog; AccountName is the system's, the person stands in TargetUserName."""
        failed, event_id = desk.what in FAILURES, EVENT_IDS[desk.what]
        record = {
            "EventTime": self._stamp(desk.at + self._skew),
            "Hostname": f"{desk.computer}.{self._domain}",
            "Keywords": _FAILURE if failed else _SUCCESS,
            "EventType": "AUDIT_FAILURE" if failed else "AUDIT_SUCCESS",
            "SeverityValue": 4 if failed else 2,
            "Severity": "ERROR" if failed else "INFO",
            "EventID": event_id,
            "SourceName": "Microsoft-Windows-Security-Auditing",
            "ProviderGuid": "{54849625-5478-4994-A5BA-3E3B0328C30D}",
            "Version": 2 if event_id == 4624 else 0,
            "Task": 12545 if event_id in (4634, 4647) else 12544,
            "OpcodeValue": 0,
            "RecordNumber": desk.at % 100_000_000_000,
            "ProcessID": 780,
            "ThreadID": 4_412,
            "Channel": "Security",
            "Domain": "NT AUTHORITY",
            "AccountName": "SYSTEM",
            "UserID": "S-1-5-18",
            "Message": f"{SAYS[event_id]}\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-5-18",
            **desk_data(desk, self._netbios),
            "EventReceivedTime": self._stamp(desk.at + 1_000),
            "SourceModuleName": "eventlog",
            "SourceModuleType": "im_msvistalog",
        }
        self._add(desk.at, msgspec.json.encode(record).decode())
