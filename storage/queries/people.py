"""Whom a text means: people by their names as the district's tables tell them, and what to say when several fit."""

import unicodedata
from typing import TypeVar

import msgspec

from model.vocabulary import role_title
from storage.client import Store
from storage.queries.districts import homes
from storage.queries.standing import people_called
from storage.queries.subject import Homes, Subject, names, spellings, subject
from storage.queries.where import Where

MOST = 200  # people one name may stand for
_LIKE = "lowerUTF8(replaceRegexpAll(normalizeUTF8NFKD({}), '\\\\p{{Mn}}', ''))"

# As last told: who is looked for may have left. A row that ended keeps what it said.
_TOLD = """SELECT district, `table`, splitByChar('@', key)[1] AS id,
 argMaxIf(row, (version, log_line), row != '') AS told FROM reference {where} GROUP BY district, `table`, id"""
_CALLED = f"""SELECT district, id,
 trimBoth(concat(JSONExtractString(told, 'givenName'), ' ', JSONExtractString(told, 'familyName'))) AS name
 FROM ({_TOLD}) {{having}} ORDER BY name, id {{limit}}"""
_ROLES = f"""SELECT district, person, role, org FROM (SELECT district,
 JSONExtractString(told, 'userSourcedId') AS person, JSONExtractString(told, 'role') AS role,
 JSONExtractString(told, 'orgSourcedId') AS org FROM ({_TOLD}))
 WHERE person IN {{of}} ORDER BY role, org {{limit}}"""
_SCHOOLS = f"""SELECT district, id, JSONExtractString(told, 'name') AS name FROM ({_TOLD})
 WHERE id IN {{of}} {{limit}}"""


class Candidate(msgspec.Struct, frozen=True):
    """A person whom a text may mean."""

    district: str
    id: str
    name: str
    role: str = ""
    school: str = ""


class Ambiguous(LookupError):
    """A text that fits several people; it is for the asker to choose."""

    def __init__(self, text: str, candidates: list[Candidate]) -> None:
        """`candidates` are in order of their names; at most `MOST`."""
        super().__init__(f"“{text}” is ambiguous: {len(candidates)} people have that name")
        self.text = text
        self.candidates = candidates


class _Found(msgspec.Struct):
    found: int


def understood(store: Store, district: str | None, text: str) -> Subject:
    """Whom or what `text` means: an id or account as written, or else the one person who has that name.

    An account with a realm is that realm's: of the district's own, the district's account of that name.

    A text with `*` means whatever fits, people's names among it; where it fits the names of several people and
    nothing that a log names, it is ambiguous, too. The tables come before what a log says: a machine may call itself
    after anybody. Raises ValueError on a text that asks for nothing, and `Ambiguous`.
    """
    sought = at_home(store, district, subject(text))
    if sought.account:
        return sought
    if sought.kind not in (None, "person"):
        return sought
    if "*" in sought.text:
        return _pattern(store, district, sought)
    if _is_listed(store, district, sought):
        return sought
    chosen = _meant(store, district, sought)
    if len(chosen) > 1:
        raise Ambiguous(sought.text, with_roles(store, chosen))
    return Subject(chosen[0].id, "person", called=chosen[0].name) if chosen else sought


def _pattern(store: Store, district: str | None, sought: Subject) -> Subject:
    """A text with `*`: several words can only be a name, one word may be an account or a machine as well."""
    found = called(store, district, sought.text)
    if len(found) > 1 and (len(sought.text.split()) > 1 or not _is_logged(store, district, sought)):
        raise Ambiguous(sought.text, with_roles(store, found))
    return msgspec.structs.replace(sought, people=tuple(one.id for one in found))


def _meant(store: Store, district: str | None, sought: Subject) -> list[Candidate]:
    """Those who have the whole name; else those in whose names its words stand, a last name alone; else, where no log
    names the text, those whose names begin so."""
    found = called(store, district, sought.text)
    words = folded(sought.text)
    exact = [one for one in found if sorted(folded(one.name)) == sorted(words)]
    whole = [one for one in found if set(words) <= set(folded(one.name))]
    return exact or whole or ([] if _is_logged(store, district, sought) else found)


