"""The commands that ask the store, run as a person runs them, against real servers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from infra.local.stack import Stack
from model import topics
from model.batch import Batch
from model.codec import encode_batch
from model.dead_letter import DeadLetter
from model.event import decode_event
from model.settings import Settings
from producers import broker
from storage.client import Store
from tests.support.storage_cases import (
    DISTRICT,
    dead_letters,
    event,
    events,
    fresh_store,
    store_records,
    violation,
    violations,
)

SSHD = "2026-03-04T14:00:00.123456-05:00 gate sshd[812]: Accepted publickey for tbell from 10.1.0.7 port 51000 ssh2"
YAML = f"""
id: {DISTRICT}
name: Maple Falls School District
timezone: America/New_York
policy: union-ok
sources:
  - {{id: gate, product: sshd}}
"""


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_commands")
    store_records(store, [events([event("e1", account="tbell", address="10.1.0.7", raw="\x1b[31mraw")], 1)])
    store_records(store, [violations([violation("v1abc"), violation("v2abc", status="suppressed")], 1)])
    parse = {"stage": "parse", "reason": "not read", "district": DISTRICT, "source_id": "gate"}
    letters = [
        DeadLetter(dead_letter_id="d1", raw=SSHD, origin="f0:77", **parse),
        DeadLetter(dead_letter_id="d2", raw="\x00\x01", origin="f0:99", **parse),
    ]
    store_records(store, [dead_letters(letters, 1)])
    yield store
    store.close()


@pytest.fixture
def environment(stack: Stack, store: Store) -> dict[str, str]:
    return {**stack.environment, "CLICKHOUSE_URL": store.url}


def asked(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)


def test_violations_as_json_are_whole_and_leave_out_what_is_excused(environment: dict[str, str]) -> None:
    lines = asked(environment, "violations", "--json").stdout.splitlines()
    assert [json.loads(line)["violation_id"] for line in lines] == ["v1abc"]
    assert json.loads(lines[0])["evidence"]["subject"] == "tbell"


def test_violations_of_every_status_when_asked(environment: dict[str, str]) -> None:
    assert len(asked(environment, "violations", "--all", "--json").stdout.splitlines()) == 2


def test_show_takes_the_beginning_of_an_id_and_shows_raw_without_driving_the_terminal(
    environment: dict[str, str],
) -> None:
    shown = asked(environment, "show", "v1").stdout
    assert "tbell was used at two schools at once" in shown
    assert "[31mraw" in shown
    assert "\x1b" not in shown


def test_show_of_nothing_is_an_answer_that_is_not_as_it_should_be(environment: dict[str, str]) -> None:
    assert asked(environment, "show", "nope").exit_code == 1


def test_a_timeline_is_ndjson_of_events(environment: dict[str, str]) -> None:
    lines = asked(environment, "timeline", "tbell", "--json").stdout.splitlines()
    assert [json.loads(line)["event_id"] for line in lines] == ["e1"]


def test_a_search_by_pattern_and_time(environment: dict[str, str]) -> None:
    assert asked(environment, "search", "10.1.*", "--from", "2026-03-04", "--json").exit_code == 0
    assert asked(environment, "search", "10.1.*", "--from", "2026-03-05").exit_code == 1


def test_a_search_for_nothing_is_used_wrongly(environment: dict[str, str]) -> None:
    assert asked(environment, "search", "*").exit_code == 2


def test_without_a_stack_the_error_says_what_to_do(tmp_path: Path) -> None:
    result = asked({"CLICKHOUSE_URL": "", "KAFKA_BOOTSTRAP": "", "HALLMONITOR_HOME": str(tmp_path)}, "violations")
    assert result.exit_code == 1
    assert "hallmonitor up" in result.stderr


def test_a_retry_sends_what_can_be_read_now_and_says_what_cannot(
    environment: dict[str, str], store: Store, tmp_path: Path
) -> None:
    (tmp_path / "district.yaml").write_text(YAML)
    settings = Settings(**{name.lower(): value for name, value in environment.items()})
    broker.create_topics(settings, topics.ALL)
    partition = _claim(settings)
    result = asked(environment, "dead-letters", "retry", str(tmp_path))
    assert "d2 is refused still" in result.stderr
    assert result.exit_code == 1
    sent = [batch for _, batch in broker.records(settings, topics.LOG.name, partition, 0) if batch.count]
    again = decode_event(sent[-1].body.strip())
    assert (again.account, again.offset, again.raw) == ("tbell", 77, SSHD)
    listed = [json.loads(line) for line in asked(environment, "dead-letters", "list", "--json").stdout.splitlines()]
    assert {one["dead_letter_id"]: one["retries"] for one in listed} == {"d1": 1, "d2": 0}


def _claim(settings: Settings) -> int:
    owners = broker.owners(settings, topics.LOG.name)
    partition = owners.index(DISTRICT) if DISTRICT in owners else owners.index(None)
    key, value, headers = encode_batch(Batch(kind="tick", district=DISTRICT, source_id="", body=b"", count=0))
    producer = broker.producer(settings)
    producer.send(topics.LOG.name, key=key, value=value, headers=headers, partition=partition).get(timeout=30)
    producer.close()
    return partition
