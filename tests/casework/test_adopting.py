"""`replay --adopt` on real servers: who may, what the log is told, what the judge makes of it, what is left alone."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from casework import users
from casework.adoptions import Replayed, sorted_out
from casework.register import Register
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact, Tick
from model.clock import now
from model.codec import encode_batch
from model.compared import compared
from model.settings import Settings
from model.topics import CASEWORK, DEAD_LETTERS, EVENTS, LOG, VIOLATIONS
from model.violation import Violation, decode_violation
from producers import broker
from storage.client import Store
from storage.queries.violations import revisions
from storage.row_marks import RowMarks
from streams.engine.engine import Engine
from tests.streams.test_detections import events_of, judged
from tests.support import small_district
from tests.support.detection_cases import cases_of
from tests.support.small_district import CATEGORIES, ZONE, at_ms, fact, fact_batch, tick_batch
from tests.support.storage_cases import DISTRICT, events, facts, fresh_store, store_records, violations

PASSWORD = "correct horse battery"
PAIR = {"person": "p-bell", "device_id": "LT-1", "device_id_2": "LAB-1", "declared_by": "it"}
WHOLE: dict[str, Any] = cases_of("shared_account")
CASE = WHOLE["cases"][0]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: its log is the log that the judge reads."""
    with Stack(tmp_path_factory.mktemp("adopting-stack")) as own:
        yield own


