"""Answers that are whole: names, local times, order, evidence, exports, and what is refused with a hint."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from cli.csv_export import refuse_what_is_no_file
from cli.known import UsedWrongly
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.violation import Exhibit
from storage.client import Store
from tests.storage.test_people import person
from tests.support.storage_cases import (
    DISTRICT,
    event,
    events,
    facts,
    fresh_store,
    store_records,
    violation,
    violations,
)

MANY = 10_500  # more than any page holds


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_answers")
    row = {"name": "Maple Falls School District", "timezone": "America/New_York", "policy": "union-ok"}
    told = [Fact(table="district", key=DISTRICT, row=row), *person("p1", "Theo", "Bell"), *person("p2", "Tess", "Bell")]
    proof = Exhibit(event_id="e1", occurred_at="2026-03-04T14:00:00.000Z", source_id="dc1", shows="a logon",
                    device_id="LAB-07", address="10.1.0.7")  # fmt: skip
    evidence = msgspec.structs.replace(violation("x").evidence, exhibits=[proof])
    lines = [
        event(f"z{9 - n}", "15:00:00", account="inorder", source_id="gate", offset=n * 100, raw=f"line {n}")
        for n in range(5)
    ]
    logon = event("e1", account="tbell", person="p1", device_id="LAB-07", mac="a4:bb:6d:00:00:01", raw='=1+1,"x"\n')
    many = [event(f"m{n:05}", "16:00:00", account="busy", offset=n) for n in range(MANY)]
    store_records(store, [facts(told, 1), events([logon, *lines], 2), events(many, 3)])
    found = [violation("v1abc", evidence=evidence, person="p1"), violation("v1abd", event_ids=[], account="other")]
    store_records(store, [violations(found, 4)])
    yield store
    store.close()


@pytest.fixture
def ask(stack: Stack, store: Store):  # type: ignore[no-untyped-def]
    environment = {**stack.environment, "CLICKHOUSE_URL": store.url}

    def asked(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environment, catch_exceptions=False)

    return asked


def ids(result: Result) -> list[str]:
    return [json.loads(line)["event_id"] for line in result.stdout.splitlines()]


def test_a_timeline_is_asked_for_by_a_persons_name(ask) -> None:  # type: ignore[no-untyped-def]
    found = ask("timeline", "Theo Bell", "--json")
    assert ids(found) == ["e1"]
    assert "Theo Bell is person:p1" in found.stderr


def test_an_ambiguous_name_is_used_wrongly_and_lists_who_is_meant(ask) -> None:  # type: ignore[no-untyped-def]
    for command in (("timeline", "bell"), ("search", "bell"), ("violations", "--subject", "bell")):
        found = ask(*command)
        assert found.exit_code == 2
        assert "ambiguous" in found.stderr
        assert "person:p1  Theo Bell  student  HS" in found.stderr


def test_times_are_local_unless_they_say_otherwise_and_the_answer_says_which(ask) -> None:  # type: ignore[no-untyped-def]
    assert ids(ask("timeline", "tbell", "--from", "2026-03-04T09:00", "--to", "2026-03-04T09:01", "--json")) == ["e1"]
    assert ids(ask("timeline", "tbell", "--from", "2026-03-04T14:00Z", "--json")) == ["e1"]
    later = ask("timeline", "tbell", "--from", "2026-03-04T14:00", "--json")
    assert (later.exit_code, ids(later)) == (1, [])
    assert "Times are in America/New_York: from March 4, 2026, 2:00 PM EST" in later.stderr


def test_events_of_one_instant_stand_as_the_file_has_them(ask) -> None:  # type: ignore[no-untyped-def]
    assert ids(ask("timeline", "inorder", "--json")) == ["z9", "z8", "z7", "z6", "z5"]
    first = ask("timeline", "inorder", "--json", "--limit", "2")
    after = first.stderr.split("--after '")[1].split("'")[0]
    assert ids(first) + ids(ask("timeline", "inorder", "--json", "--after", after)) == ["z9", "z8", "z7", "z6", "z5"]
    assert ids(ask("search", "inorder", "--json")) == ["z5", "z6", "z7", "z8", "z9"]


@pytest.mark.parametrize("subject", ["device:LAB-07", "10.1.0.7", "a4-bb-6d-00-00-01", "LAB-0*"])
def test_a_timeline_lists_the_violations_in_whose_evidence_it_stands(ask, subject: str) -> None:  # type: ignore[no-untyped-def]
    said = ask("timeline", subject, "--json").stderr
    assert "v1abc" in said
    assert "v1abd" not in said


def test_a_csv_holds_everything_with_its_manifest(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "busy.csv"
    assert ask("timeline", "account:busy", "--csv", str(file), "--limit", "3").exit_code == 0
    body = file.read_bytes()
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [one["event_id"] for one in rows] == [f"m{n:05}" for n in range(MANY)]
    assert rows[0]["local_time"] == "2026-03-04T11:00:00-05:00"
    told = json.loads((tmp_path / "busy.csv.manifest.json").read_text())
    assert (told["rows"], told["sha256"]) == (MANY, hashlib.sha256(body).hexdigest())
    assert told["criteria"]["subject"] == "busy"
    assert told["made_by"]
    assert told["made_at"]
    assert not list(tmp_path.glob("*.part"))


def test_an_export_says_in_a_sentence_why_it_cannot_be_written(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = ask("timeline", "tbell", "--csv", str(tmp_path / "nowhere" / "x.csv"))
    assert found.exit_code == 1
    assert "there is no folder" in found.stderr


def test_an_unclear_beginning_of_an_id_is_refused_with_the_candidates(ask) -> None:  # type: ignore[no-untyped-def]
    found = ask("show", "v1ab")
    assert found.exit_code == 2
    assert "v1abc" in found.stderr
    assert "v1abd" in found.stderr
    assert ask("show", "v1abc").exit_code == 0


def test_a_violation_is_shown_with_names_and_local_times(ask) -> None:  # type: ignore[no-untyped-def]
    said = ask("show", "v1abc").stdout
    assert "Theo Bell (p1)" in said
    assert "Wednesday, March 4, 2026, 9:00 AM – 10:00 AM EST (1 h)" in said


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (("violations", "--detection", "shared_acount"), "did you mean shared_account"),
        (("violations", "--district", "maple-fals"), "did you mean maple-falls"),
        (("timeline", "x", "--district", "maple-fals"), "did you mean maple-falls"),
        (("search", "x", "--district", "zzz"), "stored are: maple-falls"),
        (("show", "v1abc", "--district", "maple-fals"), "did you mean maple-falls"),
        (("dead-letters", "list", "--district", "maple-fals"), "did you mean maple-falls"),
        (("replay", "--district", "maple-fals"), "did you mean maple-falls"),
        (("parse", "squidd"), "did you mean squid"),
        (("timelne", "x"), "did you mean timeline"),
        (("policy", "check", "union-okk"), "did you mean union-ok"),
        (("timeline", "x", "--after", "y"), "is not what a page said"),
        (("show", "v1abc", "--pdf"), "belong together"),
    ],
)
def test_what_is_not_known_is_used_wrongly_and_says_what_is_near(ask, asked: tuple[str, ...], hint: str) -> None:  # type: ignore[no-untyped-def]
    found = ask(*asked)
    assert found.exit_code == 2
    assert hint in " ".join(found.stderr.split())


def test_a_list_that_was_cut_says_so(ask) -> None:  # type: ignore[no-untyped-def]
    assert "1 of 2 violations" in ask("violations", "--all", "--limit", "1", "--json").stderr


def test_a_home_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = {"HALLMONITOR_HOME": str(tmp_path / "file" / "home"), "CLICKHOUSE_URL": "", "KAFKA_BOOTSTRAP": ""}
    found = CliRunner().invoke(main, ["up"], env=place)
    assert isinstance(found.exception, SystemExit)
    assert found.exit_code == 1
    assert "HALLMONITOR_HOME" in found.stderr


def test_a_server_that_does_not_answer_is_a_sentence() -> None:
    away = {"CLICKHOUSE_URL": "http://127.0.0.1:9/x", "KAFKA_BOOTSTRAP": "127.0.0.1:9"}
    found = CliRunner().invoke(main, ["timeline", "x"], env=away)
    assert isinstance(found.exception, SystemExit)
    assert "Error: no ClickHouse at 127.0.0.1:9" in found.stderr


def test_a_wrong_setting_is_a_sentence() -> None:
    found = CliRunner().invoke(main, ["violations"], env={"KAFKA_PARTITIONS": "many"})
    assert isinstance(found.exception, SystemExit)
    assert "KAFKA_PARTITIONS" in found.stderr


def test_an_export_replaces_no_folder_and_no_device(tmp_path: Path) -> None:
    for place in (tmp_path, Path("/dev/null")):
        with pytest.raises(UsedWrongly, match="no file that can be replaced"):
            refuse_what_is_no_file(place)
    refuse_what_is_no_file(tmp_path / "new.csv")
