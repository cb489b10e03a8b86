"""Lifting the veil: for an open case about the person, or by a second person; recorded, for one reader, for a time."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casework import users
from casework.fold import history
from casework.register import Register, decision
from casework.scope import reading
from casework.unmasking import LASTS, UNMASKED, agreed, lifted, requested, waiting
from casework.users import User, user_of
from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.casework import CaseworkEvent
from model.clock import now
from model.settings import Settings
from storage.client import Store
from storage.queries.casework import matching
from storage.queries.identities import stamp
from storage.queries.violations import Filter, queue
from storage.row_marks import RowMarks
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

PASSWORD = "correct horse battery"
WHY = ("--reason", "a parent has to be called")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = fresh_store(stack, f"unmask_{uuid.uuid4().hex[:8]}").marking(RowMarks(home))
    row = {"name": "Maple Falls", "timezone": "America/New_York", "policy": "union-ok"}
    told = [
        Fact(table="district", key=DISTRICT, row=row),
        Fact(table="users", key="p17", row={"sourcedId": "p17", "givenName": "Tessa", "familyName": "Bell"}),
        Fact(table="users", key="p18", row={"sourcedId": "p18", "givenName": "Theo", "familyName": "Ash"}),
        *(Fact(table="roles", key=f"r{n}", row={"userSourcedId": f"p{n}", "role": "student"}) for n in (17, 18)),
        Fact(table="accounts", key="tbell", row={"account": "tbell", "person": "p17"}),
    ]
    store_records(store, [facts(told, 1), events([event("e1", account="tbell", person="p17")], 2)])
    store_records(store, [violations([violation("v1", person="p17", headline="Tessa Bell (tbell)")], 3)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, home: Path) -> Settings:
    settings = stack.settings(clickhouse_url=store.url, kafka_partitions=64, hallmonitor_home=home)
    with Register(settings, store) as register:
        for name, role in (
            ("una", "analyst"),
            ("ulf", "analyst"),
            ("uwe", "analyst"),
            ("pia", "privacy_officer"),
            ("val", "viewer"),
            ("sid", "analyst"),
            ("ulf-two", "privacy_officer"),
        ):
            if user_of(register, name) is None:
                more: dict[str, Any] = {"schools": ["o9"]} if name == "sid" else {}
                more |= {"person": "p40"} if name.startswith("ulf") else {}
                register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator", **more))
        opened = decision("case:u-1", "case.opened", now(), actor="una", role="analyst", district=DISTRICT,
                          body={"title": "VPN", "violations": ["v1"]})  # fmt: skip
        register.write(opened)
    return settings


def asked(settings: Settings, *arguments: str) -> Result:
    environment: dict[str, Any] = {**settings.environment(), "HALLMONITOR_HOME": str(settings.hallmonitor_home)}
    environment |= {"KAFKA_PARTITIONS": "64", "HALLMONITOR_PASSWORD": PASSWORD}
    return CliRunner().invoke(main, arguments, env=environment)


def seen_by(settings: Settings, name: str) -> str:
    done = asked(settings, "violations", "--json", "--user", name)
    return str(json.loads(done.stdout.splitlines()[0])["person"])


def test_every_command_that_reads_hides_students_from_an_analyst(settings: Settings) -> None:
    commands = (("violations",), ("show", "v1"), ("timeline", "tb*"), ("search", "tb*"), ("search", "Tessa Bell"))
    for command in commands:
        for form in ((), ("--json",)):
            done = asked(settings, *command, *form, "--user", "uwe")
            assert done.exit_code == 0, done.output
            said = done.output.replace('"called":', "")
            assert not [one for one in ("p17", "tbell", "Tessa") if one in said], (command, done.output)
            assert "student-" in said, (command, done.output)


def test_a_case_about_somebody_unmasks_them_for_who_asked_until_it_is_closed(settings: Settings, store: Store) -> None:
    name = seen_by(settings, "una")
    assert name.startswith("student-")
    ask = ("unmask", "ask", DISTRICT, name, *WHY, "--case", "u-1", "--user", "una", "--json")
    told = json.loads(asked(settings, *ask).stdout)
    assert (told["person"], told["name"]) == ("p17", "Tessa Bell")
    assert seen_by(settings, "una") == "p17"
    assert seen_by(settings, "uwe") == name
    (kept,) = matching(store, district=DISTRICT, kinds=("person.unmasked",), actor="una")
    assert kept.body == {"reason": WHY[1], "case": "u-1", "for": "una"}
    with Register(settings, store) as register:
        closed = decision("case:u-1", "case.closed", now(), actor="una", role="analyst", district=DISTRICT)
        register.write(closed)
    assert seen_by(settings, "una") == name


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--case", "none", *WHY), "no case none is open"),
        (("--reason", "x"), "say in a few words"),
    ],
)
def test_without_a_case_or_a_reason_nobody_is_unmasked(settings: Settings, more: tuple[str, ...], why: str) -> None:
    done = asked(settings, "unmask", "ask", DISTRICT, seen_by(settings, "uwe"), *more, "--user", "uwe")
    assert done.exit_code == 1
    assert why in done.output
    assert seen_by(settings, "uwe").startswith("student-")


def test_a_case_about_somebody_else_unmasks_nobody(settings: Settings, store: Store) -> None:
    with Register(settings, store) as register:
        other = decision("case:u-2", "case.opened", now(), actor="uwe", role="analyst", district=DISTRICT,
                         body={"title": "Theo", "people": ["p18"]})  # fmt: skip
        register.write(other)
    done = asked(settings, "unmask", "ask", DISTRICT, seen_by(settings, "uwe"), *WHY, "--case", "u-2", "--user", "uwe")
    assert "is not about this person" in done.output


def test_a_second_person_agrees_and_never_the_first(settings: Settings, store: Store) -> None:
    name = seen_by(settings, "ulf")
    assert asked(settings, "unmask", "ask", DISTRICT, name, *WHY, "--user", "ulf").exit_code == 0
    waiting = json.loads(asked(settings, "unmask", "list", DISTRICT, "--user", "pia", "--json").stdout)
    assert (waiting["person"], waiting["by"], waiting["reason"]) == (name, "ulf", WHY[1])
    for same in ("ulf", "ulf-two"):
        done = asked(settings, "unmask", "agree", DISTRICT, name, "--user", same)
        assert "a second person has to agree" in done.output
    assert seen_by(settings, "ulf") == name
    assert asked(settings, "unmask", "agree", DISTRICT, name, "--user", "pia").exit_code == 0
    assert seen_by(settings, "ulf") == "p17"
    assert seen_by(settings, "una") == name
    assert lifted(store, "ulf", now()) == {(DISTRICT, "p17")}
    assert lifted(store, "ulf", now() + LASTS) == set()
    assert asked(settings, "unmask", "agree", DISTRICT, name, "--user", "pia").exit_code == 1


def asks(by: str) -> CaseworkEvent:
    return requested(DISTRICT, "p17", WHY[1], User(name=by, roles=("analyst",)), "analyst", now())


def test_nobodys_request_ends_anothers() -> None:
    first, second = asks("una"), asks("ulf")
    for_uwe = decision("person:p17", UNMASKED, now(), actor="uwe", role="analyst", district=DISTRICT,
                       body={"case": "u-1", "for": "uwe"})  # fmt: skip
    found = waiting(history([first, second, for_uwe]))
    assert [(one.by, one.version) for one in found] == [("una", 3), ("ulf", 3)]
    answer = agreed(found[0], User(name="pia", roles=("privacy_officer",)), {"pia"}, "privacy_officer", now())
    assert [one.by for one in waiting(history([first, second, for_uwe, answer]))] == ["ulf"]


@pytest.mark.slow
def test_two_who_asked_may_agree_to_each_other(settings: Settings) -> None:
    name = seen_by(settings, "uwe")
    for who in ("una", "uwe"):
        assert asked(settings, "unmask", "ask", DISTRICT, name, *WHY, "--user", who).exit_code == 0
    for second, first in (("una", "uwe"), ("uwe", "una")):
        done = asked(settings, "unmask", "agree", DISTRICT, name, "--user", second, "--json")
        assert json.loads(done.stdout)["for"] == first
    assert asked(settings, "unmask", "agree", DISTRICT, name, "--user", "pia").exit_code == 1


def test_who_works_at_one_school_asks_for_nobody_of_another(settings: Settings) -> None:
    done = asked(settings, "unmask", "ask", DISTRICT, "p17", *WHY, "--user", "sid")
    assert (done.exit_code, "goes by the pseudonym" in done.output) == (1, True)


def test_the_veil_is_made_anew_when_the_tables_of_people_change_and_not_for_a_search(store: Store) -> None:
    before = stamp(store, [DISTRICT])
    store_records(store, [facts([Fact(table="searches", key="s1", row={"search_id": "s1"})], 20)])
    assert stamp(store, [DISTRICT]) == before
    store_records(store, [facts([Fact(table="roles", key="r9", row={"userSourcedId": "p9", "role": "aide"})], 21)])
    assert stamp(store, [DISTRICT]) != before


def test_who_may_not_unmask_is_refused_and_it_is_recorded(settings: Settings, store: Store) -> None:
    done = asked(settings, "unmask", "ask", DISTRICT, "student-aaaaaaaaaa", *WHY, "--user", "val")
    assert "that takes the role analyst or privacy_officer" in done.output
    assert matching(store, kinds=("command.refused",), actor="val")


def test_a_search_by_pseudonym_is_kept_with_whom_it_was_about(settings: Settings, store: Store) -> None:
    name = seen_by(settings, "una")
    assert asked(settings, "timeline", f"person:{name}", "--user", "una").exit_code == 0
    kept = matching(store, district=DISTRICT, kinds=("search.made",), actor="una", limit=1)
    assert kept[0].body["query"] == "p17"


def test_an_analyst_reads_findings_of_staff_as_they_are(settings: Settings, store: Store) -> None:
    store_records(store, [violations([violation("v9", account="ikohl", person="t1", headline="Ida Kohl")], 9)])
    found = queue(reading(store, User(name="x", roles=("analyst",)), settings.hallmonitor_home, now()), None, Filter())
    assert "t1" in {one.person for one in found}


def test_the_time_without_a_case_is_a_week() -> None:
    assert timedelta(days=7) == LASTS
