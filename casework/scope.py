"""The one place that decides what somebody may read: conditions on tables, applied by ClickHouse below every question.

`reading` gives a store whose every answer keeps to them: pages, downloads and commands ask it like any other. A table
that is not named here is closed to everybody who has to log in. Over what may be read lies the veil: for most roles
students go by pseudonyms.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from casework.cases import SUBJECTS, Case, state
from casework.fold import histories
from casework.register import Register
from casework.requests.steps import requests
from casework.roles import may
from casework.triage import MISUSE, REVIEW
from casework.users import User, all_users
from casework.veiling import veil_of
from model.clock import now
from model.reference import account_parts, folded
from model.settings import Settings
from storage.client import Store, itself, quoted
from storage.migrate import migrations
from storage.queries.cases import cases_with, shared
from storage.queries.casework import of_entities
from storage.queries.districts import homes
from storage.queries.responsive import Criteria, readable
from storage.queries.standing import accounts_of, names_called, people_called, vendors_of
from storage.queries.where import MOST

NOTHING, ALL = "0", "1"
# Which entities of casework a right opens; one's own decisions are always open.
_NOUNS = {
    "work on cases": ("violation", "case", "adoption", "receipt"),
    "place holds": ("hold",),
    "answer requests": ("request", "hold", "retention"),
    "handle incidents": (
        "incident",
        "hold",
        "person",
        "receipt",
    ),  # of people: who learned who they are, what was disclosed
    "read searches": ("search", "person", "home"),
    "manage users": ("user", "home", "retention", "ledger"),
}
_SETTINGS = ("district", "policy", "source", "unread")  # tables of `reference` that hold settings, and no person
_TOLD = ("searches", "checks")  # tables of `reference` in which the judge is told who searched and what was checked
_CREATED = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")


class Conflict(msgspec.Struct, frozen=True):
    """Whose cases somebody does not see: their own, those of people they supervise, of vendors they answer for."""

    people: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    violation_ids: tuple[str, ...] = ()  # every revision of what names one of them
    cases: tuple[tuple[str, str], ...] = ()  # district and entity of each case that holds one of them


class _Id(msgspec.Struct):
    id: str


def reading(store: Store, user: User, home: Path | None = None, at: datetime | None = None) -> Store:
    """The store as `user` may read it at `at` (now); `store` is the whole one, `home` holds the key of pseudonyms."""
    veil = veil_of(store, user, home or Settings().hallmonitor_home, at or now())
    own = conflict(store, user)
    opened = (shared_violations(store, user), answering(store, user, own))
    return store.limited(conditions(user, own, store.database, *opened)).veiled(veil)


def shared_violations(store: Store, user: User) -> tuple[str, ...]:
    """The violations of open cases that were shared with `user`."""
    found = (one for one in map(state, histories(of_entities(store, shared(store, user.name))).values()) if one)
    told = [one for one in found if one.status == "open" and user.name in one.shared_with]
    return tuple(sorted({violation for one in told for violation in one.violations}))


def counting(store: Store, user: User) -> Store:
    """The store for questions that answer with numbers of a source and name nobody; closed without that right."""
    if not may(user.roles, "read sources"):
        return store.limited(dict.fromkeys(tables(), NOTHING))
    return store.limited(dict.fromkeys(tables(), _districts(user)))


def scoping(store: Store, user: User) -> Store:
    """The store for the scope of an incident, which is worked out from all that its district holds; closed without
    that right. Whoever asks it shows the scope and no other row."""
    if not may(user.roles, "handle incidents") or user.schools:
        return store.limited(dict.fromkeys(tables(), NOTHING))
    here = _districts(user)
    about = _not_about(conflict(store, user), store.database)
    return store.limited({**dict.fromkeys(tables(), here), "casework": _all(_any(here, "district = ''"), about),
                          "migrations": ALL})  # fmt: skip


def answering(store: Store, user: User, own: Conflict | None = None) -> tuple[str, ...]:
    """The rows that the open requests of the user's districts are about, one condition on `events` for each.

    None of a request about one of their `own`; and of a request that names nobody the rows of nobody of these.
    """
    if not may(user.roles, "answer requests"):
        return ()
    known = homes(store, None)
    found = [one for one in requests(store) if not one.closed_at]
    return tuple(
        _all(readable(one.district, one.criteria, known), _of_none(own))
        for one in found
        if (not user.districts or one.district in user.districts) and not (own and _is_about(own, one.criteria))
    )


def _of_none(own: Conflict | None) -> str:
    """That an event is of none of them, acting or acted upon."""
    if own is None:
        return ALL
    accounts = [f"lower({column}) NOT IN {_list(own.accounts)}" for column in ("account", "target_account")]
    return _all(*accounts, f"person NOT IN {_list(own.people)}" if own.people else ALL)


def conflict(store: Store, user: User) -> Conflict:
    """Whom the district's tables and the administrator say `user` is, supervises or answers for."""
    own = themselves(store, user)
    people = sorted({*own, *user.supervises})
    accounts = sorted({*accounts_of(store, people), user.name})
    found = Conflict(tuple(people), tuple(accounts), tuple(vendors_of(store, own)))
    sql = f"SELECT DISTINCT violation_id AS id FROM violations WHERE NOT ({_names_none(found)}) LIMIT {MOST}"
    ids = [one.id for one in store.rows(sql, _Id)]
    held = cases_with(
        store, {"people": people, "accounts": accounts, "vendors": list(found.vendors), "violations": ids}
    )
    return msgspec.structs.replace(found, violation_ids=tuple(ids), cases=tuple(held))


