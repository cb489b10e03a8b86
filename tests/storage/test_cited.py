"""Violations are chosen by the clause that they cite and by the school of whom or what they are about."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from infra.local.stack import Stack
from model.batch import Fact
from model.violation import Clause
from storage.client import Store
from storage.queries import cited
from storage.queries.violations import Filter, queue
from tests.support.storage_cases import DISTRICT, facts, fresh_store, store_records, violation, violations

GUEST = Clause(clause_id="guests", section="Policy 4, B", quote="Guests sign in.")
SHARING = Clause(clause_id="sharing", section="Policy 4, A", quote="Nobody shares a password.")


def org(key: str, name: str, kind: str) -> Fact:
    return Fact(table="orgs", key=key, row={"sourcedId": key, "name": name, "type": kind})


def role(key: str, person: str, school: str) -> Fact:
    row = {"sourcedId": key, "userSourcedId": person, "role": "teacher", "orgSourcedId": school}
    return Fact(table="roles", key=key, row=row)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    with closing(fresh_store(stack, "test_cited")) as store:
        cart = Fact(table="devices", key="cart", row={"device_id": "cart", "class": "student", "org": "hs"})
        known = [
            org("hs", "High School", "school"),
            org("es", "Elm School", "school"),
            org("d", "District", "district"),
        ]
        held = [role("r1", "p17", "hs"), role("r2", "p18", "es"), role("r3", "p17", "es"), cart]
        store_records(store, [facts([*known, *held], 1)])
        store_records(store, [facts([Fact(table="roles", key="r3", row=None)], 2)])  # p17 has left that school
        nobody: dict[str, Any] = {"person": None, "account": None, "device_id": "cart"}
        found = [
            violation("high", clauses=[SHARING]),
            violation("elm", clauses=[SHARING, GUEST], person="p18", device_id="cart"),
            violation("cart", clauses=[GUEST], **nobody),
        ]
        store_records(store, [violations(found, 1)])
        yield store


def chosen(store: Store, **asked: tuple[str, ...]) -> set[str]:
    return {one.violation_id for one in queue(store, DISTRICT, Filter(**asked))}  # type: ignore[arg-type]


def test_a_clause_gives_what_cites_it(store: Store) -> None:
    assert chosen(store, clauses=("guests",)) == {"elm", "cart"}


def test_a_school_gives_what_is_about_its_people_and_of_nobody_about_its_devices(store: Store) -> None:
    assert chosen(store, schools=("hs",)) == {"high", "cart"}


def test_a_role_that_ended_makes_nobody_of_a_school(store: Store) -> None:
    assert chosen(store, schools=("es",)) == {"elm"}


def test_the_clauses_to_choose_from_are_those_cited(store: Store) -> None:
    assert [(one.clause_id, one.section) for one in cited.clauses(store, DISTRICT)] == [
        ("sharing", "Policy 4, A"),
        ("guests", "Policy 4, B"),
    ]


def test_the_schools_to_choose_from_are_schools(store: Store) -> None:
    assert [one.name for one in cited.schools(store, DISTRICT)] == ["Elm School", "High School"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--clause", "gests"], "cited are: sharing (Policy 4, A), guests (Policy 4, B)"),
        (["--school", "oak"], "known are: es (Elm School), hs (High School)"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(
    stack: Stack, store: Store, asked: list[str], said: str
) -> None:
    environment = stack.environment | {"CLICKHOUSE_URL": f"{stack.clickhouse_url}/test_cited"}
    answer = CliRunner().invoke(main, ["violations", "--district", DISTRICT, *asked], env=environment)
    assert (answer.exit_code, said in answer.output) == (2, True), answer.output
