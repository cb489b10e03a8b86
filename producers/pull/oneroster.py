"""OneRoster 1.2 over REST as the tables that its CSV fills: which lists, which member is which column. Pure.

https://www.imsglobal.org/sites/default/files/spec/oneroster/v1p2/rostering-restbinding/OneRosterv1p2RosteringService_RESTBindv1p0.html
"""

from collections.abc import Collection, Iterable
from typing import Any

from model.tables import TABLES
from producers.pull.feed import Feed, Rows, Vendor
from producers.pull.page import value_at

Row = dict[str, str]
LISTS = ("orgs", "academicSessions", "users", "classes", "enrollments")
WRITTEN = (*LISTS, "roles")  # the tables that are written; roles stand within users
OWN = {"users": ("state",), "academicSessions": ("org",)}  # columns of ours, which the service knows nothing of
FEW = 20  # rows; a table of fewer may shrink as it likes
_ONE = "sourcedId"
_AT: dict[str, dict[str, tuple[str, ...]]] = {
    "orgs": {"parentSourcedId": ("parent", _ONE)},
    "academicSessions": {},
    "users": {
        "preferredGivenName": ("preferredFirstName",),
        "preferredFamilyName": ("preferredLastName",),
        "primaryOrgSourcedId": ("primaryOrg", _ONE),
    },
    "classes": {"schoolSourcedId": ("school", _ONE), "termSourcedIds": ("terms",)},
    "enrollments": {"classSourcedId": ("class", _ONE), "userSourcedId": ("user", _ONE)},
}


def _feed(name: str) -> Feed:
    return Feed(
        name=name,
        path=f"/{name}",
        params=(("limit", "1000"), ("offset", "0")),
        records=(name,),
        paging=Rows("offset"),
        identity=(_ONE,),
        needs="the scope https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly",
        snapshot=True,
    )


VENDOR = Vendor(
    login="client_basic",
    keys=("url", "token_url", "client_id"),
    scope="https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly",
    feeds=tuple(_feed(name) for name in LISTS),
)


def row_of(name: str, document: Any) -> Row:
    """A record of list `name` as a row of the table of that name; what the table does not need is left out."""
    columns = [column for column in TABLES[name].columns if column not in OWN.get(name, ())]
    return {column: _text(value_at(document, _AT[name].get(column, (column,)))) for column in columns}


def roles_of(user: Any) -> list[Row]:
    """The roles within a user. The service gives them no id: person, org and role together are one."""
    about = {
        "status": _text(value_at(user, ("status",))),
        "dateLastModified": _text(value_at(user, ("dateLastModified",))),
    }
    person, found = _text(value_at(user, (_ONE,))), value_at(user, ("roles",))
    roles: dict[str, Row] = {}
    for one in found if isinstance(found, list) else []:
        org, role = _text(value_at(one, ("org", _ONE))), _text(value_at(one, ("role",)))
        said = {column: _text(value_at(one, (column,))) for column in ("roleType", "beginDate", "endDate")}
        known_by = f"{person}|{org}|{role}"
        if known_by in roles:  # the same role a second time
            known_by += f"|{said['beginDate']}"
        names = {_ONE: known_by, "userSourcedId": person, "role": role, "orgSourcedId": org}
        roles[known_by] = about | names | said
    return list(roles.values())


def merged(name: str, before: Iterable[Row], came: Iterable[Row], given: Collection[str]) -> list[Row]:
    """The table anew: what came, with our own columns as they were, and the rows that the service never gave.

    `before` are the rows of the table's file, `given` the ids that the service gave the last time: what of these does
    not come any more has ended.
    """
    old = list(before)
    own = {row[_ONE]: {column: row.get(column, "") for column in OWN.get(name, ())} for row in old if _ONE in row}
    new = [row | own.get(row[_ONE], {}) for row in came]
    ids = {row[_ONE] for row in new}
    return new + [row for row in old if row.get(_ONE) and row[_ONE] not in ids and row[_ONE] not in given]


def shrunk(before: int, now: int) -> bool:
    """Whether so many rows are gone that the service, not the district, has lost them."""
    return before >= FEW and now * 2 < before


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list):
        return ",".join(_text(value_at(one, (_ONE,)) if isinstance(one, dict) else one) for one in value)
    return ""
