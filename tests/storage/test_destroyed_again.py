"""What a restored backup brings back of destroyed rows goes with the next run, counted apart; and nothing beside it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from infra.local.stack import Stack
from model.hold import Hold
from storage.client import Store
from storage.ledger import verifying
from storage.ledger.ledger import Ledger
from storage.retention.again import Returned, Stands
from storage.retention.due import PURGED, Question, sealed_as
from storage.retention.purge import Purge
from storage.retention.schedule import Rule, cutoffs
from storage.row_marks import RowMarks
from tests.support.ledger_cases import home_ledger, seal, store_marked, verified, wrong
from tests.support.storage_cases import DISTRICT, event, events, fresh_store, violation, violations

YOUNG = "2027-03-04T14:00:00.000Z"
YEAR = Rule(keep="P1Y", since="occurred", basis="local")
RULES = dict.fromkeys((*PURGED, "exhibits"), YEAR)
BACKED_UP = ("events", "violations")  # tables that the backup is made of
HELD = "mroe"  # the account on hold


class Kept(NamedTuple):
    """A district's store and its ledger."""

    store: Store
    ledger: Ledger


@contextmanager
def purged_once(stack: Stack, home: Path) -> Iterator[Kept]:
    """Two old events and a violation about one, which a purge destroyed; an old event on hold, and a young one."""
    with closing(fresh_store(stack, f"again_{uuid.uuid4().hex[:8]}")) as database, closing(home_ledger(home)) as ledger:
        store = database.marking(RowMarks(home))
        told = [event("a1"), event("a2"), event("held", account=HELD), event("young", occurred_at=YOUNG)]
        store_marked(ledger, store, [events(told, 10), violations([violation("v0", event_ids=["a2"])], 4)])
        seal(ledger)
        for table in BACKED_UP:
            store.command(f"CREATE TABLE {table}_backup AS {table}")
            store.command(f"INSERT INTO {table}_backup SELECT * FROM {table}")
        purged(Kept(store, ledger), "plan1")
        yield Kept(store, ledger)


@pytest.fixture
def place(stack: Stack, tmp_path: Path) -> Iterator[Kept]:
    with purged_once(stack, tmp_path) as kept:
        yield kept


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)


def asked(place: Kept, rules: Mapping[str, Rule] = RULES) -> Question:
    """What is due in 2027, with a hold."""
    held = Hold(hold_id="h1", district=DISTRICT, matter="M-1", kind="litigation", reason="r", accounts=(HELD,))
    cuts = cutoffs(rules, date(2027, 3, 5), ZoneInfo("America/Chicago"))
    returned = Returned(place.store, place.ledger.book.destroyed, DISTRICT)
    return Question(place.store, DISTRICT, rules, cuts, [held], datetime(2100, 1, 1, tzinfo=UTC), returned=returned)


def purged(place: Kept, plan: str, rules: Mapping[str, Rule] = RULES) -> None:
    """Destroy all that is due, for the first time or again."""
    question = asked(place, rules)
    again: dict[str, list[Stands]] = {}
    for name in PURGED:
        again.setdefault(sealed_as(name), []).extend(question.again(name))
    run = Purge(place.store, place.ledger.sealer, DISTRICT, plan)
    run.list_rows({name: question.due_rows(name) for name in PURGED}, {}, again)
    run.delete()
    run.certify({"certificate_id": f"c-{plan}", "plan_id": plan}, "2027-03-05T12:00:00.000Z")


def counted(place: Kept, rules: Mapping[str, Rule] = RULES) -> dict[str, tuple[int, int]]:
    """Of each class in which something goes: how much for the first time, and how much again."""
    counts = (asked(place, rules).counts(name, rules[name]) for name in PURGED)
    return {one.record_class: (one.due, one.destroyed_again) for one in counts if one.due or one.destroyed_again}


def test_what_a_restored_backup_brings_back_is_counted_apart_and_goes_again(place: Kept) -> None:
    assert counted(place) == {}
    for table in BACKED_UP:
        place.store.command(f"TRUNCATE TABLE {table}")
        place.store.command(f"INSERT INTO {table} SELECT * FROM {table}_backup")
    assert counted(place) == {"auth_events": (0, 2), "raw": (0, 2), "violations": (0, 1)}
    purged(place, "plan2")
    outcome = verified(place.ledger, place.store)
    assert outcome.good, wrong(outcome)


def test_a_raw_record_that_is_back_in_an_event_that_stays_goes_again(place: Kept) -> None:
    rules = {**RULES, "auth_events": Rule(keep="P9Y", since="occurred", basis="local")}
    row = event("b1", raw="as it was sent")
    store_marked(place.ledger, place.store, [events([row], 15)])
    seal(place.ledger)
    place.store.command("INSERT INTO events_backup SELECT * FROM events WHERE event_id = 'b1'")
    purged(place, "plan3", rules)
    place.store.command("INSERT INTO events SELECT * FROM events_backup WHERE event_id = 'b1'")
    assert counted(place, rules) == {"raw": (0, 1)}
    purged(place, "plan4", rules)
    outcome = verified(place.ledger, place.store)
    assert outcome.good, wrong(outcome)


def forge(store: Store, name: str, **said: str) -> None:
    """Add a row like the destroyed event a1, with another id, and some columns (SQL) that say otherwise."""
    told = "".join(f", {sql} AS {column}" for column, sql in said.items())
    one = "(SELECT * FROM events_backup WHERE event_id = 'a1')"
    store.command(f"INSERT INTO events SELECT * REPLACE ('{name}' AS event_id{told}) FROM {one}")


class Attacked(NamedTuple):
    """What a plan counts again of events, what is left of the run, and what `ledger verify` then says."""

    again: int
    left: set[str]
    wrong: set[tuple[str, str]]


@pytest.fixture(scope="module")
def attacked(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Somebody wrote rows into the store. A genuine row `fresh` came after the seal, as just before the deletion."""
    with purged_once(stack, tmp_path_factory.mktemp("home")) as place:
        store_marked(place.ledger, place.store, [events([event("fresh", occurred_at=YOUNG)], 20)])
        forge(place.store, "fresh")
        forge(place.store, "held", occurred_at="occurred_at - INTERVAL 1 DAY")
        forge(place.store, "elsewhere", version="version + 900")
        forge(place.store, "not due", occurred_at=f"parseDateTime64BestEffort('{YOUNG}', 3, 'UTC')")
        forge(place.store, "on hold", account=f"'{HELD}'")
        again = counted(place)["auth_events"][1]
        purged(place, "plan5")
        left = {row.id for row in verifying.rows_of(place.store, DISTRICT, "auth_events", 0, None)}
        yield Attacked(again, left, {row[1:] for row in wrong(verified(place.ledger, place.store))})


def test_a_row_written_where_one_was_destroyed_is_counted_as_if_it_had_come_back(attacked: Attacked) -> None:
    assert attacked.again == 2  # as fresh, as held


@pytest.mark.parametrize("name", ["fresh", "held"])
def test_a_genuine_row_whose_id_such_a_row_bears_stays_and_is_intact(attacked: Attacked, name: str) -> None:
    assert name in attacked.left
    assert name not in {row for row, _ in attacked.wrong}


@pytest.mark.parametrize("name", ["elsewhere", "not due", "on hold"])
def test_what_stands_elsewhere_or_is_not_due_or_is_on_hold_stays_and_is_named(attacked: Attacked, name: str) -> None:
    assert name in attacked.left
    assert (name, "extra") in attacked.wrong