def at_home(store: Store, district: str | None, sought: Subject) -> Subject:
    """The subject with the districts whose realm was typed with it; a short name that no district tells is nobody's."""
    return sought if sought.account is None else at_homes(homes(store, district), sought)


def at_homes(known: Homes, sought: Subject) -> Subject:
    """The same, of districts that are known already."""
    if sought.account is None:
        return sought
    realm = sought.account[1]
    held = [
        (name, realms)
        for name, realms in known
        if realm in (realms.names or ()) or ("." in realm and realms.hold(realm, ""))
    ]
    return msgspec.structs.replace(sought, homes=tuple(held))


def holders(store: Store, district: str | None, text: str) -> list[str]:
    """The ids of the people whose account, user name or address it is; a name of a foreign realm is nobody's."""
    if not text.strip():
        return []
    sought = at_home(store, district, subject(text))
    return [] if sought.account and not sought.homes else people_called(store, text)


def with_roles(store: Store, found: list[Candidate]) -> list[Candidate]:
    """The same people with their roles and schools, so that a reader can tell them apart."""
    roles = _asked(store, _ROLES, "roles", [one.id for one in found], _Role)
    schools = _asked(store, _SCHOOLS, "orgs", [one.org for one in roles], Candidate)
    names = {(one.district, one.id): one.name for one in schools}
    return [_with(one, [r for r in roles if (r.district, r.person) == (one.district, one.id)], names) for one in found]


class _Role(msgspec.Struct):
    district: str
    person: str
    role: str
    org: str


Row = TypeVar("Row", bound=msgspec.Struct)


def _asked(store: Store, sql: str, table: str, ids: list[str], kind: type[Row]) -> list[Row]:
    where = Where().equal("`table`", table)
    of = where.bind(sorted(set(ids)), "Array(String)")
    return store.rows(sql.format(where=where, of=of, limit=where.limit(10 * MOST)), kind, where.parameters)


def _with(one: Candidate, roles: list[_Role], schools: dict[tuple[str, str], str]) -> Candidate:
    role = ", ".join(dict.fromkeys(role_title(r.role) for r in roles))
    school = ", ".join(dict.fromkeys(schools.get((r.district, r.org)) or r.org for r in roles))
    return msgspec.structs.replace(one, role=role, school=school)


def folded(text: str) -> list[str]:
    """The words of a name without case and accents: `Núñez, José` → `nunez`, `jose`."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if unicodedata.category(one) != "Mn")
    return plain.lower().replace(",", " ").replace("-", " ").split()


def called(store: Store, district: str | None, text: str) -> list[Candidate]:
    """The people in whose names each word of `text` begins a word; with `*`, those whose name fits the pattern."""
    where = Where(district).among("`table`", ["users"])
    told = str(where)
    words = [word for word in folded(text) if word.strip("*")]
    name = _LIKE.format("concat(' ', replaceAll(name, '-', ' '))")
    fits = " AND ".join(f"{name} LIKE {where.bind(_begins(word), 'String')}" for word in words)
    sql = _CALLED.format(where=told, having=f"WHERE {fits}", limit=where.limit(MOST))
    return store.rows(sql, Candidate, where.parameters) if words else []


def _begins(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")
    return f"% {escaped}%"


def _is_listed(store: Store, district: str | None, sought: Subject) -> bool:
    """Whether the tables have it as an id: of a person, an account, a device."""
    where = Where(district).among("`table`", ["users", "accounts", "devices"])
    where.that(f"splitByChar('@', key)[1] IN {where.bind(spellings(sought.text), 'Array(String)')}")
    return _any(store, f"SELECT count() AS found FROM reference {where}", where)


def _is_logged(store: Store, district: str | None, sought: Subject) -> bool:
    where = Where(district)
    where.that(names(where, sought))
    return _any(store, f"SELECT count() AS found FROM (SELECT 1 FROM events {where} LIMIT 1)", where)


def _any(store: Store, sql: str, where: Where) -> bool:
    return store.rows(sql, _Found, where.parameters)[0].found > 0
