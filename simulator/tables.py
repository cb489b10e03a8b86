"""The reference tables: their columns, and the rows that follow from the district itself."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from simulator import address_plan
from simulator.classbook import bells, classes, contracts, directory, enrollments
from simulator.district import District
from simulator.people import HIGH, OFFICE, Person
from simulator.rows import Row, roster
from simulator.school_year import holiday, terms
from simulator.websites import DOMAINS

_ONEROSTER = "sourcedId status dateLastModified"
_VALID = "valid_from valid_to recorded_at"
COLUMNS: dict[str, list[str]] = {
    name: columns.split()
    for name, columns in {
        "orgs": f"{_ONEROSTER} name type parentSourcedId",
        "users": f"{_ONEROSTER} username givenName familyName email grades primaryOrgSourcedId",
        "roles": f"{_ONEROSTER} userSourcedId roleType role beginDate endDate orgSourcedId",
        "academicSessions": f"{_ONEROSTER} title type startDate endDate schoolYear org",
        "accounts": f"account person kind vendor {_VALID}",
        "devices": f"device_id serial hostname mac class org purchase_id {_VALID}",
        "assignments": f"device_id person {_VALID}",
        "pairings": f"person device_id device_id_2 declared_by {_VALID}",
        "networks": f"cidr kind org {_VALID}",
        "domains": f"domain category {_VALID}",
        "travel": f"org org_2 minutes {_VALID}",
        "calendar": "date kind org recorded_at",
        "vendors": f"vendor name project_manager sponsor agreement_id nda_id {_VALID}",
        "losses": "loss_id device_id kind last_seen_at discovered_at reported_at reported_to police_report_at "
        f"recovered_at reported_by {_VALID}",
        "approvals": "approval_id kind vendor account system device_id entitlement after_hours approver approver_role "
        f"reason state {_VALID}",
        "exemptions": f"exemption_id detection account person device_id approver approver_role reason {_VALID}",
        "classes": f"{_ONEROSTER} title location schoolSourcedId termSourcedIds periods",
        "enrollments": f"{_ONEROSTER} classSourcedId userSourcedId role beginDate endDate",
        "bells": f"org period days starts ends {_VALID}",
        "checkouts": f"checkout_id device_id class person {_VALID}",
        "visits": f"visit_id person vendor account org {_VALID}",
        "standings": f"standing_id person account kind reason {_VALID}",
        "directory": f"account state {_VALID}",
        "contracts": f"contract_id person kind version school_year {_VALID}",
        "returns": f"return_id device_id person requested_at due_at returned_at wiped_at {_VALID}",
        "unblocks": "request_id domain requester requested_at decided_at decision approver approver_role expires_at",
        "apps": f"app roles {_VALID}",
    }.items()
}
TRAVEL_MINUTES = 15
SERVICE_ACCOUNTS = ("svc-backup", "svc-sync", address_plan.PEER)


def write_tables(
    folder: Path, district: District, planted: dict[str, list[Row]], left_out: set[tuple[str, str]]
) -> None:
    """Writes every table: the district's own rows, then the scenarios' rows.

    `left_out` holds (device, person) pairs whose ordinary assignment a scenario replaces by its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        "orgs": _orgs,
        "users": _users,
        "roles": _roles,
        "academicSessions": _sessions,
        "accounts": _accounts,
        "devices": _devices,
        "networks": _networks,
        "domains": _domains,
        "travel": _travel,
        "calendar": _calendar,
        "classes": classes,
        "enrollments": enrollments,
        "bells": bells,
        "contracts": contracts,
        "directory": directory,
    }
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            table.writeheader()
            if name in own:
                table.writerows(own[name](district))
            if name == "assignments":
                table.writerows(
                    row for row in _assignments(district) if (row["device_id"], row["person"]) not in left_out
                )
            table.writerows(planted.get(name, []))


def _orgs(district: District) -> Iterator[Row]:
    for site in district.sites:
        kind, parent = ("district", "") if site.kind == OFFICE else ("school", "DO")
        yield roster(site.org, name=site.name, type=kind, parentSourcedId=parent)


