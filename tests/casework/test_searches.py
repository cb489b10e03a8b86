"""Auditors are audited: a search, timeline or export is kept with who, why and how much, or it is not shown."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from getpass import getuser
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from casework import users
from casework.register import Register
from casework.requests.request import Request
from casework.requests.steps import Actor, looked
from casework.searches import made, tell
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.settings import Settings
from model.topics import EVENTS
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.responsive import Criteria
from storage.queries.subject import Subject
from storage.queries.timeline import Span
from storage.row_marks import RowMarks
from tests.support.desk_cases import line
from tests.support.storage_cases import event, events, facts, fresh_store, store_records

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = fresh_store(stack, f"searches_{uuid.uuid4().hex[:8]}").marking(RowMarks(home))
    row = {"name": "Maple Falls", "timezone": "America/New_York", "policy": "union-ok"}
    tess = {"sourcedId": "p17", "givenName": "Tessa", "familyName": "Bell"}
    own = {"account": "tbell", "person": "p17", "kind": "personal"}
    told = [Fact(table="district", key="maple-falls", row=row), Fact(table="users", key="p17", row=tess),
            Fact(table="accounts", key="tbell", row=own)]  # fmt: skip
    store_records(store, [facts(told, 1), events([event("e1", account="tbell", person="p17")], 2)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, home: Path) -> Settings:
    settings = stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)
    with Register(settings, store) as register:
        for name, role in (("sue", "analyst"), ("rex", "reviewer")):
            register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator"))
    return settings


def asked(settings: Settings, *arguments: str, **more: str) -> Result:
    environment = {
        **settings.environment(),
        "HALLMONITOR_HOME": str(settings.hallmonitor_home),
        "KAFKA_PARTITIONS": "64",
    }
    return CliRunner().invoke(main, arguments, env={**environment, "HALLMONITOR_PASSWORD": PASSWORD, **more})


def kept(settings: Settings, *arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in asked(settings, "searches", "--json", *arguments).stdout.splitlines()]


def test_a_report_of_coverage_is_kept_with_how_many_records_it_counted(settings: Settings) -> None:
    done = asked(settings, "report", "coverage", "account:tbell", "--json", "--user", "sue")
    assert done.exit_code == 0, done.output
    (report,) = [one for one in kept(settings, "--by", "sue") if one["body"]["how"] == "coverage"]  # type: ignore[index]
    assert report["body"]["rows"] == 1  # type: ignore[index]


def test_each_search_is_kept_with_who_why_what_and_how_much(settings: Settings, tmp_path: Path) -> None:
    assert asked(settings, "search", "tbell", "--from", "2026-03-01", "--json").exit_code == 0
    done = asked(
        settings, "timeline", "Tessa Bell", "--user", "sue", "--purpose", "statutory_duty", "--case", "7", "--json"
    )
    assert done.exit_code == 0, done.output
    file = tmp_path / "out.csv"
    assert asked(settings, "timeline", "tbell", "--csv", str(file)).exit_code == 0
    export, timeline, search = kept(settings)[:3]  # other tests searched in the topic that all share
    assert (search["actor"], search["role"], search["purpose"]) == (getuser(), "system", "incident")
    assert (timeline["actor"], timeline["role"], timeline["purpose"]) == ("sue", "analyst", "statutory_duty")
    assert timeline["body"]["case"] == "7"  # type: ignore[index]
    assert [one["body"]["rows"] for one in (export, timeline, search)] == [1, 1, 1]  # type: ignore[index]
    assert [one["body"]["how"] for one in (export, timeline, search)] == ["export", "timeline", "search"]  # type: ignore[index]
    assert search["body"]["from"] == "2026-03-01T05:00:00.000Z"  # type: ignore[index]
    assert "sue" in {one["actor"] for one in kept(settings, "--about", "p17")}
    assert "sue" not in {one["actor"] for one in kept(settings, "--about", "p18")}
    assert {one["actor"] for one in kept(settings, "--by", "sue")} == {"sue"}
    assert {one["actor"] for one in kept(settings, "--user", "rex")} >= {"sue", getuser()}
    assert {one["actor"] for one in kept(settings, "--user", "sue")} == {"sue"}


def test_whoever_asks_about_a_person_finds_searches_for_their_account_and_the_requests_that_read_it(
    settings: Settings, store: Store
) -> None:
    criteria = Criteria(accounts=("tbell",), devices=("d9",), since="2026-03-01T00:00:00.000Z",
                        until="2026-03-09T00:00:00.000Z")  # fmt: skip
    request = Request(request_id="2026-0007", district="maple-falls", law="ok.ora", received="2026-03-04",
                      requester="Pat", text="x", criteria=criteria, clock={})  # fmt: skip
    with Register(settings, store) as register:
        register.write(looked(request, "request collected", 1, Actor("ruth", "records_officer"), now()))
    assert asked(settings, "search", "account:tbell", "--json").exit_code == 0
    for about in ("p17", "person:p17", "tbell", "account:TBell"):
        assert {"request collected", "search"} <= {one["body"]["how"] for one in kept(settings, "--about", about)}  # type: ignore[index]
    assert {one["actor"] for one in kept(settings, "--about", "d9")} == {"ruth"}
    foreign = [one["body"] for one in kept(settings, "--about", "tbell@gmail.com")]
    assert foreign == []  # it is nobody's of the district


def test_a_search_for_what_is_not_there_is_kept_too(settings: Settings) -> None:
    assert asked(settings, "search", "nobody-at-all").exit_code == 1
    assert [one["body"]["rows"] for one in kept(settings, "--about", "nobody-at-all")] == [0]  # type: ignore[index]


@pytest.mark.slow
def test_what_cannot_be_kept_is_not_shown(settings: Settings, tmp_path: Path) -> None:
    away = {"KAFKA_BOOTSTRAP": "127.0.0.1:9"}
    file = tmp_path / "out.csv"
    for command in (("search", "tbell", "--json"), ("timeline", "tbell", "--csv", str(file))):
        done = asked(settings, *command, **away)
        assert done.exit_code == 1
        assert "e1" not in done.stdout
    assert not file.exists()


def test_another_purpose_is_used_wrongly(settings: Settings) -> None:
    assert asked(settings, "search", "tbell", "--purpose", "curiosity").exit_code == 2


def test_a_search_of_every_district_is_kept_in_each_of_them(stack: Stack, tmp_path: Path) -> None:
    homes = sorted(f"d-{uuid.uuid4().hex[:8]}" for _ in range(2))
    with closing(fresh_store(stack, f"searches_{uuid.uuid4().hex[:8]}")) as whole:
        store = whole.marking(RowMarks(tmp_path))
        for n, home in enumerate(homes):
            row = {"id": home, "name": home, "timezone": "America/New_York"}
            told = [msgspec.json.encode(Fact(table="district", key=home, row=row))]
            store_records(store, [line(EVENTS.name, home, told, n, "reference")])
        url = f"{stack.clickhouse_url}/{whole.database}"
        settings = stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=tmp_path)
        with Register(settings, store) as register:
            tell(register, made("search", Subject("tbell"), Span(), 3, now(), district="", actor="sue", role="analyst"))
            found = [one for home in homes for one in matching(store, district=home, kinds=("search.made",))]
            assert [(one.district, one.body["rows"], one.body["everywhere"]) for one in found] == [
                (homes[0], 3, True), (homes[1], 3, True)]  # fmt: skip
            assert len({one.entity for one in found}) == 1
            assert len({one.event_id for one in found}) == 2
            assert not matching(store, district="", kinds=("search.made",), actor="sue")
