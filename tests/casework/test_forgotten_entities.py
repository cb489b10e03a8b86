"""Closed cases, requests and incidents are destroyed as their schedule says: rows, files, and Kafka's copies."""

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from casework import attachments, retention, retention_run
from casework.cases import CaseRefused, case_of
from casework.holdings import held_rows
from casework.holds import holds
from casework.of_planner import own_of
from casework.register import Register, decision
from casework.requests import steps
from casework.requests.ordinals import ordinal_of
from casework.requests.request import Request
from casework.retention import PlanRefused
from casework.retention_run import Run
from infra.local.stack import Stack
from model.batch import Fact
from model.casework import CaseworkEvent
from model.clock import now
from model.law import load_law
from model.settings import Settings
from model.topics import EVENTS, VIOLATIONS
from model.violation import encode_violation
from storage.client import Store
from storage.ledger.ledger import Ledger, open_ledger
from storage.ledger.naming import names_from_kafka
from storage.ledger.verifying import Asked, Outcome, Verifier
from storage.queries.casework import destroyed_numbers, matching, partition_of, placed
from storage.queries.responsive import Criteria
from storage.retention.again import Returned
from storage.retention.certificate import certificates
from storage.retention.purge import NotPurged
from storage.row_marks import RowMarks
from tests.casework.test_entities import CASE, HOLD, INCIDENT
from tests.support.desk_cases import line
from tests.support.ledger_cases import nobody_knows, store_marked, wrong
from tests.support.request_cases import OPENED
from tests.support.small_district import pack_fact
from tests.support.storage_cases import fresh_store, in_kafka, violation

LONG_AGO = datetime(2015, 3, 5, 15, tzinfo=UTC)
STEPS = ("list", "forget", "delete", "parts", "files", "certify")
Histories = dict[str, list[tuple[str, dict[str, Any]]]]
SECRET = "needle"  # stands in all that must go, and nowhere else
NEEDLES = {**CASE, "title": f"{SECRET} used a VPN"}
GONE: Histories = {
    "case:2015-0001": [("case.opened", NEEDLES), ("case.noted", {"text": f"{SECRET} was asked"}), ("case.closed", {})],
    "request:2015-0001": [("request.opened", {**OPENED, "text": SECRET}), ("request.closed", {"reason": SECRET})],
    "incident:i1": [("incident.opened", {**INCIDENT, "text": SECRET}), ("incident.closed", {"reason": SECRET})],
    "hold:h1": [("hold.placed", {**HOLD, "reason": SECRET}), ("hold.released", {"reason": "over"})],
    "violation:gone": [("violation.triaged", {"state": "closed", "outcome": "benign", "comment": SECRET})],
    f"person:{SECRET}": [("person.unmasked", {"for": "ana", "reason": "to find out"})],
    "receipt:r1": [("receipt.signed", {"digest": SECRET})],
}
STAYS: Histories = {
    "case:2015-0002": [("case.opened", {**CASE, "people": ["p18"], "accounts": ["mroe"]})],  # it is open
    "case:2015-0003": [("case.opened", {**CASE, "people": ["p99"], "accounts": []}), ("case.closed", {})],  # it is held
    "hold:h2": [("hold.placed", {**HOLD, "accounts": [], "persons": ["p99"]})],
    "violation:v1": [
        ("violation.triaged", {"state": "closed", "outcome": "benign", "comment": "seen"})
    ],  # it is stored
}


@pytest.fixture(scope="module")
def database(stack: Stack) -> Iterator[Store]:
    with closing(fresh_store(stack, f"forgotten_{uuid.uuid4().hex[:8]}")) as store:
        yield store


