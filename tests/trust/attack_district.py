"""The district folder in which an attack or its twin is read: Tess Bell and Mary Hill, each at her own computer."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from model.batch import Batch
from producers.batching import tick
from producers.district_folder import DistrictFolder, open_district
from producers.history import fact_batches
from producers.intake import Intake
from producers.source import sources_of

DISTRICT = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
realms: [maplefalls.example, MAPLE]
sources:
  - {id: dhcp, product: isc_dhcp, timezone: UTC, received_at: "2026-03-05T06:00:00-05:00"}
  - {id: desks, product: windows_security, received_at: "2026-03-05T06:00:00-05:00"}
  - {id: trial, product: PRODUCT, timezone: America/New_York, received_at: "2026-03-05T06:00:00-05:00"}
"""
REFERENCE = {
    "orgs": "sourcedId,name\nhs,Maple High\n",
    "users": "sourcedId,username,email\np-bell,tbell,tbell@maplefalls.example\np-hill,mhill,mhill@maplefalls.example\n",
    "roles": "sourcedId,userSourcedId,orgSourcedId,role\nr1,p-bell,hs,student\nr2,p-hill,hs,student\n",
    "accounts": "account,person,kind\ntbell,p-bell,personal\nmhill,p-hill,personal\n",
    "devices": "device_id,serial,hostname,mac,class,org\n"
    "LT-B,5CD0000B,lt-b,3c:52:82:00:00:01,assigned,hs\nLT-H,5CD0000H,lt-h,3c:52:82:00:00:66,assigned,hs\n",
    "assignments": "device_id,person\nLT-B,p-bell\nLT-H,p-hill\n",
    "networks": "cidr,kind,org\n10.0.0.0/8,site,hs\n10.9.0.0/24,vpn_pool,\n",
}
LEASE = "Mar  4 12:{}:00 dhcp1 dhcpd[1]: DHCPACK on {} to {} via eth0\n"
LOGON = (
    '{{"EventTime": "2026-03-04 08:0{0}:00", "Hostname": "{1}.maplefalls.example", "Keywords": -9214364837600034816, '
    '"EventType": "AUDIT_SUCCESS", "EventID": 4624, "SourceName": "Microsoft-Windows-Security-Auditing", '
    '"RecordNumber": {0}, "Channel": "Security", "TargetUserName": "{2}", "TargetDomainName": "MAPLE", '
    '"TargetLogonId": "0x{0}", "LogonType": "2", "IpAddress": "127.0.0.1"}}\n'
)
DHCP = LEASE.format("00", "10.1.0.5", "3c:52:82:00:00:01") + LEASE.format("01", "10.66.6.6", "3c:52:82:00:00:66")
DESKS = LOGON.format(1, "LT-B", "tbell") + LOGON.format(2, "LT-H", "mhill")


def records(said: Any, lines: dict[str, Any]) -> bytes:
    """The bytes of a record: text, `{line: NAME, slot: text}` of the file's `lines`, or a list of either."""
    if isinstance(said, list):
        return b"\n".join(records(one, lines) for one in said)
    if isinstance(said, str):
        return said.encode("utf-8", "surrogateescape")
    line = lines[said["line"]]
    text = str(line["text"])
    for slot, value in {**line.get("usual", {}), **said}.items():
        text = text.replace("{{" + slot + "}}", str(value))
    return text[: said.get("cut_at")].encode("utf-8", "surrogateescape")


@cache
def opened(product: str) -> DistrictFolder:
    """The district whose source `trial` is of the product, read once: its policy takes longer than all of a case."""
    with TemporaryDirectory() as place:
        return open_district(folder_of(Path(place), product, b""))


def log_of(folder: Path, product: str) -> Iterator[Batch]:
    """Everything that the folder of a record of the product holds, as `producers.history.history` gives it."""
    district = opened(product)
    yield from fact_batches(district.district.id, district.facts)
    intake = Intake(sources_of(district.district, folder))
    yield from intake.round(ended=True)
    if intake.well:
        yield tick(intake.well, None)


def folder_of(root: Path, product: str, record: bytes) -> Path:
    """A folder whose source `trial` holds the record."""
    logs = {"dhcp": DHCP.encode(), "desks": DESKS.encode(), "trial": record + b"\n"}
    (root / "reference").mkdir(parents=True)
    (root / "district.yaml").write_text(DISTRICT.replace("PRODUCT", product))
    for table, rows in REFERENCE.items():
        (root / "reference" / f"{table}.csv").write_text(rows)
    for source, content in logs.items():
        (root / "logs" / source).mkdir(parents=True)
        (root / "logs" / source / "a.log").write_bytes(content)
    return root
