"""A district's reference folder, loaded and loaded again: what is new, what changed, what ended, since when known."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import msgspec

from model.batch import Fact
from model.fact_text import Remark
from model.reference import Unread, account_name, folded
from model.reference.fold import ALWAYS, Identity, identity, recorded
from model.reference.reading import read_row
from model.spelling import meant, mistyped, same_digits
from model.tables import TABLES, UNREAD
from producers.reference_csv import SHOWN, Problem, Stated, read_table

SHEET = re.compile(r"(?:\.(?:csv|xlsx?|ods|tsv|txt|gz|zst|zip))+$", re.IGNORECASE)  # how the name of a table may end
# Columns by which a row excuses or accuses somebody, and the columns that know the name.
_PEOPLE, _DEVICES = ("users", "sourcedId"), ("devices", "device_id")
_ACCOUNTS = (("accounts", "account"), ("users", "username"), ("users", "email"))
_IS_ACCOUNT = frozenset(("account", "username", "email"))  # the same in any case and with any realm; an id is not
_NAMING: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "approvals": {"account": _ACCOUNTS, "device_id": (_DEVICES,)},
    "exemptions": {"account": _ACCOUNTS, "person": (_PEOPLE,), "device_id": (_DEVICES,)},
    "assignments": {"person": (_PEOPLE,), "device_id": (_DEVICES,)},
}
# Columns by which a row says whose or where something is. Ids are compared as they are written, so one in other
# capitals is another's: whoever it was given to would seem to be nobody, and two schools would seem to be one.
_OWNING: dict[str, dict[str, tuple[str, str]]] = {
    "accounts": {"person": _PEOPLE, "vendor": ("vendors", "vendor")},
    "devices": {"org": ("orgs", "sourcedId")},
    "networks": {"org": ("orgs", "sourcedId")},
}
_NAMELESS = ("networks",)  # tables whose rows name nobody, so that one may concern everybody
_DANGLING = ("assignments",)  # tables of what is so now: each name in them is somebody's or something's
_MOST_SLIPS = 20  # strange names of one column that are compared with all known ones
_COPIES = re.compile(r"^copy of | ?\(\d{1,4}\)$|[ _-]+(?:copy|final|new|old|\d{1,4})$", re.IGNORECASE)
Rows = dict[Identity, list[Fact]]


class Held(msgspec.Struct, frozen=True):
    """A row as the last load stated it (several versions where their recorded times differ), and when the newest of
    them was recorded: what a changed one must come after."""

    stated: list[Fact]
    newest: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the last load left standing, by table: enough to tell what a later one changes."""

    tables: dict[str, dict[Identity, Held]] = field(default_factory=dict)

    @property
    def facts(self) -> list[Fact]:
        """Every row that stands, whichever load brought it."""
        return [fact for rows in self.tables.values() for held in rows.values() for fact in held.stated]


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a reference folder: facts to publish, problems to show, the shelf to keep for the next one."""

    facts: list[Fact]
    problems: list[Problem]
    shelf: Shelf

    @property
    def errors(self) -> list[Problem]:
        """The problems that lost a row."""
        return [problem for problem in self.problems if not problem.warning]


def load(
    files: Mapping[str, bytes],
    zone: ZoneInfo,
    *,
    before: Shelf | None = None,
    loaded_at: int | None = None,
    delta: bool = False,
    strict: bool = False,
) -> Load:
    """The facts that a folder's CSVs (`accounts.csv` -> bytes) state.

    Without `before` it is the first load: a row without `recorded_at` is known since `valid_from`. With it (and
    `loaded_at`, ms) only differences become facts, recorded when loaded: new rows, new versions of changed ones, and,
    unless `delta`, the end of rows that are gone. A table whose file is missing says nothing, and of a table with a bad
    row nothing ends. `strict`: any bad row and nothing is loaded.
    """
    if before is not None and loaded_at is None:
        raise ValueError("a later load needs loaded_at, the time it was made")
    loaded_at = loaded_at if before is not None else None
    stated, copies, problems = _read(files, zone, whole=not delta)
    if strict and any(table.incomplete for table in (*stated, *copies)):
        return Load([], problems, before or Shelf())
    facts: list[Fact] = []
    shelf = dict(before.tables) if before else {}
    for table in stated:
        held = shelf.get(table.table.name)
        if held is None:
            facts.append(Fact(table=table.table.name, key="", recorded_at=loaded_at))  # even an empty table is there
        changes = _changes(table.rows, held or {}, loaded_at)
        changes |= {} if delta or table.incomplete else _ends(table.rows, held or {}, loaded_at)
        facts += [fact for versions in changes.values() for fact in versions]
        shelf[table.table.name] = _shelved(table.rows, held or {}, changes)
    told, shelf[UNREAD.name] = _tell_unread(stated, copies, shelf.get(UNREAD.name, {}), loaded_at, delta)
    return Load(facts + told, problems, Shelf(shelf))


def unread(shelf: Shelf) -> list[Unread]:
    """What could not be read of the tables, or is in doubt, and is not known yet; one for each table."""
    held = shelf.tables.get(UNREAD.name, {})
    last = [max(kept.stated, key=recorded) for _, kept in sorted(held.items(), key=str)]
    return [row for row in map(read_row, last) if isinstance(row, Unread) and row.valid_to is None]


def _tell_unread(
    stated: list[Stated], copies: list[Stated], held: dict[Identity, Held], loaded_at: int | None, delta: bool
) -> tuple[list[Fact], dict[Identity, Held]]:
    """What could not be read of the tables of this load, as facts; what a load before could not and this one could is
    ended. A table without a file now, and one of which only the changes came, stays as it was said to be."""
    for copy in copies:
        for twin in (table for table in stated if table.table is copy.table):
            twin.head += copy.head
    now = {identity(fact): [fact] for table in (*copies, *stated) for fact in _unread(table)}
    read = {table.table.name for table in stated}
    changes = _changes(now, held, loaded_at)
    well = {who: kept for who, kept in held.items() if who[0] in read and who not in now}
    changes |= {} if delta else _ends({}, well, loaded_at)
    return [fact for versions in changes.values() for fact in versions], _shelved(now, held, changes)


def _unread(table: Stated) -> list[Fact]:
    if not table.incomplete and not table.doubted:
        return []
    name = table.table.name
    listed = {"shown": table.shown, "head": table.head[:SHOWN], "doubts": table.doubts, "touched": table.concerned()}
    row = {"table": name, "rows": str(table.lost)} | ({"doubted": str(table.doubted)} if table.doubted else {})
    row |= {column: "\n".join(lines) for column, lines in listed.items() if lines}
    return [Fact(table=UNREAD.name, key=name, row=row)]


def _read(
    files: Mapping[str, bytes], zone: ZoneInfo, *, whole: bool
) -> tuple[list[Stated], list[Stated], list[Problem]]:
    """The tables, the copies of tables that say nothing themselves, and all problems. `whole`: not the changes only."""
    known = {f"{name}.csv".casefold(): name for name in TABLES}
    ours: list[str] = []
    strangers: list[str] = []
    for file in sorted(files):
        (ours if file.casefold() in known else strangers).append(file)
    stated = [read_table(known[file.casefold()], file, files[file], zone) for file in ours]
    _doubt_vendors({table.table.name: table for table in stated})
    _doubt_names({table.table.name: table for table in stated}, whole=whole)
    _doubt_capitals({table.table.name: table for table in stated})
    for table in stated:
        table.close()
    silent = {name for name in TABLES if not any(table.rows for table in stated if table.table.name == name)}
    copies = [copy for file in strangers if (copy := _copy(file, silent, known))]
    others = [file for file in strangers if file not in {copy.file for copy in copies}]
    problems = [_stranger(file, [name for name in TABLES if f"{name}.csv" not in files]) for file in others]
    return stated, copies, problems + [problem for table in (*copies, *stated) for problem in table.problems]


def _doubt_vendors(stated: Mapping[str, Stated]) -> None:
    """An approval for a company that no table knows: its name is a slip, and the sessions that it covers look naked."""
    vendors, approvals = stated.get("vendors"), stated.get("approvals")
    if vendors is None or approvals is None:
        return
    accounts = stated["accounts"].rows if "accounts" in stated else {}
    known = {fact.key for versions in vendors.rows.values() for fact in versions}
    known |= {(fact.row or {}).get("vendor", "") for versions in accounts.values() for fact in versions}
    for fact in [one for versions in approvals.rows.values() for one in versions]:
        vendor = (fact.row or {}).get("vendor", "")
        if vendor and vendor not in known:
            near = meant(vendor, known)
            said = "is no company of vendors.csv or accounts.csv"
            approvals.doubt(fact, Remark("vendor", said, vendor), [near] if near else ())
            approvals.everybody = approvals.everybody or not near


def _doubt_names(stated: Mapping[str, Stated], *, whole: bool) -> None:
    """A loan of `LT-1O4`, an exemption of `mhlil`: a name that no row has and that is nearly one's is a slip. A device
    that is given to somebody whom no row has is in doubt in any case: whoever used it would seem to use another's."""
    for table, columns in _NAMING.items():
        for column, tellers in columns.items():
            known = {name for other, teller in tellers for _, name in _said(stated, other, teller)}
            strange = [(fact, name) for fact, name in _said(stated, table, column) if name not in known]
            near = _near(dict.fromkeys(name for _, name in strange), known, tellers[0][0])
            for fact, name in strange:
                lonely = table in _DANGLING and known and whole and fact.valid_to is None
                if near.get(name) or lonely:
                    written = (fact.row or {})[column]
                    said = Remark(column, f"is in no row of {tellers[0][0]}.csv", written)
                    stated[table].doubt(fact, said, near.get(name, ()), warning=not near.get(name))


