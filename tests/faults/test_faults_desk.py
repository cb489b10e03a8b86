"""kill -9 in the midst of decisions, purges and productions: nothing lost, nothing doubled, the ledger intact.

HALLMONITOR_FAULTS_KILLS says how many kills (default: two of each kind; six where HALLMONITOR_FAULTS=short).
"""

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer, TopicPartition

from casework import users
from casework.register import Register
from infra.local.stack import Stack
from model import topics
from model.clock import now
from model.kafka_client import checker, client
from model.keyring import Stranger
from producers.broker import create_topics
from simulator.options import Options
from simulator.simulation import simulate
from storage.client import Store, connect
from storage.ledger.book import Book
from storage.ledger.reading import ids_in
from storage.migrate import migrate
from storage.retention.certificate import certificates
from tests.support.desk_drill import PASSWORD, VICTIMS, Attempt, DeskDrill

pytestmark = pytest.mark.faults
SHORT = os.environ.get("HALLMONITOR_FAULTS") == "short"
SEED = int(os.environ.get("HALLMONITOR_FAULTS_SEED", "1"))
DEEDS = ("decide", "purge", "produce")
KILLS = int(os.environ.get("HALLMONITOR_FAULTS_KILLS", 6 if SHORT else 2 * len(DEEDS) * len(VICTIMS)))
PEOPLE, DAYS = 100, 3
SAME = ("production.csv", "production.dat", "withholding_index.csv", "reconciliation.json")


class _Row(msgspec.Struct):
    event_id: str
    kind: str
    body: str


class _Busy(msgspec.Struct):
    account: str
    first: str


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "stack") as stack:
        yield stack


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One home for who decides and for the commands: a decision counts by its home's marks."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = connect(stack.settings(hallmonitor_home=home))
    migrate(store)
    yield store
    store.close()


@pytest.fixture
def drill(stack: Stack, store: Store, home: Path, tmp_path: Path) -> Iterator[DeskDrill]:
    """A district that was run once, its records officer and administrator, and the run going on."""
    folder = tmp_path / "district"
    simulate(folder, Options(SEED, PEOPLE, days=DAYS))
    drill = DeskDrill(stack, folder, home, Options(SEED).slug, random.Random(SEED))
    settings = stack.settings(kafka_partitions=2, hallmonitor_home=home)
    create_topics(settings, topics.ALL)
    drill.quietly("run", str(folder), "--until-idle")
    with Register(settings, store) as register:
        register.write(users.added("ruth", ["records_officer"], PASSWORD, now(), "ada", "administrator"))
        register.write(users.added("adam", ["administrator"], PASSWORD, now(), "ada", "administrator"))
    drill.start()
    yield drill
    drill.end()


def decisions(store: Store) -> list[_Row]:
    return store.rows("SELECT event_id, kind, body FROM casework FINAL ORDER BY version", _Row)


def sent(drill: DeskDrill) -> list[str]:
    """The ids of the decisions that stand in Kafka and are ours, as often as they stand there."""
    settings = drill.stack.settings(kafka_partitions=2, hallmonitor_home=drill.home)
    consumer = KafkaConsumer(**client(settings), enable_auto_commit=False)
    places = [TopicPartition(topics.CASEWORK.name, n) for n in sorted(consumer.partitions_for_topic("audit.casework"))]
    consumer.assign(places)
    consumer.seek_to_beginning()
    ends, ours, found = consumer.end_offsets(places), checker(settings), list[str]()
    while any(consumer.position(place) < end for place, end in ends.items()):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                try:
                    ours.serial(record)
                except Stranger as stranger:
                    raise AssertionError("a record of ours is no stranger's") from stranger
                found += ids_in(record).values() if record.value else []
    consumer.close()
    return found


def ended_well(attempts: list[Attempt], what: str) -> list[Attempt]:
    return [one for one in attempts if one.what == what and one.code == 0]


