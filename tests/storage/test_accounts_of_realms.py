"""Accounts of other realms: stored and found by their realm, shown with it, and never another's."""

from collections.abc import Iterable, Iterator

import msgspec
import pytest

from cli.asked import Place
from infra.local.stack import Stack
from model.batch import Fact
from model.realms import Realms
from storage.client import Store
from storage.queries.event_rows import account_of, target_of
from storage.queries.names import known_as
from storage.queries.people import understood
from storage.queries.pivots import Pivot, pivots
from storage.queries.realms import ours
from storage.queries.search import Match, search
from storage.queries.timeline import Span, by_id, page
from storage.queries.violations import Filter, queue
from storage.queries.where import Where
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


class Named(msgspec.Struct):
    event_id: str


KELVIN = "\u212aim"
DOMAINS = {"own": "maple.k12.example", "short": "maple", "plain": None, "mail": "gmail.com", "lab": "lab-7",
           "builtin": ".", "suffix": "ad.example.org", "odd": "evil.example"}  # fmt: skip


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_accounts_of_realms")
    kim = Fact(table="accounts", key="kim", row={"account": "kim", "kind": "personal"})
    row = {"name": "Maple Falls", "timezone": "America/New_York", "realms": "maple;maple.k12.example"}
    seen = [
        event(name, account="tbell", account_domain=domain, category="auth", reporter="LAB-7.ad.example.org")
        for name, domain in DOMAINS.items()
    ]
    seen += [event("target", account="admin", target_account="tbell"), event("kelvin", account=KELVIN)]
    acted = {"account": "admin", "target_account": "tbell"}
    seen += [event("upon-mail", **acted, target_domain="gmail.com"), event("upon-own", **acted, target_domain="maple")]
    store_records(store, [facts([Fact(table="district", key=DISTRICT, row=row), kim], 1), events(seen, 2)])
    found = [violation("v1", account="tbell"), violation("v2", account="tbell@gmail.com", event_ids=["mail"])]
    store_records(store, [violations(found, 3)])
    yield store
    store.close()


def ids(store: Store, text: str) -> set[str]:
    return {one.event_id for one in page(store, DISTRICT, understood(store, DISTRICT, text), Span(), 100).events}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tbell@gmail.com", {"mail", "upon-mail"}),
        ("account:TBell@Gmail.com", {"mail", "upon-mail"}),
        ("tbell@*", {*DOMAINS, "target", "upon-mail", "upon-own"}),
        ("*@gmail.com", {"mail", "upon-mail"}),
        ("tbell@maple.k12.example", {"own", "short", "plain", "target", "upon-own"}),
        ("MAPLE\\tbell", {"own", "short", "plain", "target", "upon-own"}),
        ("LAB-7\\tbell", {"lab"}),
        ("tbell@nowhere.example", set()),
        ("tbell", {*DOMAINS, "target", "upon-mail", "upon-own"}),
        (KELVIN, {"kelvin"}),
        ("kim", set()),
        ("k*m", set()),
    ],
)
def test_a_typed_realm_chooses_the_account(store: Store, text: str, found: set[str]) -> None:
    assert ids(store, text) == found


def test_an_account_of_another_realm_is_shown_with_it(store: Store) -> None:
    place = Place(store, DISTRICT)
    shown = {one.event_id: place.account(one) for one in by_id(store, DISTRICT, list(DOMAINS))}
    assert shown == {
        **dict.fromkeys(("own", "short", "plain"), "tbell"),
        **{"mail": "tbell@gmail.com", "lab": "lab-7\\tbell", "builtin": ".\\tbell"},
        **{"suffix": "tbell@ad.example.org", "odd": "tbell@evil.example"},
    }


@pytest.mark.parametrize(
    "realms",
    [
        Realms(),
        Realms(frozenset({"maple"}), declared=True),
        Realms(frozenset({"maple.k12.example"})),
        Realms(frozenset()),
    ],
)
def test_the_store_and_the_judge_know_an_account_by_the_same_name(store: Store, realms: Realms) -> None:
    where = Where(DISTRICT).among("event_id", list(DOMAINS))
    where.that(ours(where, realms))
    chosen = {one.event_id for one in page_where(store, where)}
    told = {one.event_id for one in by_id(store, DISTRICT, list(DOMAINS)) if account_of(one, realms) == "tbell"}
    assert chosen == told


def page_where(store: Store, where: Where) -> list[Named]:
    return store.rows(f"SELECT event_id FROM events FINAL {where}", Named, where.parameters)


def test_violations_of_an_account_are_its_own(store: Store) -> None:
    def asked(text: str) -> list[str]:
        sought = understood(store, DISTRICT, text)
        about = {one.violation_id for one in queue(store, DISTRICT, Filter(subject=sought))}
        proof = {one.violation_id for one in queue(store, DISTRICT, Filter(evidence_of=sought))}
        return sorted(about | proof)

    assert asked("tbell@gmail.com") == ["v2"]
    assert asked("tbell@maple.k12.example") == ["v1"]


def test_a_search_for_a_realm_names_the_account(store: Store) -> None:
    sought = understood(store, DISTRICT, "tbell@gmail.com")
    assert counted(search(store, DISTRICT, sought)) == {("account", "tbell@gmail.com"): 2}


def counted(found: Iterable[Match | Pivot]) -> dict[tuple[str, str], int]:
    return {(one.kind, one.name): one.events for one in found}


def test_what_a_foreign_account_of_the_name_did_is_not_counted_under_the_districts(store: Store) -> None:
    found = counted(search(store, DISTRICT, understood(store, DISTRICT, "tbell")))
    assert found["account", "tbell"] == 5
    assert (found["account", "tbell@gmail.com"], found["account", "lab-7\\tbell"]) == (2, 1)
    own = understood(store, DISTRICT, "tbell@maple.k12.example")
    assert counted(search(store, DISTRICT, own)) == {("account", "tbell"): 5}
    beside = counted(pivots(store, DISTRICT, understood(store, DISTRICT, "account:admin"), Span()))
    assert (beside["account", "tbell"], beside["account", "tbell@gmail.com"]) == (2, 1)


def test_the_account_acted_upon_is_shown_with_another_realm(store: Store) -> None:
    realms = Realms(frozenset({"maple"}), declared=True)
    upon = by_id(store, DISTRICT, ["upon-mail", "upon-own", "target"])
    told = {one.event_id: target_of(one, realms) for one in upon}
    assert told == {"upon-mail": "tbell@gmail.com", "upon-own": "tbell", "target": "tbell"}


def test_look_alike_letters_fold_into_no_name_of_the_tables(store: Store) -> None:
    assert [one.id for one in known_as(store, DISTRICT, "KIM")] == ["kim"]
    assert known_as(store, DISTRICT, KELVIN) == []