def themselves(store: Store, user: User) -> list[str]:
    """The ids under which the district's tables or the administrator know `user`."""
    return sorted({*people_called(store, user.name), *([user.person] if user.person else [])})


def names_of(register: Register, user: User) -> frozenset[str]:
    """Under which names somebody decides: their own, and those of other accounts of the same person.

    What takes a second person takes somebody under none of the first one's names.
    """
    own = themselves(register.store, user)
    called = set(names_called(register.store, own)) if own else set()
    same = (one.name for one in all_users(register) if one.person in own or called & _as_called(one.name))
    return frozenset({user.name, *same})


def _as_called(name: str) -> set[str]:
    """How the district's tables may write the name of an account: with its realm and without."""
    return {folded(name), folded(account_parts(name)[0] or name)}


def why_not_handle(store: Store, user: User, held: Mapping[str, Sequence[str]]) -> str | None:
    """Why `user` must not handle what a case holds (ids by `people`, `accounts`, `vendors`, `violations`)."""
    if not _touches(conflict(store, user), held):
        return None
    return f"{user.name} does not handle what is about themselves, somebody they supervise or a vendor they answer for"


def why_not_answer(store: Store, user: User, criteria: Criteria) -> str | None:
    """Why `user` must not answer a request with these criteria."""
    if not _is_about(conflict(store, user), criteria):
        return None
    return f"{user.name} does not answer a request about themselves or somebody they supervise: another officer does"


def _is_about(own: Conflict, criteria: Criteria) -> bool:
    accounts = {account_parts(one)[0] or one for one in criteria.accounts}
    return bool(accounts & set(own.accounts) or set(criteria.persons) & set(own.people))


def why_not_share(store: Store, user: User, case: Case) -> str | None:
    """Why a case must not be shared with `user`."""
    if user.districts and case.district not in user.districts:
        return f"{user.name} has no part in {case.district}"
    return why_not_handle(store, user, {name: getattr(case, name) for name in SUBJECTS})


def _touches(found: Conflict, held: Mapping[str, Sequence[str]]) -> bool:
    told = {"people": found.people, "accounts": found.accounts, "vendors": found.vendors}
    own = {**told, "violations": found.violation_ids}
    return any(set(held.get(name, ())) & set(ids) for name, ids in own.items())


def conditions(
    user: User, conflict: Conflict, database: str, shared_ids: tuple[str, ...] = (), asked: tuple[str, ...] = ()
) -> dict[str, str]:
    """Table → what each row of it must be for `user` to read it; pure.

    `shared_ids`: violations shared with them; `asked`: conditions on the rows of the requests they answer.
    """
    here = _districts(user)
    analyst, sources = may(user.roles, "read violations"), may(user.roles, "read sources")
    whole = analyst and not user.schools
    events = _at_schools(user, database, or_site=True) if may(user.roles, "read events") else NOTHING
    opened = {
        "events": _all(here, _any(events, _proof_of(shared_ids, conflict, database), *asked)),
        "violations": _all(here, _any(_found(user, database), _named(shared_ids)), _not_own(conflict)),
        "dead_letters": here if may(user.roles, "read dead letters") or whole else NOTHING,
        "dead_letter_retries": here if sources else NOTHING,
        "ticks": here if sources else NOTHING,
        "reference": _all(here, _facts(user, database)),
        "casework": _all(
            _any(here, "district = ''"), _decisions(user, database, shared_ids), _not_about(conflict, database)
        ),
        "migrations": ALL,
    }
    return {**dict.fromkeys(tables(), NOTHING), **opened}