def opened(drill: DeskDrill, store: Store) -> tuple[str, date]:
    """A request about the busiest account, and the first day of the log."""
    busiest = store.rows(
        "SELECT account, toString(toDate(min(occurred_at))) AS first FROM events WHERE account != '' AND"
        " occurred_at > toDateTime64('2000-01-01', 3) GROUP BY account ORDER BY count() DESC LIMIT 1",
        _Busy,
    )[0]
    out = drill.quietly(
        "request", "open", drill.district, "--law", "ok.ora", "--received", "2026-03-16", "--requester", "Pat Doe",
        "--text", "All records of an account", "--account", busiest.account, "--from", "2020-01-01",
        "--to", "2030-01-01", "--user", "ruth",
    )  # fmt: skip
    return str(json.loads(out)["request_id"]), date.fromisoformat(busiest.first)


def test_whatever_is_killed_decisions_purges_and_productions_are_whole_and_once(
    drill: DeskDrill, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request, first = opened(drill, store)
    plan = [(deed, victim) for deed in DEEDS for victim in VICTIMS] * (KILLS // (len(DEEDS) * len(VICTIMS)) + 1)
    drill.chance.shuffle(plan)
    plan = plan[:KILLS]
    plans: list[str] = []
    for n, (deed, victim) in enumerate(plan):
        if deed == "decide":
            drill.decide(victim)
        elif deed == "purge":
            year_later = first + timedelta(days=366 + len(plans) // 2)
            plans.append(drill.purge(victim, year_later.isoformat()))
        else:
            drill.produce(victim, request, tmp_path / f"out-{n}")
    drill.quietly("hold", "list", drill.district)
    with capsys.disabled():
        print(f"\n{len(drill.kills)} kills: {dict(Counter(drill.kills))}")
    assert len(drill.kills) == KILLS
    assert_decided_once(drill, store)
    assert_purged_once(drill, store, plans)
    assert_produced_and_recorded(drill, store)
    drill.quietly("ledger", "verify", drill.district)


def assert_decided_once(drill: DeskDrill, store: Store) -> None:
    """What a command said it had done is there, once; what it did not live to say is there once or not at all."""
    drill.quietly("hold", "place", drill.district, "--matter", "last", "--kind", "audit", "--reason", "r",
                  "--account", "nobody", "--user", "ruth")  # fmt: skip
    rows = decisions(store)
    matters = Counter(json.loads(row.body).get("matter") for row in rows if row.kind == "hold.placed")
    assert max(matters.values()) == 1
    placed = ended_well(drill.attempts, "hold place")
    assert [one.token for one in placed if matters[one.token] != 1] == []
    ids = sent(drill)
    assert len(ids) == len(set(ids))
    assert set(ids) == {row.event_id for row in rows}


def assert_purged_once(drill: DeskDrill, store: Store, plans: list[str]) -> None:
    """Every plan has one certificate, and nothing that was due is left."""
    book = Book(drill.home)
    made = Counter(one["plan_id"] for one in certificates(book.entries(drill.district)))
    book.close()
    assert made == dict.fromkeys(plans, 1)
    rows = [json.loads(row.body) for row in decisions(store) if row.kind == "retention.run"]
    assert len({one["certificate_id"] for one in rows}) == len(plans)
    assert len(rows) == len(plans)


def assert_produced_and_recorded(drill: DeskDrill, store: Store) -> None:
    """A folder that is there is whole, signed and recorded; its rows are the same each time."""
    recorded = {json.loads(row.body)["signature"] for row in decisions(store) if row.kind == "request.produced"}
    attempts = [one for one in drill.attempts if one.what == "request produce"]
    made: list[dict[str, bytes]] = []
    for one in attempts:
        folder = Path(one.token)
        assert folder.exists() or one.code != 0
        if folder.exists():
            drill.quietly("verify", str(folder))
            manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
            assert manifest["signature"] in recorded, f"{folder} left the house and nobody wrote it down"
            made.append({name: (folder / name).read_bytes() for name in SAME})
    assert made or not attempts
    assert all(one == made[0] for one in made)