def _users(district: District) -> Iterator[Row]:
    for person in district.people:
        yield roster(
            person.person_id,
            username=person.account,
            givenName=person.given,
            familyName=person.family,
            primaryOrgSourcedId=person.school.org,
            email=f"{person.account}@{district.options.domain}",
            grades=_grade(person),
        )


def _grade(person: Person) -> str:
    if person.role != "student":
        return ""
    return f"{9 + person.number % 4:02d}" if person.school.kind == HIGH else f"{1 + person.number % 5:02d}"


def _roles(district: District) -> Iterator[Row]:
    year = terms(district.options.start)
    for person in district.people:
        yield roster(
            f"r-{person.person_id}",
            userSourcedId=person.person_id,
            roleType="primary",
            role=person.role,
            beginDate=year.begins_on.isoformat(),
            endDate=person.last_day,
            orgSourcedId=person.school.org,
        )


def _sessions(district: District) -> Iterator[Row]:
    year = terms(district.options.start)
    ends_in = str(year.ends_on.year)
    for key, kind, first, last in year.sessions():
        yield _session(key, kind, first, last, ends_in)


def _session(key: str, kind: str, first: date, last: date, ends_in: str) -> Row:
    return roster(
        key,
        title=key,
        type=kind,
        startDate=first.isoformat(),
        endDate=last.isoformat(),
        schoolYear=ends_in,
    )


def _accounts(district: District) -> Iterator[Row]:
    for person in district.people:
        yield {"account": person.account, "person": person.person_id, "kind": "personal"}
    for name in SERVICE_ACCOUNTS:
        yield {"account": name, "kind": "service"}


def _devices(district: District) -> Iterator[Row]:
    for device in district.devices:
        yield {
            "device_id": device.device_id,
            "serial": device.serial,
            "hostname": device.hostname,
            "mac": device.mac,
            "class": device.kind,
            "org": device.org,
            "purchase_id": f"PO-2025-{device.org}" if device.purchased else "",
        }


def _assignments(district: District) -> Iterator[Row]:
    for person in district.people:
        if person.laptop:
            yield {"device_id": person.laptop.device_id, "person": person.person_id}


def _networks(district: District) -> Iterator[Row]:
    for site in district.sites:
        yield from _site_networks(site.octet, site.org)
    yield {"cidr": address_plan.STAFF_POOL, "kind": "vpn_pool", "org": "DO"}
    yield {"cidr": address_plan.VENDOR_POOL, "kind": "vpn_pool", "org": "DO"}
    for address in (address_plan.EGRESS, address_plan.GATEWAY, address_plan.OLD_GATEWAY):
        yield {"cidr": f"{address}/32", "kind": "egress", "org": "DO"}
    yield {"cidr": f"{address_plan.VENDOR_GATEWAY}/32", "kind": "vendor"}
    yield {"cidr": address_plan.CARRIER, "kind": "cgnat"}


def _site_networks(octet: int, org: str) -> Iterator[Row]:
    plan = (
        (address_plan.STAFF, 20, "site"),
        (address_plan.LABS, 20, "site"),
        (address_plan.STUDENTS, 18, "student"),
        (address_plan.GUESTS, 18, "guest"),
        (address_plan.SERVERS, 24, "site"),
        (address_plan.NAT, 29, "egress"),
    )
    for block, bits, kind in plan:
        yield {"cidr": f"10.{octet}.{block}.0/{bits}", "kind": kind, "org": org}


def _domains(district: District) -> Iterator[Row]:
    for domain, category in DOMAINS:
        yield {"domain": domain, "category": category}


def _travel(district: District) -> Iterator[Row]:
    sites = district.sites
    for number, site in enumerate(sites):
        for other in sites[number + 1 : number + 4]:
            yield {"org": site.org, "org_2": other.org, "minutes": str(TRAVEL_MINUTES)}


def _calendar(district: District) -> Iterator[Row]:
    options, clock = district.options, district.clock
    free = holiday(options)
    if free:
        yield {"date": free.isoformat(), "kind": "holiday"}
    for day, known_on, known_at in ((options.snow_day, 0, "05:30"), (options.late_snow_day, 1, "09:00")):
        if day:
            recorded_at = clock.iso(clock.at(day + timedelta(known_on), known_at))
            yield {"date": day.isoformat(), "kind": "emergency_closed", "recorded_at": recorded_at}