def tables() -> list[str]:
    """Every table that the migrations make."""
    return ["migrations", *(name for one in migrations() for name in _CREATED.findall(one.sql))]


def _districts(user: User) -> str:
    return f"district IN {_list(user.districts)}" if user.districts else ALL


def _found(user: User, database: str) -> str:
    misuse = f"detection = {quoted(MISUSE)}"
    analyst = _at_schools(user, database) if may(user.roles, "read violations") else NOTHING
    return _any(_all(analyst, f"NOT ({misuse})"), misuse if may(user.roles, "read searches") else NOTHING)


def _named(shared_ids: tuple[str, ...]) -> str:
    return f"violation_id IN {_list(shared_ids)}" if shared_ids else NOTHING


def _proof_of(shared_ids: tuple[str, ...], conflict: Conflict, database: str) -> str:
    """The events that the newest revisions of shared violations cite."""
    if not shared_ids:
        return NOTHING
    source = itself(database, "violations")
    cited = f"SELECT argMax(event_ids, (epoch, revision)) AS ids FROM {source} WHERE {_named(shared_ids)}"
    own = _not_own(conflict)
    return f"event_id IN (SELECT arrayJoin(ids) FROM ({cited} AND {own} GROUP BY district, violation_id))"


def _not_own(conflict: Conflict) -> str:
    listed = conflict.violation_ids
    return _all(f"violation_id NOT IN {_list(listed)}" if listed else ALL, _names_none(conflict))


def naming(conflict: Conflict) -> list[str]:
    """What stands in a finding's JSON where it names one of them, as subject or in an exhibit."""
    said = [("person", one) for one in conflict.people] + [("account", one) for one in conflict.accounts]
    return [f'"{field}":{msgspec.json.encode(one).decode()}' for field, one in said]


def _names_none(conflict: Conflict) -> str:
    """That a revision names none of them, as subject or in an exhibit; `body` is the revision as JSON."""
    named = [f"position(body, {quoted(text)}) = 0" for text in naming(conflict)]
    return _all(*named, f"vendor NOT IN {_list(conflict.vendors)}" if conflict.vendors else ALL)


def _facts(user: User, database: str) -> str:
    settings = f"`table` IN {_list(_SETTINGS)}"
    if not may(user.roles, "read violations"):
        return settings
    if not user.schools:
        return f"`table` NOT IN {_list(_TOLD)}"
    known = f"splitByChar('@', key)[1] IN ({_people_at(user, database)})"
    return _any(settings, f"`table` = 'users' AND {known}", f"`table` = 'orgs' AND key IN {_list(user.schools)}")


def _decisions(user: User, database: str, shared_ids: tuple[str, ...]) -> str:
    """What their roles open, and every entity that they decided something about: one history is seen whole or not.

    Only to whom a student's record was disclosed is not opened by asking who the student is; and what was decided about
    a violation that is destroyed only reviewers read, as nothing says any more whom it was about.
    """
    nouns = sorted({noun for right, opened in _NOUNS.items() if may(user.roles, right) for noun in opened})
    source = itself(database, "casework")
    told_of = ALL if may(user.roles, "answer requests") else "kind != 'record.disclosed'"
    own = _all(f"entity IN (SELECT entity FROM {source} WHERE actor = {quoted(user.name)})", told_of)
    told = [f"entity IN {_list([f'violation:{one}' for one in shared_ids])}"] if shared_ids else []
    by_role = f"splitByChar(':', entity)[1] IN {_list(nouns)}" if nouns else NOTHING
    found = f"SELECT concat('violation:', violation_id) FROM {itself(database, 'violations')}"
    misuse = f"IN ({found} WHERE detection = {quoted(MISUSE)})"
    gone = f"startsWith(entity, 'violation:') AND entity NOT IN ({found})"
    opened = _any(own, *told, _all(by_role, f"entity NOT {misuse}", _of_schools(user, database)))
    if may(user.roles, REVIEW):
        return _any(opened, f"entity {misuse}", gone)
    return _all(opened, f"NOT ({gone})")


