"""Who can write to the store and has none of our keys decides nothing: the desk answers as before, verify names it."""

import copy
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from casework.fold import Entry
from casework.register import Register, decision
from casework.scope import Conflict, conditions
from casework.users import User, user_of
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.casework import CaseworkEvent
from model.clock import now
from model.keyring import Ring
from model.settings import Settings
from storage import lookout
from storage.client import QueryFailed, Store, Unavailable
from storage.ledger import verifying
from storage.ledger.ledger import open_ledger
from storage.ledger.marking import prepare
from storage.queries import casework as stored
from storage.queries.cases import cases_with
from storage.queries.facts import FactRow, fact_of
from storage.queries.history import reference
from storage.queries.told import told
from storage.queries.triage import standings
from storage.queries.violations import Filter, queue
from storage.row_marks import BEARERS, RowMarks
from storage.rows import COLUMNS
from tests.support.ledger_cases import store_marked
from tests.support.storage_cases import facts, fresh_store, store_records, violation, violations

FAR = 1 << 40  # an offset behind all that we ever wrote


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: all that stands in its Kafka bears the marks of one home."""
    with Stack(tmp_path_factory.mktemp("forged-stack")) as own:
        yield own


@pytest.fixture
def settings(stack: Stack) -> Settings:
    database = f"forged_{uuid.uuid4().hex[:8]}"
    url = f"{stack.clickhouse_url}/{database}"
    return stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=stack.home)


@pytest.fixture
def store(stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)
    with closing(fresh_store(stack, settings.clickhouse_url.rpartition("/")[2])) as store:
        yield store.marking(RowMarks(settings.hallmonitor_home))


@pytest.fixture
def district() -> str:
    return f"d-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        yield register


def decided(kind: str, entity: str, district: str, seen: int | None = None, **body: Any) -> CaseworkEvent:
    told: dict[str, Any] = {"actor": "gwen", "role": "analyst", "district": district, "body": body}
    return decision(entity, kind, now(), expected_version=seen, **told)


def forge(store: Store, event: CaseworkEvent, version: int = FAR, mark: str = "", **columns: Any) -> str:
    """Write a decision into the table, as somebody with the store's password could; its id."""
    row: dict[str, Any] = msgspec.structs.asdict(event) | {"body": msgspec.json.encode(event.body).decode()}
    row |= {"log_partition": 9, "log_offset": version, "version": version, "mark": mark, **columns}
    store.insert_lines("casework", COLUMNS["casework"], msgspec.json.encode(row) + b"\n")
    return event.event_id


def named(settings: Settings, district: str) -> set[tuple[str, str, str]]:
    """District, class and id of what `ledger verify` names."""
    environment = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    told = CliRunner().invoke(main, ["ledger", "verify", district, "--json"], env=environment)
    assert told.stdout, told.output
    hours = json.loads(told.stdout)
    assert told.exit_code == int(any(one["rows"] for one in hours)), told.output
    return {(one["district"], one["class"], row["id"]) for one in hours for row in one["rows"]}


