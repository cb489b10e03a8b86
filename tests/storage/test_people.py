"""People by their names: one is found, several are asked about, nobody is guessed."""

from collections.abc import Iterator

import pytest

from infra.local.stack import Stack
from model.batch import Fact
from storage.client import Store
from storage.queries.people import Ambiguous, folded, understood
from storage.queries.search import search
from storage.queries.timeline import Span, page
from tests.support.storage_cases import DISTRICT, event, events, facts, fresh_store, store_records


def person(key: str, given: str, family: str, role: str = "student", org: str = "HS") -> list[Fact]:
    row = {"userSourcedId": key, "role": role, "orgSourcedId": org}
    return [
        Fact(table="users", key=key, row={"sourcedId": key, "givenName": given, "familyName": family}),
        Fact(table="roles", key=f"r-{key}", row=row),
    ]


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_people")
    told = [
        *person("p1", "Theo", "Bell"),
        *person("p2", "Theo", "Bell", "teacher", "MS"),
        *person("p3", "Tessa", "Bell"),
        *person("p4", "José", "Núñez-Ortega"),
        *person("p5", "#let x", "<b>%_Li"),
        *person("p6", "Ann", "Lee"),
        *person("p7", "Ana", "Ortega"),
        Fact(table="orgs", key="HS", row={"sourcedId": "HS", "name": "North High"}),
        Fact(table="accounts", key="bell", row={"account": "bell", "person": "p3", "kind": "personal"}),
        Fact(table="users", key="p3"),  # she left; her name is known still
    ]
    seen = [
        event("e1", person="p3", account="bell"),
        event("e2", person="p4"),
        event("e3", device="Ann Lee"),  # a machine that calls itself after her
        event("e4", device="tess"),
        event("e5", device="ortega"),
    ]
    store_records(store, [facts(told, 1), events(seen, 2)])
    yield store
    store.close()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Tessa Bell", "p3"),
        ("bell, tessa", "p3"),
        ("TESSA  bell", "p3"),
        ("person:Tessa Bell", "p3"),
        ("tessa b", "p3"),
        ("Jose Nunez-Ortega", "p4"),
        ("jose ortega", "p4"),
        ("lee", "p6"),
        ("#let x <b>%_Li", "p5"),
    ],
)
def test_a_name_means_the_one_person_who_has_it(store: Store, text: str, key: str) -> None:
    found = understood(store, DISTRICT, text)
    assert (found.kind, found.text) == ("person", key)
    assert found.called


def test_a_name_that_several_have_is_ambiguous_and_tells_them_apart(store: Store) -> None:
    with pytest.raises(Ambiguous, match="2 people") as error:
        understood(store, DISTRICT, "Theo Bell")
    told = [(one.id, one.role, one.school) for one in error.value.candidates]
    assert told == [("p1", "student", "North High"), ("p2", "teacher", "MS")]


@pytest.mark.parametrize(
    "text", ["Bell, Theo", "* bell", "bell, t*", "th* bell", "theo*", "theo", "person:bel*", "*heo*"]
)
def test_a_pattern_or_a_part_of_a_name_that_several_have_is_ambiguous_too(store: Store, text: str) -> None:
    with pytest.raises(Ambiguous) as error:
        understood(store, DISTRICT, text)
    assert {"p1", "p2"} <= {one.id for one in error.value.candidates}


def test_a_machine_that_calls_itself_after_several_people_hides_none_of_them(store: Store) -> None:
    with pytest.raises(Ambiguous):
        understood(store, DISTRICT, "Ortega")


def test_a_pattern_that_fits_accounts_in_the_logs_means_them_and_people_besides(store: Store) -> None:
    found = understood(store, DISTRICT, "bel*")
    assert (found.kind, set(found.people)) == (None, {"p1", "p2", "p3"})


def test_an_id_or_an_account_is_what_it_says_though_people_are_called_so(store: Store) -> None:
    for text in ("bell", "p1", "account:bell", "person:p1"):
        assert understood(store, DISTRICT, text).text == text.split(":")[-1]


def test_a_machine_that_calls_itself_after_a_person_does_not_stand_in_for_her(store: Store) -> None:
    assert understood(store, DISTRICT, "Ann Lee").text == "p6"


def test_the_beginning_of_a_name_does_not_take_the_place_of_what_the_logs_say(store: Store) -> None:
    assert understood(store, DISTRICT, "tess").kind is None


def test_a_pattern_finds_events_of_the_people_whose_names_fit(store: Store) -> None:
    found = page(store, DISTRICT, understood(store, DISTRICT, "n*ez*"), Span()).events
    assert [one.event_id for one in found] == ["e2"]
    assert [one.name for one in search(store, DISTRICT, understood(store, DISTRICT, "n*ez*"))] == ["p4"]


def test_signs_that_patterns_use_are_letters_in_a_name(store: Store) -> None:
    assert understood(store, DISTRICT, "T_eo B%").kind is None


def test_another_district_knows_none_of_them(store: Store) -> None:
    assert understood(store, "birch-hill", "Tessa Bell").kind is None


def test_names_are_compared_without_case_and_accents() -> None:
    assert folded("Núñez, José") == ["nunez", "jose"]