@pytest.fixture(scope="module")
def settings(stack: Stack, database: Store, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    url = f"{stack.clickhouse_url}/{database.database}"
    return stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def ledger(settings: Settings) -> Iterator[Ledger]:
    with closing(open_ledger(settings)) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def register(settings: Settings, database: Store) -> Iterator[Register]:
    with Register(settings, database.marking(RowMarks(settings.hallmonitor_home))) as register:
        yield register


def district(register: Register, ledger: Ledger, told: Histories, offset: int) -> str:
    """A district with a pack, a finding v1, and these decisions; its id."""
    home = f"d-{uuid.uuid4().hex[:8]}"
    named = Fact(table="district", key=home, row={"id": home, "name": "Maple Falls", "timezone": "America/Chicago"})
    rows = [msgspec.json.encode(one) for one in (named, pack_fact("union-ok"))]
    found = [encode_violation(violation("v1", district=home))]
    records = [line(EVENTS.name, home, rows, offset, "reference"), line(VIOLATIONS.name, home, found, offset)]
    store_marked(ledger, register.store, records)
    for entity, said in told.items():
        for kind, body in said:
            register.write(decided(home, entity, kind, body))
    return home


def attached(home: Path, content: bytes) -> dict[str, Any]:
    """What the decision to add a file says."""
    with attachments.adding(home, "notes.txt", content, "") as told:
        return told


def decided(home: str, entity: str, kind: str, body: dict[str, Any]) -> CaseworkEvent:
    return decision(entity, kind, LONG_AGO, actor="ana", role="analyst", district=home, body=body)


class Killed(BaseException):
    """As kill -9 would: nothing after it runs."""


def planned(register: Register, home: str, not_as_stored: Sequence[str] = ()) -> retention.Plan:
    """A plan of today that a second person approved."""
    at = now()
    made = retention.planned(register.store, register.book.destroyed, home, at.date(), at, not_as_stored)
    told: dict[str, Any] = {"role": "records_officer", "district": home}
    body = retention.said(made)
    register.write(
        decision(retention.entity_of(made.plan_id), "retention.planned", at, actor="ruth", body=body, **told)
    )
    made = retention.plan_of(register.store, made.plan_id)
    register.write(retention.approval(made, "adam", "administrator", now()))
    return retention.plan_of(register.store, made.plan_id)


def run(register: Register, ledger: Ledger, plan: retention.Plan, home: Path, die_at: str = "") -> dict[str, Any]:
    """Run a plan; it dies as step `die_at` begins."""

    def step(name: str) -> None:
        if name == die_at:
            raise Killed

    plan = retention.plan_of(register.store, plan.plan_id)
    return retention_run.run(Run(register, ledger, home, dict, step), plan, "ruth", "records_officer", now())


def stored_about(store: Store, home: str) -> set[str]:
    """What decisions are stored about, but for plans."""
    return {one.event.entity for one in placed(store, home) if not one.event.entity.startswith("retention:")}


class Purged(NamedTuple):
    """A district whose plan was run, and what was to be seen before."""

    home: str
    plan: retention.Plan
    certificate: dict[str, Any]
    verified: Outcome  # right after the run
    keys: list[bytes]  # of all boxes that there were
    alone: Path  # the file of the destroyed case
    shared: Path  # a file that a case that stays has, too
    own: dict[str, list[str]]  # what of the plan is about somebody, or by them, had they planned it


@pytest.fixture(scope="module")
def purged(register: Register, ledger: Ledger, settings: Settings) -> Purged:
    """The run is killed as each of its steps begins, and called again each time."""
    folder = settings.hallmonitor_home
    alone, both = (attached(folder, content) for content in (b"of one", b"of two"))
    added = {"case:2015-0001": [alone, both], "case:2015-0002": [both]}
    files = {entity: [("case.attached", body) for body in bodies] for entity, bodies in added.items()}
    told = {entity: [said[0], *files.get(entity, []), *said[1:]] for entity, said in {**GONE, **STAYS}.items()}
    home = district(register, ledger, told, 10)
    keys = [ledger.book.key_of(home, one.event.event_id) or b"" for one in placed(register.store, home)]
    plan = planned(register, home)
    returned = Returned(register.store, ledger.book.destroyed, home)
    own = {name: own_of(register, returned, plan, name, now()) for name in ("ana", "tbell", "nobody-here")}
    for step in STEPS:
        with pytest.raises(Killed):
            run(register, ledger, plan, folder, step)
    made = run(register, ledger, plan, folder)
    verifier = Verifier(register.store, ledger.book, ledger.sealer.signer.public, dict, nobody_knows)
    outcome = verifier.full(Asked(home), lambda: ledger.seal([home], now()))
    paths = [folder / attachments.FOLDER / str(one["sha256"]) for one in (alone, both)]
    return Purged(home, plan, made, outcome, keys, *paths, own)


def test_a_plan_counts_what_is_due_held_and_needed(purged: Purged) -> None:
    counts = {one.record_class: (one.due, one.held, one.kept_longer) for one in purged.plan.classes}
    assert counts["casework"] == (12, 2, 1)
    assert counts["requests"] == (2, 0, 0)


OTHERS = ["1 hold", "1 unmasking", "1 signature of a receipt", "1 handling of a violation"]


def test_whoever_approves_is_told_what_is_by_the_planner(purged: Purged) -> None:
    assert purged.own["ana"] == ["case 2015-0001", "incident i1", "request 2015-0001", *OTHERS]


def test_whoever_approves_is_told_what_is_about_the_planner_and_of_nobody_else(purged: Purged) -> None:
    assert "case 2015-0001" in purged.own["tbell"]
    assert purged.own["nobody-here"] == []


def test_what_was_closed_long_ago_is_destroyed_and_nothing_else(purged: Purged, register: Register) -> None:
    assert stored_about(register.store, purged.home) == STAYS.keys()


def test_the_certificate_counts_what_was_destroyed_and_calls_it_by_numbers_alone(purged: Purged) -> None:
    deleted = {one["class"]: one["rows_deleted"] for one in purged.certificate["classes"]}
    assert (deleted["casework"], deleted["requests"]) == (12, 2)
    assert purged.certificate["entities_destroyed"] == ["case:2015-0001", "incident:i1", "request:2015-0001"]
    assert SECRET not in json.dumps(purged.certificate)


def test_a_run_that_was_killed_at_every_step_has_one_certificate_and_says_so_once(
    purged: Purged, register: Register, ledger: Ledger, settings: Settings
) -> None:
    assert run(register, ledger, purged.plan, settings.hallmonitor_home) == purged.certificate
    assert len(certificates(ledger.book.entries(purged.home))) == 1
    ran = matching(register.store, district=purged.home, kinds=("retention.run",))
    assert [one.body["certificate_id"] for one in ran] == [purged.certificate["certificate_id"]]


def test_the_ledger_says_that_they_were_destroyed_under_the_schedule(purged: Purged) -> None:
    assert purged.verified.good, wrong(purged.verified)
    told = {one.certificate for one in purged.verified.hours if one.status == "lawfully_destroyed"}
    assert told == {purged.certificate["certificate_id"]}


def test_kafka_holds_no_word_of_them_that_can_be_read(purged: Purged, register: Register, settings: Settings) -> None:
    partition = partition_of(register.store, purged.home)
    assert partition is not None
    assert SECRET.encode() not in in_kafka(settings, partition)


def test_the_home_holds_neither_a_word_of_them_nor_the_keys_of_their_boxes(purged: Purged, settings: Settings) -> None:
    content = b"".join(path.read_bytes() for path in settings.hallmonitor_home.rglob("*") if path.is_file())
    assert SECRET.encode() not in content
    assert all(purged.keys)
    assert sum(key in content for key in purged.keys) == sum(map(len, STAYS.values())) + 1  # and an attachment


def test_an_empty_store_that_is_filled_from_kafka_alone_has_what_stays_and_nothing_that_was_destroyed(
    purged: Purged, stack: Stack, settings: Settings
) -> None:
    with closing(fresh_store(stack, f"forgotten_{uuid.uuid4().hex[:8]}")) as empty:
        store = empty.marking(RowMarks(settings.hallmonitor_home))
        with Register(settings, store) as anew:
            anew.write(decided(purged.home, "case:2026-0009", "case.opened", CASE))
            assert stored_about(anew.store, purged.home) == {*STAYS, "case:2026-0009"}


def test_the_files_of_a_destroyed_case_are_removed_but_for_those_that_another_case_has(
    purged: Purged, ledger: Ledger
) -> None:
    assert not purged.alone.exists()
    assert purged.shared.read_bytes() == b"of two"
    assert purged.alone.name.encode() not in ledger.book.path.read_bytes()


def test_the_numbers_of_destroyed_cases_and_requests_are_not_given_out_again(
    purged: Purged, register: Register
) -> None:
    assert destroyed_numbers(register.store, "case", purged.home) == {"2015-0001"}
    assert steps.next_number(register.store, 0, 2015) > 1  # others of this module take numbers, too
    with pytest.raises(CaseRefused):
        case_of(register.store, "2015-0001", purged.home)


def test_an_entity_of_which_one_decision_is_borne_twice_is_evidence_and_stays_whole(
    register: Register, ledger: Ledger, settings: Settings, database: Store
) -> None:
    home = district(register, ledger, {name: GONE[name] for name in ("case:2015-0001", "incident:i1")}, 20)
    noted = next(one.event.event_id for one in placed(register.store, home) if one.event.kind == "case.noted")
    columns = "district, entity, version, event_id, kind, at, actor, role, purpose, body, log_partition, log_offset"
    forged = columns.replace("version", "version + 900")
    database.command(f"INSERT INTO casework ({columns}) SELECT {forged} FROM casework WHERE event_id = '{noted}'")
    made = run(register, ledger, planned(register, home), settings.hallmonitor_home)
    assert made["entities_destroyed"] == ["incident:i1"]
    about = [one.event.kind for one in placed(register.store, home) if one.event.entity == "case:2015-0001"]
    assert about == ["case.opened", "case.noted", "case.closed"]


def asked_for(register: Register, home: str) -> Request:
    """A request that is opened today."""
    criteria = Criteria(accounts=("mroe",), since="2026-03-01T06:00:00.000Z", until="2026-04-01T05:00:00.000Z")
    asked = steps.Asked("ok.ora", date(2026, 3, 4), "Pat Doe, pat@example.org", "all of it", criteria)
    place = steps.place_at(register.store, home)
    return steps.open_request(register, load_law(), place, asked, steps.Actor("ruth", "records_officer"), now())


@pytest.mark.parametrize("opened", ["today", "by an earlier release"])
def test_a_request_keeps_its_words_for_people_when_an_earlier_one_is_destroyed_and_a_new_one_has_others(
    register: Register, ledger: Ledger, settings: Settings, opened: str
) -> None:
    told = {"request:2015-0001": GONE["request:2015-0001"]}
    if opened != "today":
        told["request:2015-0003"] = [("request.opened", OPENED)]
    home = district(register, ledger, told, 70 if opened == "today" else 80)
    kept = asked_for(register, home) if opened == "today" else steps.requests(register.store, home)[-1]
    before = ordinal_of(register.store, kept)
    made = run(register, ledger, planned(register, home), settings.hallmonitor_home)
    assert made["entities_destroyed"] == ["request:2015-0001"]
    assert [ordinal_of(register.store, one) for one in (kept, asked_for(register, home))] == [before, before + 1]


def test_a_hold_that_was_placed_after_the_plan_counts(register: Register, ledger: Ledger, settings: Settings) -> None:
    home = district(register, ledger, {"request:2015-0001": GONE["request:2015-0001"]}, 30)
    plan = planned(register, home)
    register.write(decided(home, "hold:h3", "hold.placed", {**HOLD, "accounts": [], "persons": [SECRET]}))
    made = run(register, ledger, plan, settings.hallmonitor_home)
    assert [(one["rows_deleted"], one["held"]) for one in made["classes"] if one["class"] == "requests"] == [(0, 2)]
    assert made["entities_destroyed"] == []


def test_a_case_is_held_with_the_finding_that_it_cites_and_whose_people_it_does_not_name(
    register: Register, ledger: Ledger
) -> None:
    cites = [("case.opened", {"title": "VPN", "violations": ["v1"]}), ("case.closed", {})]
    stays = {"hold:h4": [("hold.placed", {**HOLD, "accounts": [violation("v1").account]})]}
    home = district(register, ledger, {"case:2015-0004": cites, **stays}, 45)
    counts = {one.record_class: (one.due, one.held) for one in planned(register, home).classes}
    assert counts["casework"] == (0, 2)


def test_the_rows_of_a_hold_are_those_of_cases_and_requests_too_and_not_its_own(
    register: Register, ledger: Ledger
) -> None:
    told = {"case:2015-0001": GONE["case:2015-0001"], "request:2015-0001": GONE["request:2015-0001"]}
    placing = {**HOLD, "accounts": [], "persons": [SECRET]}
    home = district(register, ledger, {**told, "hold:h5": [("hold.placed", placing)]}, 46)
    held = next(one for one in holds(register.store, home))
    assert held_rows(register.store, home, held) == sum(map(len, told.values()))


def test_a_hold_that_was_released_after_the_plan_keeps_from_it_what_it_held(
    register: Register, ledger: Ledger, settings: Settings
) -> None:
    told = {
        "case:2015-0001": GONE["case:2015-0001"],
        "hold:h4": [("hold.placed", {**HOLD, "matter": "case 2015-0001"})],
    }
    home = district(register, ledger, told, 40)
    plan = planned(register, home)
    released = {"actor": "ruth", "role": "records_officer", "district": home, "body": {"reason": "over"}}
    register.write(decision("hold:h4", "hold.released", now(), **released))
    assert run(register, ledger, plan, settings.hallmonitor_home)["entities_destroyed"] == []


def test_a_plan_of_a_day_to_come_makes_nothing_older_that_people_did(register: Register, ledger: Ledger) -> None:
    home = district(register, ledger, {}, 50)
    told = {"actor": "ana", "role": "analyst", "district": home}
    for kind, body in GONE["case:2015-0001"]:
        register.write(decision("case:2026-0900", kind, now(), body=body, **told))
    plan = retention.planned(register.store, register.book.destroyed, home, date(2099, 1, 1), now())
    assert [one.due for one in plan.classes if one.record_class == "casework"] == [0]


def test_a_plan_is_not_run_under_another_schedule_than_it_was_approved_with(
    register: Register, ledger: Ledger, settings: Settings
) -> None:
    home = district(register, ledger, {}, 60)
    plan = planned(register, home)
    classes = [msgspec.structs.replace(one, schedule="P99Y from closed") for one in plan.classes]
    asked = Run(register, ledger, settings.hallmonitor_home, dict)
    with pytest.raises(PlanRefused, match="make a new plan"):
        retention_run.run(asked, msgspec.structs.replace(plan, classes=classes), "ruth", "records_officer", now())


def test_whatever_was_decided_before_anything_is_deleted_counts(
    register: Register, ledger: Ledger, settings: Settings
) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 70)
    plan = planned(register, home)
    with pytest.raises(Killed):
        run(register, ledger, plan, settings.hallmonitor_home, die_at="forget")
    register.write(decided(home, "hold:h5", "hold.placed", {**HOLD, "matter": "case 2015-0001"}))
    assert run(register, ledger, plan, settings.hallmonitor_home)["entities_destroyed"] == []


