"""A request's production on real servers: read from the store, the same again, and recorded with its disclosures."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from casework.production.of_request import By, produce_request, warnings
from casework.production.produce import NotOneStudent
from casework.register import NotRecorded, Register
from casework.requests.request import Decision, Request
from casework.requests.steps import Actor, Asked, decide, open_request, place_at, request_of
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.law import load_law
from model.settings import Settings
from storage.client import Store
from storage.ledger.ledger import open_ledger
from storage.queries.casework import matching
from storage.queries.responsive import Criteria
from tests.support.desk_cases import failing
from tests.support.production_cases import rows
from tests.support.request_cases import OPENED
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, store_records

BY = Actor("ruth", "records_officer")
PEOPLE = (("p17", "tbell", "Tess", "Bell", "student"), ("p18", "mhillary", "Maria", "Hillary", "student"),
          ("p30", "oreyes", "Olga", "Reyes", "teacher"))  # fmt: skip


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    made = fresh_store(stack, f"produced_{uuid.uuid4().hex[:8]}")
    told = [Fact(table="district", key=DISTRICT, row={"name": "Maple Falls", "timezone": "America/Chicago",
                                                      "policy": "union-ok", "realms": "maple.example"})]  # fmt: skip
    for person, account, given, family, role in PEOPLE:
        told += [
            Fact(table="users", key=person, row={"sourcedId": person, "username": account, "givenName": given,
                                                 "familyName": family, "email": f"{account}@maple.example"}),
            Fact(table="roles", key=f"r{person}", row={"userSourcedId": person, "role": role}),
        ]  # fmt: skip
    found = [
        event("e1", account="tbell", person="p17", raw="login ok for tbell"),
        event("e2", "14:01:00", account="mhillary", target_account="tbell", raw="password reset by mhillary"),
        event("e3", "14:02:00", account="mhillary", raw="login ok for mhillary"),
    ]
    store_records(made, [facts(told, 1), events(found, 2)])
    yield made
    made.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)


@pytest.fixture(scope="module")
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as made:
        yield made


def opened(register: Register, law: str = "ok.ora", **criteria: tuple[str, ...]) -> Request:
    wanted = Criteria(since="2026-03-01T00:00:00.000Z", until="2026-04-01T00:00:00.000Z", **criteria)
    asked = Asked(law, now().date(), "Pat Doe", str(OPENED["text"]), wanted)
    return open_request(register, load_law(), place_at(register.store, DISTRICT), asked, BY, now())


def produced(register: Register, settings: Settings, request_id: str, out: Path) -> None:
    found = request_of(register.store, request_id)
    with closing(open_ledger(settings)) as ledger:
        made = produce_request(register, ledger, settings, found, out, By(*BY, now()), lambda said: None)
    assert bool(warnings(found, made)) == (found.law != "us.ferpa")


@pytest.mark.slow
def test_a_production_whose_disclosure_cannot_be_recorded_leaves_nothing(
    register: Register, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = opened(register, accounts=("tbell",))
    monkeypatch.setattr(Register, "write", failing("record.disclosed"))
    with pytest.raises(NotRecorded):
        produced(register, settings, request.request_id, tmp_path / "p")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_production_is_read_decided_recorded_and_comes_out_the_same_again(
    register: Register, settings: Settings, store: Store, tmp_path: Path
) -> None:
    request = opened(register, accounts=("tbell",))
    decide(register, load_law(), request, Decision(target="column", value="outcome", action="redact",
                                                   code="OK-SECURITY"), BY, now())  # fmt: skip
    for name in "pq":
        produced(register, settings, request.request_id, tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert [
        name for name in names if (tmp_path / "p" / name).read_bytes() != (tmp_path / "q" / name).read_bytes()
    ] == []
    first, second = rows(tmp_path / "p")
    assert (first["account"], first["raw"], first["outcome"]) == ("tbell", "login ok for tbell", "[OK-SECURITY]")
    assert second["account"].startswith("Student ")
    assert "hillary" not in (tmp_path / "p" / "production.csv").read_text()
    told = json.loads((tmp_path / "p" / "reconciliation.json").read_text())
    assert (told["responsive"], told["redacted"]) == (2, 2)
    kinds = [one.kind for one in matching(store, entity=f"request:{request.request_id}")]
    assert kinds.count("request.produced") == 2
    disclosed = matching(store, kinds=("record.disclosed",), entity="person:p17")
    assert {one.body["to"] for one in disclosed} == {"Pat Doe"}
    assert request_of(store, request.request_id).status == "produced"


@pytest.mark.slow
def test_a_parents_view_is_of_one_student(register: Register, settings: Settings, tmp_path: Path) -> None:
    one = opened(register, "us.ferpa", persons=("p17",))
    produced(register, settings, one.request_id, tmp_path / "p")
    assert [row["account"] for row in rows(tmp_path / "p")] == ["tbell"]
    for others in (("p17", "p18"), ("p30",)):
        with pytest.raises(NotOneStudent, match="one student"):
            produced(register, settings, opened(register, "us.ferpa", persons=others).request_id, tmp_path / "q")
        assert not (tmp_path / "q").exists()