def test_a_forged_decision_of_a_district_is_in_no_answer_and_stops_none(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    register.write(decided("case.opened", "case:1", district, 0, title="real"))
    forged = forge(store, decided("case.closed", "case:1", district, 1, title="forged"))
    twin = forge(store, register.of(district, "case:1")[0].event, title=None)
    assert [entry.event.kind for entry in register.of(district, "case:1")] == ["case.opened"]
    with Register(settings, store) as anew:  # the forged rows name another partition and a far offset
        entry: Entry = anew.write(decided("case.noted", "case:1", district, 1))
    assert entry.holds
    assert [one.kind for one in stored.matching(store, district=district, limit=2)] == ["case.noted", "case.opened"]
    assert {(district, "casework", forged), (district, "casework", twin)} <= named(settings, district)


def test_a_row_with_a_decisions_own_place_and_mark_does_not_take_its_place(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    register.write(decided("case.opened", "case:1", district, 0, title="real"))
    said = ", ".join(COLUMNS["casework"])
    other = said.replace("body", """'{"title":"forged"}'""")
    store.command(f"INSERT INTO casework ({said}) SELECT {other} FROM casework WHERE district = '{district}'")
    store.command("OPTIMIZE TABLE casework FINAL")
    (entry,) = register.of(district, "case:1")
    assert entry.event.body == {"title": "real"}
    assert named(settings, district) == {(district, "casework", entry.event.event_id)}


def test_nobody_becomes_an_administrator_by_a_row(register: Register, settings: Settings, store: Store) -> None:
    forged = forge(store, decided("user.added", "user:mallory", "", roles=["administrator"], kept="x"))
    assert user_of(register, "mallory") is None
    register.write(decided("case.opened", "case:1", "maple-falls", 0))
    assert ("", "casework", forged) in named(settings, "maple-falls")
    elsewhere = forge(store, decided("case.opened", "case:9", "nowhere"))
    assert ("", "casework", elsewhere) in named(settings, "maple-falls")


def test_a_violation_stands_as_its_real_decisions_say(register: Register, store: Store, district: str) -> None:
    standing = {"state": "assigned", "outcome": None, "assignee": "gwen", "comment": ""}
    register.write(decided("violation.triaged", "violation:v1", district, 0, **standing))
    closed = {**standing, "state": "closed", "outcome": "false_positive"}
    forge(store, decided("violation.triaged", "violation:v1", district, 1, **closed))
    forge(store, decided("violation.triaged", "violation:v2", district, 0, **closed))
    found = standings(store, district)
    assert {name: one.state for (_, name), one in found.items()} == {"v1": "assigned"}


def test_a_real_mark_on_other_words_fits_nothing(register: Register, store: Store, district: str) -> None:
    register.write(decided("case.opened", "case:1", district, 0, title="real"))
    (real,) = [one.event for one in register.of(district, "case:1")]
    (mark,) = {row.mark for row in store.rows("SELECT mark FROM casework WHERE mark != ''", _Mark)}
    for change in ({"actor": "ana"}, {"kind": "case.closed"}, {"expected_version": None}, {"entity": "case:2"},
                   {"body": {"title": "other"}}, {"role": "reviewer"}, {"purpose": "repair"}):  # fmt: skip
        forge(store, msgspec.structs.replace(real, **change), mark=mark)  # type: ignore[arg-type]
    assert stored.of_noun(store, district, "case") == [real]


class _Mark(msgspec.Struct):
    mark: str


@pytest.mark.parametrize("mark", ["", "0" * 32])
def test_a_decision_that_a_changed_mark_hides_is_named(
    register: Register, settings: Settings, store: Store, district: str, mark: str
) -> None:
    hidden = register.write(decided("case.opened", "case:1", district, 0)).event.event_id
    said = ", ".join(COLUMNS["casework"])
    store.command(f"INSERT INTO casework ({said}) SELECT {said.replace('mark', repr(mark))} FROM casework")
    store.command(f"ALTER TABLE casework DELETE WHERE mark != '{mark}' SETTINGS mutations_sync = 2")
    assert register.of(district, "case:1") == []
    assert (district, "casework", hidden) in named(settings, district)


def test_decisions_of_an_earlier_release_are_listed_once_and_forged_ones_are_not(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    register.write(decided("case.opened", "case:1", district, 0))
    register.write(decided("case.noted", "case:1", district, 1))
    said = ", ".join(name for name in COLUMNS["casework"] if name != "mark")
    store.command(f"INSERT INTO casework ({said}) SELECT {said} FROM casework")
    store.command("ALTER TABLE casework DELETE WHERE mark != '' SETTINGS mutations_sync = 2")
    forge(store, decided("case.closed", "case:1", district, 2))
    assert register.of(district, "case:1") == []
    (settings.hallmonitor_home / BEARERS["casework"].earlier).unlink()
    with Register(settings, store.marking(RowMarks(settings.hallmonitor_home))) as anew:
        assert [one.event.kind for one in anew.of(district, "case:1")] == ["case.opened", "case.noted"]
        forge(store, decided("case.closed", "case:1", district, 2))
        prepare(settings, store)
        assert len(anew.of(district, "case:1")) == 2


def test_after_new_marks_what_was_decided_before_still_holds(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    from model.kafka_client import ends

    register.write(decided("case.opened", "case:1", district, 0))
    Ring(settings.hallmonitor_home).renew(lambda: ends(settings))
    with Register(settings, store.marking(RowMarks(settings.hallmonitor_home))) as anew:
        assert len(anew.of(district, "case:1")) == 1
        assert anew.write(decided("case.noted", "case:1", district, 1)).holds


# Rows of the tables


def test_a_row_of_the_tables_that_cannot_be_read_is_a_sentence_and_the_rest_goes_on(store: Store) -> None:
    home = Fact(table="accounts", key="tbell", row={"account": "tbell", "kind": "personal"})
    store_records(store, [facts([home])])
    bad = [
        ("accounts", "broken", "{not json", "malformed|invalid"),
        ("accounts", "short", '{"account":"x"}', "it has no kind"),
        ("networks", "odd", '{"cidr":"10.0.0.0/99","kind":"school"}', "10.0.0.0/99"),
        ("travel", "slow", '{"org":"a","org_2":"b","minutes":"soon"}', "soon"),
        ("district", "x", '{"timezone":"Mars/Olympus"}', "Mars"),
    ]
    for n, (table, key, row, _) in enumerate(bad):
        told = {"district": "maple-falls", "table": table, "key": key, "row": row, "version": FAR + n, "log_line": 0}
        store.insert_lines("reference", list(told), msgspec.json.encode(told) + b"\n")
    said: list[str] = []
    assert list(reference(store.marking(None), "maple-falls", said.append, whole=True)) == [home]
    assert len(said) == len(bad)
    for one, (table, key, _, why) in zip(said, bad, strict=True):
        assert one.startswith(f"The stored row {table}:{key} cannot be read (")
        assert any(part in one for part in why.split("|")), one


def test_an_ended_row_can_be_read() -> None:
    assert fact_of(FactRow("accounts", "tbell", "")) == Fact(table="accounts", key="tbell", row=None)


def test_a_mark_in_any_letters_stops_no_decision(register: Register, store: Store, district: str) -> None:
    forge(store, decided("case.closed", "case:1", district, 0), mark="é")
    assert register.write(decided("case.opened", "case:1", district, 0, title="real")).holds


def test_a_forged_link_hides_no_case_from_an_analyst(register: Register, store: Store, district: str) -> None:
    register.write(decided("case.opened", "case:7", district, 0, title="real", people=["p9"]))
    forge(store, decided("case.linked", "case:7", district, 1, people=["t1"]))
    assert cases_with(store, {"people": ["t1"]}) == []
    assert cases_with(store, {"people": ["p9"]}) == [(district, "case:7")]


def test_thousands_of_forged_decisions_leave_the_real_one_standing(
    register: Register, store: Store, district: str
) -> None:
    standing = {"state": "assigned", "outcome": None, "assignee": "gwen", "comment": ""}
    register.write(decided("violation.triaged", "violation:v1", district, 0, **standing))
    body = msgspec.json.encode({**standing, "state": "closed"}).decode()
    one = msgspec.structs.asdict(decided("violation.triaged", "violation:v1", district, 1)) | {"body": body}
    rows = ({**one, "event_id": f"f{n}", "log_partition": 9, "log_offset": n, "version": n} for n in range(60_000))
    store.insert_lines("casework", COLUMNS["casework"], b"\n".join(msgspec.json.encode(row) for row in rows))
    assert standings(store, district)[district, "v1"].state == "assigned"
    store_records(store, [violations([violation("v1", district=district)], 4)])
    assert [one.violation_id for one in queue(store, district, Filter(states=("assigned",)))] == ["v1"]
    elsewhere = store.limited({"violations": "district = 'elsewhere'"})
    assert queue(elsewhere, district, Filter(states=("assigned",))) == []


def test_where_too_many_of_both_stand_there_a_sentence_says_so(
    register: Register, store: Store, district: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "_MOST_NAMED", 1)
    for n in range(2):
        register.write(decided("violation.triaged", f"violation:v{n}", district, 0, state="assigned"))
        forge(store, decided("violation.triaged", f"violation:v{n}", district, 1, state="closed"), FAR + n)
    with pytest.raises(QueryFailed, match="2 rows that are nobody's stand in the table casework"):
        standings(store, district)


# Facts of the tables


def state(store: Store, fact: Fact, district: str = "maple-falls", mark: str = "", version: int = FAR) -> None:
    """Write a fact into the table, as somebody with the store's password could."""
    row: dict[str, Any] = msgspec.structs.asdict(fact) | {"row": msgspec.json.encode(fact.row).decode()}
    row |= {"district": district, "log_partition": 9, "log_offset": version, "log_line": 0, "version": version}
    store.insert_lines("reference", COLUMNS["reference"], msgspec.json.encode({**row, "mark": mark}) + b"\n")


TBELL = Fact(table="accounts", key="tbell", row={"account": "tbell", "kind": "personal", "userSourcedId": "t1"})
FRAMED = Fact(table="accounts", key="tbell", row={"account": "tbell", "kind": "personal", "userSourcedId": "s9"})


def test_a_fact_that_nobody_sent_is_in_no_answer_and_is_named(
    register: Register, settings: Settings, store: Store, district: str
) -> None:
    store_records(store, [facts([TBELL])])
    state(store, FRAMED)
    assert list(reference(store, "maple-falls")) == [TBELL]
    assert [one.row for one in told(store, "maple-falls", ["accounts"])] == [TBELL.row]
    state(store, FRAMED, district)
    register.write(decided("case.opened", "case:1", district, 0))
    assert (district, "reference", "accounts:tbell") in named(settings, district)


def test_a_fact_with_a_real_ones_place_does_not_take_its_place(store: Store) -> None:
    store_records(store, [facts([TBELL])])
    columns = ", ".join(f"`{name}`" for name in COLUMNS["reference"])
    other = columns.replace("`row`", f"'{msgspec.json.encode(FRAMED.row).decode()}'")
    store.command(f"INSERT INTO reference ({columns}) SELECT {other} FROM reference")
    store.command("OPTIMIZE TABLE reference FINAL")
    assert list(reference(store, "maple-falls")) == [TBELL]


def test_who_is_at_a_school_is_not_said_by_a_fact_that_nobody_sent(store: Store) -> None:
    role = {"userSourcedId": "p9", "orgSourcedId": "elementary", "role": "student"}
    state(store, Fact(table="roles", key="r9", row=role))
    store_records(store, [violations([violation("v1", person="p9")], 4)])
    principal = User(name="pat", roles=("analyst",), districts=("maple-falls",), schools=("elementary",))
    limits = conditions(principal, Conflict(), store.database)
    assert queue(store.marking(None).limited(limits), "maple-falls", Filter()) != []
    assert queue(store.limited(limits), "maple-falls", Filter()) == []


def test_facts_of_an_earlier_release_still_count(settings: Settings, store: Store, tmp_path: Path) -> None:
    home = settings.model_copy(update={"hallmonitor_home": tmp_path})
    with closing(open_ledger(home)) as ledger:
        store_marked(ledger, store.marking(None), [facts([TBELL])])
    state(store, FRAMED)
    marked = store.marking(RowMarks(tmp_path))
    prepare(home, marked)
    assert list(reference(marked, "maple-falls")) == [TBELL]


def nothing() -> None:
    """What is done by who only waits."""


class _Between:
    """ClickHouse's client, and somebody who does something just before and just after the first question is put."""

    def __init__(self, client: Any, deed: Callable[[], None], after: Callable[[], None] = nothing) -> None:
        self._client = client
        self._deeds = [after, deed]

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return partial(self._then, found) if name in ("raw_query", "raw_stream") else found

    def _then(self, asked: Callable[..., Any], sql: str, **told: Any) -> Any:
        if not self._deeds or "system.parts" in sql:
            return asked(sql, **told)
        self._deeds.pop()()
        answer = asked(sql, **told)
        if len(self._deeds) == 1:
            self._deeds.pop()()
        return answer


def test_a_row_that_is_written_while_a_question_is_put_is_not_believed(store: Store) -> None:
    store_records(store, [facts([TBELL])])
    assert list(reference(store, "maple-falls")) == [TBELL]
    asked = copy.copy(store)
    asked._client = _Between(store._client, lambda: state(store, FRAMED))
    assert [one.row for one in told(asked, "maple-falls", ["accounts"])] == [TBELL.row]


def test_a_row_that_was_written_read_by_another_and_removed_while_a_question_is_put_is_not_believed(
    store: Store,
) -> None:
    store_records(store, [facts([TBELL])])
    assert list(reference(store, "maple-falls")) == [TBELL]
    other = copy.copy(store)

    def written_and_seen() -> None:
        state(store, FRAMED)
        assert list(reference(other, "maple-falls")) == [TBELL]

    def removed() -> None:
        store.command("ALTER TABLE reference DELETE WHERE mark = '' SETTINGS mutations_sync = 2")

    asked = copy.copy(store)
    asked._client = _Between(store._client, written_and_seen, removed)
    assert [one.row for one in told(asked, "maple-falls", ["accounts"])] == [TBELL.row]


def test_an_answer_read_while_such_a_row_is_written_ends_with_a_sentence(store: Store) -> None:
    store_records(store, [facts([TBELL])])
    assert list(reference(store, "maple-falls")) == [TBELL]
    asked = copy.copy(store)
    asked._client = _Between(store._client, lambda: state(store, FRAMED))
    with pytest.raises(Unavailable, match="came while the answer was read"):
        list(reference(asked, "maple-falls"))


def test_what_was_found_in_a_large_part_is_kept_for_the_next_process(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "_LARGE", 1)
    store_records(store, [facts([TBELL])])
    state(store, FRAMED)
    assert list(reference(store, "maple-falls")) == [TBELL]
    anew = store.marking(RowMarks(settings.hallmonitor_home))
    monkeypatch.setattr(RowMarks, "ours", lambda *_: pytest.fail("a part was looked through again"))
    assert list(reference(anew, "maple-falls")) == [TBELL]


def test_what_was_found_in_a_part_is_kept_no_longer_than_the_part(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "_LARGE", 1)
    store, folder = store.marking(RowMarks(tmp_path)), tmp_path / lookout.LOOKED
    store_records(store, [facts([TBELL])])
    store.command("INSERT INTO casework (district, entity, event_id) VALUES ('d1', 'case:1', 'forged-1')")
    assert stored.matching(store) == []
    (of_decisions,) = folder.iterdir()
    assert list(reference(store, "maple-falls")) == [TBELL]
    (of_facts,) = set(folder.iterdir()) - {of_decisions}
    state(store, FRAMED)
    store.command("OPTIMIZE TABLE reference FINAL")
    assert list(reference(store, "maple-falls")) == [TBELL]
    left = set(folder.iterdir())
    assert (len(left), of_decisions in left, of_facts in left) == (2, True, False)
