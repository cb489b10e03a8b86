"""From the text of a fact to the frozen row it stands for; the only file that knows both columns and fields."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from model.batch import Fact
from model.event import parse_at
from model.reference import rows
from model.reference.names import account_name, folded, host_name, mac_text, serial_number
from model.reference.rows import Row, reference_of
from model.reference.unread import Unread
from model.tables import FACTS

Text = dict[str, str]
Fields = Callable[[Text, Fact], dict[str, Any]]


def _same(*columns: str) -> Fields:
    return lambda row, _: {column: row.get(column, "") for column in columns}


def _person(row: Text, _: Fact) -> dict[str, Any]:
    given = row.get("preferredGivenName") or row.get("givenName", "")
    family = row.get("preferredFamilyName") or row.get("familyName", "")
    return {
        "person": row["sourcedId"],
        "username": account_name(row.get("username", "")),
        "email": folded(row.get("email", "")),
        "given_name": given,
        "family_name": family,
        "grades": row.get("grades", ""),
        "org": row.get("primaryOrgSourcedId", ""),
        "state": row.get("state", ""),
    }


def _org(row: Text, _: Fact) -> dict[str, Any]:
    named = {"name": row.get("name", ""), "type": row.get("type", "").lower()}
    return {"org": row["sourcedId"], "parent": row.get("parentSourcedId", ""), **named}


def _role(row: Text, _: Fact) -> dict[str, Any]:
    primary = row.get("roleType", "primary") != "secondary"
    return {"person": row["userSourcedId"], "role": row["role"], "org": row.get("orgSourcedId", ""), "primary": primary}


def _session(row: Text, _: Fact) -> dict[str, Any]:
    named = {name: row.get(name, "") for name in ("title", "type", "org")}
    return {"session_id": row["sourcedId"], "school_year": row.get("schoolYear", ""), **named}


def _account(row: Text, _: Fact) -> dict[str, Any]:
    owner = {"person": row.get("person") or None, "vendor": row.get("vendor") or None}
    return {"account": account_name(row["account"]), "realm": row.get("realm"), "kind": row["kind"], **owner}


def _device(row: Text, _: Fact) -> dict[str, Any]:
    return {
        "device_id": row["device_id"],
        "device_class": row["class"],
        "serial": serial_number(row.get("serial")),
        "hostname": host_name(row.get("hostname", "")),
        "macs": tuple(mac for part in row.get("mac", "").split(";") if (mac := mac_text(part))),
        "org": row.get("org") or None,
        "encryption_required": _truth(row.get("encryption_required", "")),
        **_same("room", "purchase_id", "managed_by")(row, _),
    }


def _truth(text: str) -> bool | None:
    return text.lower() in ("true", "yes", "1") if text else None


def _parts(text: str, mark: str = ";") -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def _instants(*columns: str) -> Fields:
    def read(row: Text, _: Fact) -> dict[str, Any]:
        said = {column: row[column] for column in columns if row.get(column)}
        return {column: round(parse_at(text).timestamp() * 1000) for column, text in said.items()}

    return read


def _vendor(row: Text, fact: Fact) -> dict[str, Any]:
    named = _same("vendor", "name", "project_manager", "sponsor", "agreement_id", "nda_id")(row, fact)
    return {**named, "remote_tools": _parts(row.get("remote_tools", ""))}


def _class(row: Text, _: Fact) -> dict[str, Any]:
    listed = {"terms": _parts(row.get("termSourcedIds", ""), ","), "periods": _parts(row.get("periods", ""), ",")}
    named = {"title": row.get("title", ""), "org": row.get("schoolSourcedId", ""), "room": row.get("location", "")}
    return {"class_id": row["sourcedId"], **named, **listed}


def _enrollment(row: Text, _: Fact) -> dict[str, Any]:
    return {"class_id": row["classSourcedId"], "person": row["userSourcedId"], "role": row["role"]}


def _checkout(row: Text, _: Fact) -> dict[str, Any]:
    whose = {"class_id": row.get("class", ""), "person": row.get("person", "")}
    return {"checkout_id": row["checkout_id"], "device_ids": _parts(row["device_id"]), **whose}


def _of_account(*columns: str) -> Fields:
    return lambda row, fact: {**_same(*columns)(row, fact), "account": account_name(row.get("account", ""))}


def _loss(row: Text, fact: Fact) -> dict[str, Any]:
    moments = _instants("last_seen_at", "discovered_at", "reported_at", "police_report_at", "recovered_at")(row, fact)
    told = _parts(row.get("reported_to", ""))
    return {**_same("loss_id", "device_id", "kind", "reported_by")(row, fact), "reported_to": told, **moments}


def _return(row: Text, fact: Fact) -> dict[str, Any]:
    moments = _instants("requested_at", "due_at", "returned_at", "wiped_at")(row, fact)
    return {**_same("return_id", "device_id", "person")(row, fact), **moments}


def _unblock(row: Text, fact: Fact) -> dict[str, Any]:
    columns = ("request_id", "domain", "requester", "decision", "approver", "approver_role", "appeal_of")
    return {**_same(*columns)(row, fact), **_instants("requested_at", "decided_at", "expires_at")(row, fact)}


def _system(row: Text, _: Fact) -> dict[str, Any]:
    return {"system": host_name(row["system"]), "records_of": _parts(row["holds"])}


def _app(row: Text, _: Fact) -> dict[str, Any]:
    return {"app": row["app"], "roles": _parts(row["roles"])}


def _network(row: Text, _: Fact) -> dict[str, Any]:
    return {"cidr": str(ip_network(row["cidr"])), "kind": row["kind"], "org": row.get("org") or None}


def _domain(row: Text, _: Fact) -> dict[str, Any]:
    return {"domain": host_name(row["domain"]).removeprefix("*").lstrip("."), "category": row["category"]}


def _travel(row: Text, _: Fact) -> dict[str, Any]:
    return {"org": row["org"], "org_2": row["org_2"], "minutes": int(row["minutes"])}


def _calendar(row: Text, _: Fact) -> dict[str, Any]:
    return {"date": row["date"], "kinds": tuple(row["kind"].split(";")), "org": row.get("org", "")}


def _approval(row: Text, fact: Fact) -> dict[str, Any]:
    kind, system = row["kind"], row.get("system", "")
    # A loan names its device, a privilege its entitlement, in the column of that name, else in `system`.
    device = row.get("device_id") or (system if kind in ("loan", "locate", "device_swap") else "")
    return {
        **_same("approval_id", "kind", "state", "vendor", "approver", "approver_role", "reason")(row, fact),
        "account": account_name(row.get("account", "")),
        "systems": tuple(host_name(part) for part in system.split(";") if part.strip()),
        "device_id": device,
        "entitlement": row.get("entitlement") or (system if kind == "privilege" else ""),
        "after_hours": bool(_truth(row.get("after_hours", ""))),
        "granted_to": fact.valid_to,
    }


def _exemption(row: Text, fact: Fact) -> dict[str, Any]:
    columns = ("exemption_id", "detection", "person", "device_id", "approver", "approver_role", "reason", "state")
    return {**_same(*columns)(row, fact), "account": account_name(row.get("account", ""))}


def _unread(row: Text, _: Fact) -> dict[str, Any]:
    lists = ("shown", "head", "doubts", "touched")
    listed = {name: tuple(row[name].split("\n")) if row.get(name) else () for name in lists}
    return {"table": row["table"], "rows": int(row["rows"]), "doubted": int(row.get("doubted", "0")), **listed}


def _search(row: Text, fact: Fact) -> dict[str, Any]:
    columns = ("search_id", "actor", "role", "person", "how", "purpose", "case", "case_open", "asked")
    listed = {name: tuple(row[name].split("\n")) if row.get(name) else () for name in ("supervisors", "about")}
    at = round(parse_at(row["at"]).timestamp() * 1000)
    return {**_same(*columns)(row, fact), **listed, "at": at, "rows": int(row.get("rows", "0"))}


def _check(row: Text, fact: Fact) -> dict[str, Any]:
    shows = tuple(row["shows"].split("\n")) if row.get("shows") else ()
    at = round(parse_at(row["at"]).timestamp() * 1000)
    same = _same("check_id", "kind", "record_class", "actor", "schedule")(row, fact)
    return {**same, "at": at, "rows": int(row["rows"]), "days": int(row.get("days", "0")), "shows": shows}


READ: dict[str, tuple[Callable[..., Row], Fields]] = {
    "orgs": (rows.Org, _org),
    "users": (rows.Person, _person),
    "roles": (rows.Role, _role),
    "academicSessions": (rows.Session, _session),
    "accounts": (rows.Account, _account),
    "devices": (rows.Device, _device),
    "assignments": (rows.Assignment, _same("device_id", "person")),
    "pairings": (rows.Pairing, _same("person", "device_id", "device_id_2", "declared_by")),
    "networks": (rows.Network, _network),
    "domains": (rows.Domain, _domain),
    "travel": (rows.Travel, _travel),
    "calendar": (rows.CalendarDay, _calendar),
    "vendors": (rows.Vendor, _vendor),
    "approvals": (rows.Approval, _approval),
    "exemptions": (rows.Exemption, _exemption),
    "classes": (rows.SchoolClass, _class),
    "enrollments": (rows.Enrollment, _enrollment),
    "bells": (rows.Bell, _same("org", "period", "days", "starts", "ends")),
    "checkouts": (rows.Checkout, _checkout),
    "visits": (rows.Visit, _of_account("visit_id", "person", "vendor", "org")),
    "standings": (rows.Standing, _of_account("standing_id", "person", "kind", "reason")),
    "directory": (rows.DirectoryEntry, _of_account("state")),
    "contracts": (rows.Contract, _same("contract_id", "person", "kind", "version", "school_year")),
    "losses": (rows.Loss, _loss),
    "returns": (rows.Return, _return),
    "unblocks": (rows.Unblock, _unblock),
    "software": (rows.Software, _same("app", "version", "decision", "approver")),
    "apps": (rows.App, _app),
    "systems": (rows.System, _system),
    "unread": (Unread, _unread),
    "searches": (rows.Search, _search),
    "checks": (rows.Check, _check),
}


def read_row(fact: Fact) -> Row:
    """The row a fact of a known table stands for; `starts_at` and `ends_at` (OneRoster's dates) narrow its validity."""
    make, fields = READ[fact.table]
    text = fact.row or {}
    bounds = [fact.valid_from, int(text["starts_at"]) if text.get("starts_at") else None]
    ends = [fact.valid_to, int(text["ends_at"]) if text.get("ends_at") else None]
    return make(
        reference=reference_of(fact),
        valid_from=max((at for at in bounds if at is not None), default=None),
        valid_to=min((at for at in ends if at is not None), default=None),
        recorded_at=fact.recorded_at,
        **fields(text, fact),
    )


def edges(fact: Fact) -> Iterator[int]:
    """The instants (ms) at which what a fact says may count for something else: where it begins or ends, by its
    validity or OneRoster's dates, and the moments it names, as when something is due."""
    text, table = fact.row or {}, FACTS.get(fact.table)
    yield from (at for at in (fact.valid_from, fact.valid_to) if at is not None)
    yield from (int(text[bound]) for bound in ("starts_at", "ends_at") if text.get(bound))
    yield from _instants(*(table.instants if table else ()))(text, fact).values()