def _of_schools(user: User, database: str) -> str:
    """Of violations and cases, those of their schools: a case holds somebody of them and nobody of another one."""
    if not user.schools:
        return ALL
    found = f"SELECT violation_id FROM {itself(database, 'violations')} WHERE {_at_schools(user, database)}"
    held = (("violations", found), ("people", _people_at(user, database)))
    theirs = [f"(district, entity) IN ({_cases_holding(database, name, f'IN ({ids})')})" for name, ids in held]
    foreign = [f"(district, entity) NOT IN ({_cases_holding(database, name, f'NOT IN ({ids})')})" for name, ids in held]
    return _any(
        f"startsWith(entity, 'violation:') AND substring(entity, 11) IN ({found})",
        _all("startsWith(entity, 'case:')", _any(*theirs), *foreign),
        "NOT startsWith(entity, 'violation:') AND NOT startsWith(entity, 'case:')",
    )


def _cases_holding(database: str, name: str, ids: str) -> str:
    source = itself(database, "casework")
    held = f"SELECT district, entity, arrayJoin(JSONExtract(body, {quoted(name)}, 'Array(String)')) AS id FROM {source}"
    return f"SELECT district, entity FROM ({held}) WHERE id {ids}"


def _not_about(conflict: Conflict, database: str) -> str:
    """No case of one of them, no incident about an account or vendor of theirs, no request about them."""
    own = [f"violation:{one}" for one in conflict.violation_ids]
    cases = ", ".join(f"({quoted(district)}, {quoted(entity)})" for district, entity in conflict.cases)
    shut = f"(district, entity) NOT IN ({cases})" if cases else ALL
    subjects = [*conflict.accounts, *conflict.vendors]
    opened = f"SELECT entity FROM {itself(database, 'casework')} WHERE kind = 'incident.opened'"
    about = f"lower(JSONExtractString(body, 'subject')) IN {_list([one.lower() for one in subjects])}"
    return _all(
        shut,
        *_no_request(conflict, database),
        f"entity NOT IN {_list(own)}" if own else ALL,
        f"entity NOT IN ({opened} AND {about})" if subjects else ALL,
    )


def _no_request(conflict: Conflict, database: str) -> list[str]:
    """That a decision is of no request that names one of them."""
    source = f"SELECT district, entity FROM {itself(database, 'casework')} WHERE kind = 'request.opened'"
    asked = {name: f"JSONExtract(body, 'criteria', '{name}', 'Array(String)')" for name in ("accounts", "persons")}
    plain = f"arrayMap(one -> splitByChar('@', lower(one))[1], {asked['accounts']})"
    told = ((plain, conflict.accounts), (asked["persons"], conflict.people))
    return [f"(district, entity) NOT IN ({source} AND hasAny({held}, [{', '.join(map(quoted, ids))}]))"
            for held, ids in told if ids]  # fmt: skip


def _at_schools(user: User, database: str, or_site: bool = False) -> str:
    if not user.schools:
        return ALL
    people = f"person IN ({_people_at(user, database)})"
    return _any(people, f"site IN {_list(user.schools)}") if or_site else people


def _people_at(user: User, database: str) -> str:
    """Who has a role at one of the schools as the tables last told it.

    `merge` reads the table itself: a condition on `reference` would be applied within its own condition, for ever.
    """
    source = itself(database, "reference")
    told = (
        f"SELECT argMax(row, (version, log_line)) AS told FROM {source} WHERE {_districts(user)} AND `table` = 'roles'"
    )
    return (
        f"SELECT JSONExtractString(told, 'userSourcedId') FROM ({told} GROUP BY district, key)"
        f" WHERE JSONExtractString(told, 'orgSourcedId') IN {_list(user.schools)}"
    )


def _list(values: tuple[str, ...] | list[str]) -> str:
    return f"({', '.join(map(quoted, values))})"


def _all(*conditions: str) -> str:
    if NOTHING in conditions:
        return NOTHING
    return " AND ".join(f"({one})" for one in conditions if one != ALL) or ALL


def _any(*conditions: str) -> str:
    if ALL in conditions:
        return ALL
    return " OR ".join(f"({one})" for one in conditions if one != NOTHING) or NOTHING