@pytest.fixture(scope="module")
def found() -> Violation:
    """What the judge found when nobody had entered that the two devices belong together."""
    return judged(WHOLE, CASE)[0]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for who stores and who reads: a fact counts by its home's marks."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def store(stack: Stack, found: Violation, home: Path) -> Iterator[Store]:
    """The finding, its events, and the pairing that was entered much later."""
    store = fresh_store(stack, f"adopting_{uuid.uuid4().hex[:8]}").marking(RowMarks(home))
    named = {"name": "Maple Falls", "timezone": "America/Chicago", "policy": "union-ok"}
    told = [*small_district.facts(WHOLE["reference"], ZONE), fact("pairings", PAIR, ZONE)]
    told = [Fact(table="district", key=DISTRICT, row=named) if one.table == "district" else one for one in told]
    store_records(store, [facts(told, 1), events(events_of(CASE, ZONE), 2), violations([found], 3)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, home: Path) -> Settings:
    settings = stack.settings(clickhouse_url=store.url, kafka_partitions=4, hallmonitor_home=home)
    broker.create_topics(settings, [LOG, EVENTS, VIOLATIONS, DEAD_LETTERS, CASEWORK])
    key, value, headers = encode_batch(tick_batch(Tick(source_id="dc1", reached_at=at_ms("2026-03-04 08:00", ZONE))))
    with closing(broker.producer(settings)) as producer:
        producer.send(LOG.name, value=value, key=key, headers=headers, partition=0).get(timeout=30)
    with Register(settings, store) as register:
        register.write(users.added("ana", ["analyst"], PASSWORD, now(), "ada", "administrator"))
        register.write(users.added("vic", ["viewer"], PASSWORD, now(), "ada", "administrator"))
    return settings


def asked(settings: Settings, *arguments: str) -> Result:
    environment: dict[str, Any] = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    environment |= {"KAFKA_PARTITIONS": "4", "HALLMONITOR_PASSWORD": PASSWORD}
    return CliRunner().invoke(main, ["replay", *arguments], env=environment)


def told(settings: Settings) -> list[Any]:
    """The commands that stand in the log."""
    return [batch for _, batch in broker.records(settings, LOG.name, 0, 0) if batch.kind == "command"]


def test_it_needs_somebody_who_may_and_why_and_the_pack_in_force(settings: Settings) -> None:
    before = told(settings)
    assert asked(settings, "--adopt", "--why", "a pairing").exit_code == 2
    assert asked(settings, "--adopt", "--user", "ana").exit_code == 2
    assert asked(settings, "--adopt", "--user", "ana", "--why", "x", "--policy", "quincy-ma").exit_code == 2
    assert asked(settings, "--adopt", "--user", "vic", "--why", "x").exit_code == 1
    assert told(settings) == before


def test_nothing_is_adopted_while_a_row_of_the_tables_cannot_be_read(settings: Settings, store: Store) -> None:
    place = {"version": 1 << 40, "log_partition": 0, "log_offset": 1 << 40, "log_line": 0}
    times = dict.fromkeys(("valid_from", "valid_to", "recorded_at"))
    row = {"district": DISTRICT, "table": "accounts", "key": "broken", "row": "{not json", **times, **place}
    marked = RowMarks(settings.hallmonitor_home).marked("reference", msgspec.json.encode(row))
    store.insert_lines("reference", [*row, "mark"], marked + b"\n")
    before = len(told(settings))
    try:
        looked, done = asked(settings, "--compare"), asked(settings, "--adopt", "--why", "two of hers", "--user", "ana")
    finally:
        store.command("ALTER TABLE reference DELETE WHERE key = 'broken' SETTINGS mutations_sync = 2")
    assert (looked.exit_code, done.exit_code, len(told(settings)) - before) == (0, 1, 0)
    assert "accounts:broken cannot be read" in " ".join(looked.stderr.split())
    assert "1 stored row of the district's tables cannot be read" in done.stderr


def test_what_history_no_longer_shows_is_withdrawn_by_the_judge_with_who_and_why(
    settings: Settings, store: Store, found: Violation
) -> None:
    done = asked(settings, "--adopt", "--user", "ana", "--why", "the pairing was entered late")
    assert done.exit_code == 0, done.output
    (change,) = map(json.loads, done.stdout.splitlines())
    assert (change["change"], change["violation_id"]) == ("vanishes", found.violation_id)
    assert asked(settings, "--adopt", "--user", "ana", "--why", "sent once more").exit_code == 0
    revised = _revised(settings)
    withdrawn = (found.violation_id, "withdrawn", found.revision + 1)
    assert [(one.violation_id, one.status, one.revision) for one in revised] == [withdrawn]
    assert revised[0].adopted is not None
    assert (revised[0].adopted.by, revised[0].adopted.why) == ("ana", "the pairing was entered late")
    store_records(store, [violations(revised, 4)])
    assert [one.status for one in revisions(store, DISTRICT, found.violation_id)] == ["withdrawn", "open"]
    again = asked(settings, "--adopt", "--user", "ana", "--why", "nothing is left")
    assert (again.exit_code, again.stdout, len(told(settings))) == (0, "", 2)


def _revised(settings: Settings) -> list[Violation]:
    """What a judge that has forgotten the day gives out for the commands."""
    judge = Engine(DISTRICT)
    settings_of_it = ("district", "policy", "source")
    judge.observe(fact_batch([one for one in small_district.facts({}, ZONE) if one.table in settings_of_it]))
    at = at_ms("2026-04-20 12:00:00", ZONE)
    judge.observe(tick_batch(*(Tick(source_id=source, reached_at=at) for source in CATEGORIES.values())))
    judge.judge()
    for batch in told(settings):
        judge.observe(batch)
    output = judge.take()
    assert output.dead_letters == []
    return [decode_violation(line) for line in output.violations]


def test_what_rests_on_records_that_are_gone_is_left_as_it_is(store: Store, found: Violation) -> None:
    lost = msgspec.structs.replace(found, violation_id="v-lost", event_ids=["no-such-event"])
    stored = {found.violation_id: found, "v-lost": lost}
    changes = compared(stored.values(), [])
    kept, left = sorted_out(store, Replayed(DISTRICT, stored, {}, changes))
    assert [one.violation_id for one in kept] == [found.violation_id]
    assert [(one.change.violation_id, one.why) for one in left] == [
        ("v-lost", "records that prove it are not stored any more")
    ]