def test_a_number_is_nobodys_again_from_before_its_case_is_deleted(
    register: Register, ledger: Ledger, settings: Settings
) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 80)
    with pytest.raises(Killed):
        run(register, ledger, planned(register, home), settings.hallmonitor_home, die_at="certify")
    assert destroyed_numbers(register.store, "case", home) == {"2015-0001"}


def test_one_run_goes_on_at_a_time(register: Register, ledger: Ledger, settings: Settings) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 90)
    plan, other = planned(register, home), planned(register, home)

    def second(name: str) -> None:
        with pytest.raises(NotPurged, match="another retention run"):
            run(register, ledger, other, settings.hallmonitor_home)

    plan = retention.plan_of(register.store, plan.plan_id)
    asked = Run(register, ledger, settings.hallmonitor_home, dict, second)
    assert retention_run.run(asked, plan, "ruth", "records_officer", now())["entities_destroyed"] == ["case:2015-0001"]


def test_what_is_still_stored_is_not_certified(
    register: Register, ledger: Ledger, settings: Settings, database: Store
) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 100)
    plan = retention.plan_of(register.store, planned(register, home).plan_id)

    def another_list(name: str) -> None:
        if name == "parts":
            database.command("TRUNCATE TABLE purging")

    with pytest.raises(NotPurged, match="still stored"):
        retention_run.run(
            Run(register, ledger, settings.hallmonitor_home, dict, another_list), plan, "ruth", "r", now()
        )


