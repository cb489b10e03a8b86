"""`hallmonitor request` from intake to close, on real servers: numbers, holds, decisions, refusals, who may read."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from casework.holds import standing
from casework.register import Register
from casework.requests.steps import Actor, Asked, close, open_request, place_at, request_of, requests
from casework.scope import answering, reading, why_not_answer
from casework.users import added, user_of
from cli.main import main
from documents.reading import pdf_text
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.law import load_law
from model.settings import Settings
from storage.client import Store
from storage.queries import responsive
from storage.queries.casework import matching
from storage.queries.responsive import Criteria, readable
from tests.support.request_cases import OPENED
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, store_records, with_keys

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    made = fresh_store(stack, f"requests_{uuid.uuid4().hex[:8]}")
    told = [
        Fact(table="district", key=DISTRICT, row={"name": "Maple Falls", "timezone": "America/Chicago",
                                                  "policy": "union-ok"}),
        Fact(table="users", key="p17", row={"sourcedId": "p17", "givenName": "Tess", "familyName": "Bell"}),
        Fact(table="roles", key="r17", row={"userSourcedId": "p17", "role": "student", "orgSourcedId": "o1"}),
        Fact(table="calendar", key="2026-03-12", row={"date": "2026-03-12", "kind": "office_closed"}),
    ]  # fmt: skip
    found = [event("e1", account="tbell", person="p17"), event("e2", "14:01:00", account="other", person="p18")]
    store_records(made, [facts(told, 1), events(found, 2)])
    yield made
    made.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = with_keys(tmp_path_factory.mktemp("home"))
    return stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)


@pytest.fixture(scope="module")
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as made:
        for name, role in (("ruth", "records_officer"), ("ana", "analyst")):
            if user_of(made, name) is None:
                made.write(added(name, [role], PASSWORD, now(), "ada", "administrator"))
        yield made


@pytest.fixture
def ask(settings: Settings, register: Register) -> Any:
    def run(*words: str, user: str | None = "ruth") -> Result:
        environment = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home),
                       "HALLMONITOR_PASSWORD": PASSWORD}  # fmt: skip
        return CliRunner().invoke(main, ["request", *words, *(("--user", user) if user else ())], env=environment)

    return run


def opened(ask: Any, *words: str, law: str = "ok.ora", received: str = "2026-03-04") -> dict[str, Any]:
    done = ask("open", DISTRICT, "--law", law, "--received", received, "--requester", "Pat Doe", "--text", "log-ins",
               "--from", "2026-03-01", "--to", "2026-04-01", *words)  # fmt: skip
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_request_cannot_have_been_received_in_the_future(ask: Any) -> None:
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    done = ask("open", DISTRICT, "--law", "ok.ora", "--received", tomorrow, "--requester", "Pat", "--text", "x",
               "--from", "2026-03-01", "--to", "2026-04-01")  # fmt: skip
    assert done.exit_code == 1
    assert "later than today" in done.stderr


@pytest.mark.slow
def test_a_request_goes_from_intake_to_close(ask: Any, store: Store, tmp_path: Path) -> None:
    told = opened(ask, "--account", "tbell")
    assert (told["due"], told["clock"]["rule"], told["responsive"]) == (None, "ok.ora", 1)
    assert "prompt" in told["clock"]["why"]
    number = told["request_id"]
    held = {one.hold_id: one for one in standing(store, DISTRICT)}[told["hold_id"]]
    assert (held.matter, held.kind, held.accounts) == (number, "records_request", ("tbell",))
    counted = json.loads(ask("collect", number, "--json").stdout)
    assert [(one["record_class"], one["rows"]) for one in counted["counted"]] == [("auth_events", 1)]
    assert ask("decide", number, "--row", "e2", "--action", "withhold", "--code", "OK-STUDENT").exit_code == 1
    done = ask("decide", number, "--row", "e1", "--action", "withhold", "--code", "OK-STUDENT", "--note", "a student")
    assert json.loads(done.stdout)["decision"]["by"] == "ruth"
    listed = [json.loads(line) for line in ask("list", DISTRICT, "--json", user=None).stdout.splitlines()]
    assert {one["request_id"]: one["days_left"] for one in listed}[number] is None
    shown = json.loads(ask("show", number, "--json").stdout)
    assert (shown["status"], shown["decisions"][0]["code"]) == ("collected", "OK-STUDENT")
    assert shown["criteria"]["from"] == "2026-03-01T06:00:00.000Z"
    assert "no day: prompt" in ask("show", number, user=None).stdout
    page = tmp_path / "letter.pdf"
    done = ask("letter", number, "denial", "--out", str(page))
    assert json.loads(done.stdout)["sha256"] == sha256(page.read_bytes()).hexdigest()
    assert "no more time was taken" in ask("letter", number, "extension", "--out", str(page)).output
    made = ask("produce", number, "--out", str(tmp_path / "production"))
    assert made.exit_code == 0, made.output
    assert {name: json.loads(made.stdout)[name] for name in ("responsive", "withheld")} == {
        "responsive": 1,
        "withheld": 1,
    }
    assert "HM-" not in (tmp_path / "production" / "production.csv").read_text()
    again = ask("produce", number, "--out", str(tmp_path / "production"))
    assert (again.exit_code, "is not empty" in again.output) == (2, True)
    assert json.loads(ask("letter", number, "production", "--out", str(page)).stdout)["kind"] == "production"
    assert ask("close", number).exit_code == 0
    assert told["hold_id"] not in {one.hold_id for one in standing(store, DISTRICT)}
    assert "was closed by ruth" in ask("decide", number, "--column", "url", "--action", "release").output
    kinds = sorted(one.kind for one in matching(store, entity=f"request:{number}"))
    words = ("closed", "collected", "decided", "letter_written", "letter_written", "opened", "produced")
    assert kinds == [f"request.{word}" for word in words]
    looks = [one for one in matching(store, kinds=("search.made",), actor="ruth") if one.body.get("case") == number]
    assert [(one.purpose, one.body["rows"]) for one in looks] == [
        ("public_records", 1)
    ] * 3  # opened, collected, produced


@pytest.mark.slow
def test_due_days_extensions_and_lists_are_the_laws(ask: Any) -> None:
    told = opened(ask, "--person", "Tess Bell", law="ca.pra", received="2026-03-02")
    assert (told["due"], told["responsive"]) == ("2026-03-12", 1)
    done = ask("extend", told["request_id"], "--reason", "voluminous")
    assert json.loads(done.stdout)["due"] == "2026-03-26"
    assert ask("extend", told["request_id"], "--reason", "voluminous").exit_code == 1
    whole = opened(ask, law="wa.pra", received="2026-03-11")
    assert whole["due"] == "2026-03-19"  # closed on the 12th
    assert ask("close", whole["request_id"]).exit_code == 0  # it opens every row, and other tests ask who reads which
    reasons = [json.loads(line) for line in ask("extend", "--reasons", "--json", user=None).stdout.splitlines()]
    assert {one["law"] for one in reasons} == {"ca.pra", "wa.pra", "ma.prr"}
    codes = [json.loads(one) for one in
             ask("decide", told["request_id"], "--codes", "--json", user=None).stdout.splitlines()]  # fmt: skip
    assert {one["code"] for one in codes} == set(load_law().requests["ca.pra"].exemptions)


@pytest.mark.slow
def test_who_may_not_answer_requests_opens_none(ask: Any, store: Store) -> None:
    before = len(requests(store))
    done = ask("open", DISTRICT, "--law", "ok.ora", "--received", "2026-03-04", "--requester", "Pat", "--text", "x",
               "--from", "2026-03-01", "--to", "2026-04-01", user="ana")  # fmt: skip
    assert done.exit_code == 1
    assert "takes the role records_officer" in done.output
    assert len(requests(store)) == before


@pytest.mark.slow
def test_an_officer_answers_no_request_about_themselves(ask: Any, store: Store) -> None:
    own = ("--law", "ok.ora", "--received", "2026-03-04", "--requester", "Pat", "--text", "x", "--account", "Ruth@x",
           "--from", "2026-03-01", "--to", "2026-04-01")  # fmt: skip
    done = ask("open", DISTRICT, *own)
    assert (done.exit_code, "about themselves" in done.output) == (1, True)
    refused = matching(store, kinds=("command.refused",), actor="ruth")
    assert refused
    assert refused[0].body["right"] == "answer requests"


def test_a_request_about_the_officer_is_another_officers(register: Register) -> None:
    ruth = user_of(register, "ruth")
    assert ruth
    supervises = msgspec.structs.replace(ruth, person="p17", supervises=("p18",))
    own, other = begun(register, accounts=("ruth",)), begun(register, accounts=("tbell",))
    led = begun(register, persons=("p18",))
    assert why_not_answer(register.store, ruth, own.criteria)
    assert why_not_answer(register.store, ruth, other.criteria) is None
    assert why_not_answer(register.store, ruth, led.criteria) is None
    assert why_not_answer(register.store, supervises, led.criteria)
    seen = {one.request_id for one in requests(reading(register.store, ruth))}
    assert {other.request_id, led.request_id} <= seen
    assert own.request_id not in seen
    assert led.request_id not in {one.request_id for one in requests(reading(register.store, supervises))}
    rows = [len(list(responsive.stream(reading(register.store, user), DISTRICT, led.criteria)))
            for user in (ruth, supervises)]  # fmt: skip
    assert rows == [1, 0]


def test_a_request_that_names_nobody_opens_no_row_of_whom_its_officer_supervises(register: Register) -> None:
    ruth = user_of(register, "ruth")
    assert ruth
    made = begun(register)
    people = [
        {one.person for one in responsive.stream(reading(register.store, user), DISTRICT, made.criteria)}
        for user in (ruth, msgspec.structs.replace(ruth, supervises=("p18",)))
    ]
    assert people[0] - people[1] == {"p18"}


def begun(register: Register, **criteria: Any) -> Any:
    wanted = Criteria(since="2026-03-01T00:00:00.000Z", until="2026-04-01T00:00:00.000Z", **criteria)
    where = place_at(register.store, DISTRICT)
    asked = Asked("ok.ora", where.today(now()), "Pat", str(OPENED["text"]), wanted)
    return open_request(register, load_law(), where, asked, Actor("ruth", "records_officer"), now())


def test_two_requests_never_share_a_number(register: Register) -> None:
    first, second = begun(register, accounts=("a",)), begun(register, accounts=("a",))
    assert int(second.request_id[5:]) == int(first.request_id[5:]) + 1
    assert request_of(register.store, first.request_id).hold_id == first.hold_id


def test_a_records_officer_reads_the_rows_of_their_open_requests_and_no_others(register: Register) -> None:
    made = begun(register, persons=("p18",))
    ruth = user_of(register, "ruth")
    assert ruth
    elsewhere = msgspec.structs.replace(ruth, districts=("birch-hill",))
    assert [len(list(responsive.stream(reading(register.store, user), DISTRICT, made.criteria)))
            for user in (ruth, elsewhere)] == [1, 0]  # fmt: skip
    mine = f"({readable(DISTRICT, made.criteria, ())})"
    open_before = answering(register.store, ruth).count(mine)  # other tests may have opened the same
    assert open_before > 0
    close(register, made, "withdrawn", Actor("ruth", "records_officer"), now())
    assert answering(register.store, ruth).count(mine) == open_before - 1


# Received on Wednesday, March 4, 2026, in a district whose office is closed on the 12th; counted by hand from
# Gov. Code 7922.535 (10 and 24 days, moved off a weekend), RCW 42.56.520 (5 business days), M.G.L. c. 66 § 10 (10
# business days, and 30 more from the 25th), 34 CFR 99.10 (45 days).
WALKED = [
    ("ca.pra", "2026-03-16", ("voluminous",), "2026-03-30"),
    ("wa.pra", "2026-03-11", ("clarify", "--until", "2026-04-01"), "2026-04-01"),
    ("ma.prr", "2026-03-19", ("granted",), "2026-05-22"),
    ("ok.ora", None, ("voluminous",), "This law knows no extension|no extension|no more time"),
    ("us.ferpa", "2026-04-18", ("voluminous",), "no extension|no more time"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("law", "due", "reason", "later"), WALKED)
def test_a_request_under_each_law_goes_from_intake_to_close(
    ask: Any, store: Store, tmp_path: Path, law: str, due: str | None, reason: tuple[str, ...], later: str
) -> None:
    told = opened(ask, "--person", "p17", law=law)
    number = told["request_id"]
    assert told["due"] == due
    assert ask("collect", number).exit_code == 0
    code = next(iter(load_law().requests[law].exemptions))
    assert ask("decide", number, "--column", "raw", "--action", "redact", "--code", code).exit_code == 0
    first = next(iter(load_law().requests[law].extension.reasons), "") if load_law().requests[law].extension else ""
    done = ask("extend", number, "--reason", first or reason[0], *reason[1:])
    if done.exit_code == 0:
        assert json.loads(done.stdout)["due"] == later
    else:
        assert re.search(later, done.output), done.output
    letters = ["acknowledgement", "determination", "denial", *(["extension"] if first else [])]
    made = ask("produce", number, "--out", str(tmp_path / "production"))
    assert made.exit_code == 0, made.output
    available = (now() + timedelta(days=30)).date().isoformat()
    for kind in (*letters, "production"):
        page = tmp_path / f"{kind}.pdf"
        written = ask("letter", number, kind, "--out", str(page), "--available", available)
        assert written.exit_code == 0, written.output
        assert load_law().requests[law].title in " ".join(" ".join(pdf_text(page.read_bytes())).split())
    assert ask("close", number).exit_code == 0
    assert told["hold_id"] not in {one.hold_id for one in standing(store, DISTRICT)}