def _doubt_capitals(stated: Mapping[str, Stated]) -> None:
    """A person, company or school whose id is written in other capitals than in its own table."""
    for table, columns in _OWNING.items():
        for column, (other, teller) in columns.items():
            known = {name for _, name in _said(stated, other, teller)}
            by_letters = {folded(name): name for name in known}
            for fact, name in _said(stated, table, column):
                if name not in known and (near := by_letters.get(folded(name))):
                    said = Remark(column, f"is in no row of {other}.csv", name)
                    stated[table].doubt(fact, said, [near])
                    stated[table].everybody = stated[table].everybody or table in _NAMELESS


def _near(names: Iterable[str], known: Collection[str], table: str) -> dict[str, list[str]]:
    """Of each name those that may have been meant."""
    ends: dict[str, list[str]] = {}
    swapped: dict[str, list[str]] = {}
    for one in known:
        ends.setdefault(_outline(one, table), []).append(one)
        swapped.setdefault(same_digits(one), []).append(one)
    found: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        close = meant(name, ends.get(_outline(name, table), ())) if number < _MOST_SLIPS else ""
        found[name] = [close] if close else mistyped(name, swapped.get(same_digits(name), ()))
    return found


def _outline(name: str, table: str) -> str:
    """What a name and its slip begin and end with: `rbell` and `tbell` are two people."""
    return name[0] if table == "devices" else name[0] + name[-1]