def spoil(register: Register, database: Store, home: str, kind: str, spoiled: str) -> str:
    """Have a decision of a kind removed or changed in ClickHouse; answers its id."""
    row = next(one.event.event_id for one in placed(register.store, home) if one.event.kind == kind)
    if spoiled == "changed":
        changed = f"SELECT * REPLACE ('{{}}' AS body) FROM casework WHERE event_id = '{row}'"
        database.command(f"INSERT INTO casework {changed}")
    true_row = f"event_id = '{row}' AND body != '{{}}'"
    database.command(f"ALTER TABLE casework DELETE WHERE {true_row} SETTINGS mutations_sync = 2")
    return row


@pytest.mark.parametrize("spoiled", ["removed", "changed"])
def test_the_run_is_possible_again_when_the_decisions_were_stored_anew_from_the_broker(
    register: Register, ledger: Ledger, settings: Settings, database: Store, spoiled: str
) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 112)
    plan = retention.plan_of(register.store, planned(register, home).plan_id)
    ledger.seal([home], now())
    spoil(register, database, home, "case.noted", spoiled)
    database.command(f"ALTER TABLE casework DELETE WHERE district = '{home}' SETTINGS mutations_sync = 2")
    register.catch_up(home)
    asked = Run(register, ledger, settings.hallmonitor_home, dict, names=partial(names_from_kafka, settings))
    assert retention_run.run(asked, plan, "ruth", "records_officer", now())["entities_destroyed"] == ["case:2015-0001"]


