"""The school as a district folder: who it is, what it knows, its servers' own logs, and what must be found in them."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

from infra.live import cast
from infra.live.planted import PLANTED, at
from infra.live.timetable import LASTS

PRODUCTS = {"squid": "squid", "openvpn": "openvpn", "dhcpd": "isc_dhcp", "freeradius": "freeradius",
            "dnsmasq": "dnsmasq", "e2guardian": "e2guardian", "sshd": "sshd", "strongswan": "strongswan"}  # fmt: skip
FILES = {"squid": ("access.log",), "openvpn": ("openvpn.log", "status.log"), "dhcpd": ("dhcpd.log", "dhcpd.leases"),
         "freeradius": ("radius.log",), "dnsmasq": ("dnsmasq.log",), "e2guardian": ("access.log",),
         "sshd": ("auth.log",), "strongswan": ("charon.log",)}  # fmt: skip
Row = dict[str, str]
_EMPTY = ["exemption_id", "detection"]  # the header of the one table that has no row here


def write_folder(school: Path, folder: Path) -> None:
    """Writes the district folder from what a school has left behind."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in FILES:
        (folder / "logs" / name).mkdir(parents=True)
        for file in FILES[name]:
            shutil.copyfile(school / "logs" / name / file, folder / "logs" / name / file)
    (folder / "district.yaml").write_text(yaml.safe_dump(_district(), sort_keys=False))
    (folder / "expected.yaml").write_text(yaml.safe_dump(expected(), sort_keys=False))
    (folder / "reference").mkdir()
    for name, rows in tables().items():
        _write_table(folder / "reference" / f"{name}.csv", rows)


def expected() -> dict[str, list[dict[str, object]]]:
    """expected.yaml: what was planted, and what somebody excused."""
    return {
        "violations": [one.expectation() for one in PLANTED if one.by is None],
        "suppressed": [one.expectation() for one in PLANTED if one.by is not None],
    }


def _district() -> dict[str, object]:
    received_at = at(LASTS + 10)
    sources = [{"id": name, "product": product, "received_at": received_at} for name, product in PRODUCTS.items()]
    return {"id": "maple-live", "name": "Maple Falls, live", "timezone": cast.ZONE, "policy": "union-ok",
            "sources": sources}  # fmt: skip


def tables() -> dict[str, list[Row]]:
    """Every reference table, by name."""
    return {
        **_roster(),
        "accounts": list(_accounts()),
        "devices": list(_devices()),
        "assignments": [{"device_id": device, "person": f"p-{who}"} for device, who in cast.ASSIGNED.items()],
        "pairings": [{"person": "p-drowe", "device_id": "rowe-laptop", "device_id_2": "room-104",
                      "declared_by": "p-hcole"}],
        "networks": list(_networks()),
        "domains": [{"domain": name, "category": category} for name, category in cast.DOMAINS.items()],
        "travel": [{"org": "NORTH", "org_2": "SOUTH", "minutes": "12"},
                   {"org": "SOUTH", "org_2": "WEST", "minutes": "15"}],
        "calendar": [{"date": cast.NINE[:10], "kind": "instruction"}],
        "vendors": [{"vendor": name, "name": name.title(), "project_manager": "p-hcole", "sponsor": "p-hcole",
                     "agreement_id": f"AG-{name}", "nda_id": f"ND-{name}"}
                    for name in sorted(set(cast.VENDORS.values()))],
        "approvals": list(_approvals()),
        "exemptions": [],
    }  # fmt: skip


def _roster() -> dict[str, list[Row]]:
    """People, schools and terms as OneRoster has them."""
    orgs = {"DO": "district", "NORTH": "school", "SOUTH": "school", "WEST": "school"}
    return {
        "orgs": [{"sourcedId": org, "status": "active", "name": org.title(), "type": kind}
                 for org, kind in orgs.items()],
        "users": [{"sourcedId": one.person_id, "status": "active", "username": one.account,
                   "givenName": one.given, "familyName": one.family, "primaryOrgSourcedId": one.org}
                  for one in cast.PEOPLE],
        "roles": [{"sourcedId": f"r-{one.account}", "status": "active", "userSourcedId": one.person_id,
                   "roleType": "primary", "role": one.role, "orgSourcedId": one.org} for one in cast.PEOPLE],
        "academicSessions": [{"sourcedId": "T2", "status": "active", "title": "Spring", "type": "semester",
                              "startDate": "2026-01-05", "endDate": "2026-05-29", "schoolYear": "2026"}],
    }  # fmt: skip


def _accounts() -> Iterator[Row]:
    for one in cast.PEOPLE:
        yield {"account": one.account, "person": one.person_id, "kind": "personal"}
    yield {"account": cast.TESTING, "kind": "testing"}
    yield {"account": cast.PEER, "kind": "service"}
    for account, vendor in cast.VENDORS.items():
        yield {"account": account, "kind": "vendor", "vendor": vendor}


def _devices() -> Iterator[Row]:
    for one in cast.DEVICES:
        yield {"device_id": one.device_id, "hostname": one.device_id, "mac": one.mac, "class": one.device_class,
               "org": one.org}  # fmt: skip
    for name in cast.NAS:
        org = "NORTH" if name.endswith("north") else "SOUTH"
        yield {"device_id": name, "hostname": name, "class": "network", "org": org}


def _networks() -> Iterator[Row]:
    yield {"cidr": "10.20.0.0/24", "kind": "site", "org": "DO"}
    for bridge, cidr in {**cast.SUBNETS, "west": cast.WEST}.items():
        yield {"cidr": cidr, "kind": "site", "org": bridge.upper()}
    yield {"cidr": f"{cast.ANNEX}/32", "kind": "egress", "org": "NORTH"}
    yield {"cidr": f"{cast.GUESTS}/32", "kind": "guest", "org": "NORTH"}
    for pool in (cast.POOL, cast.IKE_POOL):
        yield {"cidr": f"{pool}/24", "kind": "vpn_pool", "org": "DO"}


def _approvals() -> Iterator[Row]:
    yield _approval("VA-1", "vendor_access", "acme-lee", 10, 50, "principal", vendor="acme", system=cast.INTRANET)
    yield _approval("VA-2", "vendor_access", "brightco-ann", 8, 40, "principal", vendor="brightco", system="*")
    yield _approval("FB-1", "filter_bypass", "tlopez", -60, 300, "ext:director_of_technology", reason="security class")


def _approval(name: str, kind: str, account: str, start: float, end: float, role: str, **more: str) -> Row:
    return {"approval_id": name, "kind": kind, "account": account, "approver": "p-hcole", "approver_role": role,
            "state": "approved", "valid_from": at(start), "valid_to": at(end), "recorded_at": at(-90),
            **more}  # fmt: skip


def _write_table(path: Path, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row)) or _EMPTY
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