def _said(stated: Mapping[str, Stated], table: str, column: str) -> list[tuple[Fact, str]]:
    """What the rows of a table say in a column, as it is compared, where they say something."""
    versions = stated[table].rows.values() if table in stated else ()
    rows = [(fact, (fact.row or {}).get(column, "")) for each in versions for fact in each]
    plain = account_name if column in _IS_ACCOUNT else str
    return [(fact, name) for fact, said in rows if (name := plain(said))]


def _copy(file: str, silent: Collection[str], known: Mapping[str, str]) -> Stated | None:
    """A file named `approvals (1).csv` or `approvals.xlsx`, where there is no row of `approvals.csv`."""
    plain = _COPIES.sub("", _COPIES.sub("", SHEET.sub("", file)))  # `approvals - Copy (2)`
    name = known.get(f"{plain.strip()}.csv".casefold())
    if name not in silent or name is None:
        return None
    copy = Stated(TABLES[name], file)
    copy.blame(0, "", f"{file} is not read, and {name}.csv says nothing; if this is the table, save it as {name}.csv")
    return copy


def _stranger(file: str, absent: list[str]) -> Problem:
    """A file that is not read: a mistake where it is a slip of the pen for a table that is not there."""
    table = meant(SHEET.sub("", file), absent)
    if table:
        return Problem(file, 0, "", f"is no table and is not read; did you mean {table}.csv?")
    return Problem(file, 0, "", "is no table of ours and is not read", warning=True)


def _changes(now: Rows, held: dict[Identity, Held], loaded_at: int | None) -> Rows:
    """The rows that are new or say something new, with the time they were learned."""
    nothing = Held([], ALWAYS)
    found: Rows = {}
    for who, versions in now.items():
        known = held.get(who, nothing)
        fresh = [_learned(fact, known.newest, loaded_at) for fact in versions if fact not in known.stated]
        if fresh:
            found[who] = fresh
    return found


def _learned(fact: Fact, newest: int, loaded_at: int | None) -> Fact:
    """Recorded when the row says so, unless that is no later than what it replaces; else when it was loaded."""
    if loaded_at is None or (fact.recorded_at is not None and fact.recorded_at > newest):
        return fact
    return msgspec.structs.replace(fact, recorded_at=loaded_at)


def _ends(now: Rows, held: dict[Identity, Held], loaded_at: int | None) -> Rows:
    """The rows that are gone, ended when that was found; one that had ended before says nothing new."""
    found: Rows = {}
    for who in held.keys() - now.keys():
        last = max(held[who].stated, key=recorded)
        if loaded_at is not None and (last.valid_to is None or last.valid_to > loaded_at):
            found[who] = [msgspec.structs.replace(last, valid_to=loaded_at, recorded_at=loaded_at)]
    return found


def _shelved(now: Rows, held: dict[Identity, Held], changes: Rows) -> dict[Identity, Held]:
    """What stands after this load. An ended row stays, as ended, so that its return is seen as a change."""
    shelf = dict(held)
    for who in now.keys() | changes.keys():
        newest = max([recorded(fact) for fact in changes.get(who, [])], default=ALWAYS)
        before = held[who].newest if who in held else ALWAYS
        shelf[who] = Held(now.get(who) or changes[who], max(newest, before))
    return shelf


class _Kept(msgspec.Struct):
    tables: dict[str, list[Held]]


def encode_shelf(shelf: Shelf) -> bytes:
    """The shelf as bytes to keep until the next load."""
    return msgspec.json.encode(_Kept({table: list(rows.values()) for table, rows in shelf.tables.items()}))


def decode_shelf(content: bytes) -> Shelf:
    """The inverse of `encode_shelf`; raises msgspec.DecodeError, which a spoilt file deserves."""
    kept = msgspec.json.decode(content, type=_Kept)
    return Shelf({table: {identity(held.stated[0]): held for held in rows} for table, rows in kept.tables.items()})