@pytest.mark.parametrize(
    ("kind", "spoiled"),
    [
        ("case.reopened", "removed"),
        ("hold.placed", "removed"),
        ("case.noted", "changed"),
    ],
)
def test_a_run_is_refused_and_names_the_row_where_a_decision_was_removed_or_changed(
    register: Register, ledger: Ledger, settings: Settings, database: Store, kind: str, spoiled: str
) -> None:
    reopened = [*GONE["case:2015-0001"], ("case.reopened", {"reason": "more"}), ("case.closed", {})]
    told = {"case:2015-0001": reopened, "hold:h6": STAYS["hold:h2"]}
    home = district(register, ledger, told, 110)
    plan = retention.plan_of(register.store, planned(register, home).plan_id)
    ledger.seal([home], now())
    row = spoil(register, database, home, kind, spoiled)
    asked = Run(register, ledger, settings.hallmonitor_home, dict, names=partial(names_from_kafka, settings))
    with pytest.raises(PlanRefused, match=row):
        retention_run.run(asked, plan, "ruth", "records_officer", now())
    left = {one.event.kind for one in placed(register.store, home) if one.event.entity == "case:2015-0001"}
    assert left == {said for said, _ in reopened} - {kind}


def test_until_an_interrupted_run_has_ended_another_plan_is_refused_and_told_which_to_end(
    register: Register, ledger: Ledger, settings: Settings
) -> None:
    home = district(register, ledger, {"case:2015-0001": GONE["case:2015-0001"]}, 111)
    first, second = planned(register, home), planned(register, home)
    with pytest.raises(Killed):
        run(register, ledger, first, settings.hallmonitor_home, "certify")

    with pytest.raises(PlanRefused, match=f"retention run {first.plan_id}"):
        run(register, ledger, second, settings.hallmonitor_home)
    run(register, ledger, first, settings.hallmonitor_home)
    assert run(register, ledger, second, settings.hallmonitor_home)["entities_destroyed"] == []
