"""What the records desk tells the judge: searches and a nightly check, from the command line to a finding."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casework import users
from casework.register import Register, decision
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact, Tick
from model.clock import now
from model.codec import encode_batch
from model.dead_letter import DeadLetter
from model.settings import Settings
from model.topics import CASEWORK, DEAD_LETTERS, EVENTS, LOG, VIOLATIONS
from model.violation import Violation, decode_violation
from producers import broker
from storage.client import Store
from storage.ledger.stamps import folder_of
from storage.row_marks import RowMarks
from streams.engine.engine import Engine
from tests.support.small_district import ZONE, tick_batch
from tests.support.small_district import facts as district_facts
from tests.support.storage_cases import DISTRICT, dead_letters, event, events, facts, fresh_store, store_records

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: its log is the log that the judge reads."""
    with Stack(tmp_path_factory.mktemp("told-stack")) as own:
        yield own


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for who stores and who reads: a fact counts by its home's marks."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = fresh_store(stack, f"told_{uuid.uuid4().hex[:8]}").marking(RowMarks(home))
    row = {"name": "Maple Falls", "timezone": "America/Chicago", "policy": "union-ok"}
    told = [
        *(one for one in district_facts({}, ZONE) if one.table != "district"),
        Fact(table="district", key=DISTRICT, row=row),
        Fact(table="users", key="t1", row={"sourcedId": "t1", "givenName": "Ana", "familyName": "Bell"}),
        Fact(table="users", key="t2", row={"sourcedId": "t2", "givenName": "Ida", "familyName": "Kohl"}),
        Fact(table="accounts", key="abell", row={"account": "abell", "person": "t1", "kind": "personal"}),
    ]
    old = event("old", occurred_at="2020-03-04T14:00:00.000Z", account="abell", person="t1")
    letter = DeadLetter(dead_letter_id="d1", district=DISTRICT, source_id="dc1", stage="parse", reason="r", raw="x")
    store_records(store, [facts(told, 1), events([old], 2), dead_letters([letter], 3)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, home: Path) -> Settings:
    settings = stack.settings(clickhouse_url=store.url, kafka_partitions=4, hallmonitor_home=home)
    broker.create_topics(settings, [LOG, EVENTS, VIOLATIONS, DEAD_LETTERS, CASEWORK])
    key, value, headers = encode_batch(tick_batch(Tick(source_id="dc1", reached_at=1_772_600_000_000)))
    with closing(broker.producer(settings)) as producer:
        producer.send(LOG.name, value=value, key=key, headers=headers, partition=0).get(timeout=30)
    with Register(settings, store) as register:
        register.write(users.added("ana", ["analyst"], PASSWORD, now(), "ada", "administrator", person="t1"))
        register.write(users.added("ida", ["viewer"], PASSWORD, now(), "ada", "administrator", person="t2",
                                   supervises=["t1"]))  # fmt: skip
        register.write(users.added("ruth", ["records_officer"], PASSWORD, now(), "ada", "administrator"))
        for kind in ("case.opened", "case.closed"):
            body = {"title": "VPN"}
            register.write(decision("case:7", kind, now(), actor="ana", role="analyst", district=DISTRICT, body=body))
    return settings


def asked(settings: Settings, *arguments: str) -> Result:
    environment: dict[str, Any] = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    environment |= {"KAFKA_PARTITIONS": "4", "HALLMONITOR_PASSWORD": PASSWORD}
    return CliRunner().invoke(main, arguments, env=environment)


def found(settings: Settings, detection: str) -> dict[str, Violation]:
    """What the judge finds of a detection in the whole log, by reason."""
    from tests.support.small_district import fact_batch

    engine = Engine(DISTRICT)
    engine.observe(fact_batch(district_facts({"users": [{"sourcedId": "t2", "givenName": "Ida", "familyName": "Kohl"}]},
                                             ZONE)))  # fmt: skip
    for _, batch in broker.records(settings, LOG.name, 0, 0):
        engine.observe(batch)
        engine.judge()
    engine.observe(tick_batch(Tick(source_id="dc1", reached_at=1_772_700_000_000)))
    engine.judge()
    taken = engine.take()
    assert taken.dead_letters == []
    return {one.reason: one for one in map(decode_violation, taken.violations) if one.detection == detection}


def test_a_search_becomes_a_finding_about_who_searched(settings: Settings) -> None:
    assert asked(settings, "timeline", "abell", "--user", "ana", "--json").exit_code == 0
    assert asked(settings, "search", "Ida Kohl", "--user", "ana").exit_code == 1
    assert asked(settings, "search", "10.1.0.7", "--case", "7", "--user", "ana").exit_code == 1
    told = found(settings, "investigator_misuse")
    assert told.keys() == {"self", "supervisor", "after_closing"}
    assert {(one.account, one.person) for one in told.values()} == {("ana", "t1")}
    assert told["supervisor"].headline.startswith("ana looked up Ida Kohl, who supervises them")
    assert all(one.status == "open" for one in told.values())


def test_a_check_becomes_a_finding_about_the_records(settings: Settings) -> None:
    done = asked(settings, "retention", "check", DISTRICT, "--user", "ruth", "--json")
    assert done.exit_code == 1, done.output
    wrong = {(one["kind"], one["record_class"]): one for one in map(json.loads, done.stdout.splitlines())}
    assert wrong[("overdue", "auth_events")]["rows"] == 1
    assert wrong[("overdue", "auth_events")]["days"] > 1_000
    told = found(settings, "retention_breach")
    assert told.keys() == {"overdue"}
    assert "past the schedule still exist, the oldest by" in told["overdue"].headline
    assert "takes the role records_officer" in asked(settings, "retention", "check", DISTRICT, "--user", "ana").output


def test_a_district_that_was_never_run_is_searched_all_the_same(settings: Settings) -> None:
    before = len(list(broker.records(settings, LOG.name, 1, 0)))
    assert asked(settings, "search", "nobody", "--district", DISTRICT).exit_code == 1
    assert len(list(broker.records(settings, LOG.name, 1, 0))) == before


def test_a_check_that_has_nothing_to_check_time_stamps_by_says_so(settings: Settings) -> None:
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{DISTRICT}-1.tsr").write_bytes(b"a stamp")
    done = asked(settings, "retention", "check", DISTRICT, "--user", "ruth")
    assert done.output.startswith("Error: there are time stamps, and LEDGER_TSA_CERTIFICATES names nothing")
