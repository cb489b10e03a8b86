"""Violations and facts that were removed or changed in the store let no run destroy what they kept."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import msgspec
import pytest

from casework import retention, retention_run
from casework.register import Register
from casework.relied_on import Relied
from casework.retention import PlanRefused
from casework.retention_run import Run
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.topics import EVENTS
from storage.client import Store
from storage.ledger import verifying
from storage.ledger.ledger import Ledger, open_ledger
from storage.row_marks import RowMarks
from tests.casework.test_entities import CASE, HOLD
from tests.casework.test_forgotten_entities import district, planned
from tests.support.desk_cases import line
from tests.support.ledger_cases import nobody_knows, store_marked
from tests.support.storage_cases import fresh_store

CLOSED = [("case.opened", {**CASE, "people": [], "accounts": ["contractor7"]}), ("case.closed", {})]
ON_HOLD = {"hold:h1": [("hold.placed", {**HOLD, "accounts": [], "vendors": ["acme"]})]}


class Held(NamedTuple):
    """A district with a closed case about an account that only the tables give to the vendor on hold."""

    register: Register
    ledger: Ledger
    store: Store
    home: str

    def wrong(self) -> set[str]:
        """What is not as it was stored."""
        relied = Relied(self.register.store, self.ledger, self.home, nobody_knows)
        return set(relied.wrong_records(lambda: self.ledger.seal([self.home], now())))

    def run(self, plan: retention.Plan) -> dict[str, int]:
        """Rows destroyed, by class."""
        plan = retention.plan_of(self.register.store, plan.plan_id)
        folder = self.ledger.book.path.parents[1]
        asked = Run(self.register, self.ledger, folder, dict, names=nobody_knows)
        made = retention_run.run(asked, plan, "ruth", "records_officer", now())
        return {one["class"]: one["rows_deleted"] for one in made["classes"]}


@pytest.fixture(scope="module")
def held(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("home")
    with closing(fresh_store(stack, "relied_on")) as database:
        url = f"{stack.clickhouse_url}/{database.database}"
        settings = stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=folder)
        store = database.marking(RowMarks(folder))
        with closing(open_ledger(settings)) as ledger, Register(settings, store) as register:
            home = district(register, ledger, {"case:2015-0001": CLOSED, **ON_HOLD}, 10)
            account = Fact(table="accounts", key="contractor7", row={"account": "contractor7", "vendor": "acme"})
            store_marked(ledger, store, [line(EVENTS.name, home, [msgspec.json.encode(account)], 11, "reference")])
            ledger.seal([home], now())
            for table in ("violations", "reference"):
                database.command(f"CREATE TABLE {table}_backup AS {table}")
                database.command(f"INSERT INTO {table}_backup SELECT * FROM {table}")
            yield Held(register, ledger, database, home)


@pytest.fixture(autouse=True)
def as_stored(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with the tables as they were sealed."""
    monkeypatch.setattr(verifying, "PAUSE_S", 0.0)
    for table in ("violations", "reference"):
        held.store.command(f"TRUNCATE TABLE {table}")
        held.store.command(f"INSERT INTO {table} SELECT * FROM {table}_backup")


ACCOUNT = "DELETE FROM reference WHERE key = 'contractor7'"
CHANGED = "ALTER TABLE violations UPDATE account = 'nobody' WHERE 1 SETTINGS mutations_sync = 2"
FORGED = """INSERT INTO violations SELECT * REPLACE (replaceAll(body, 'tbell', 'nobody') AS body, epoch + 1 AS epoch,
version + {more} AS version) FROM violations_backup"""


def test_what_is_as_it_was_sealed_is_not_wrong(held: Held) -> None:
    assert held.wrong() == set()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (ACCOUNT, {"reference", "missing"}),
        ("DELETE FROM violations WHERE 1", {"violations", "missing"}),
        (
            CHANGED,
            {"violations", "v1", "altered"},
        ),
        (FORGED.format(more="0"), {"violations", "v1", "extra"}),
        (FORGED.format(more="900"), {"violations", "v1", "extra"}),
    ],
)
def test_a_violation_or_fact_that_was_removed_or_changed_or_given_another_face_is_named(
    held: Held, spoil: str, said: set[str]
) -> None:
    held.store.command(spoil)
    assert len(held.wrong()) == 1
    assert said <= set(held.wrong().pop().split())


def test_a_run_is_refused_where_a_hold_reaches_its_subject_by_a_removed_fact_alone(held: Held) -> None:
    plan = planned(held.register, held.home)
    held.store.command(ACCOUNT)
    with pytest.raises(PlanRefused, match=r"reference .* missing.* restore"):
        held.run(plan)
    held.store.command("INSERT INTO reference SELECT * FROM reference_backup")
    assert held.run(plan)["casework"] == 0


def test_a_plan_that_names_what_is_lost_is_run(held: Held) -> None:
    told = {name.replace("-0001", "-0002"): said for name, said in {"case:2015-0001": CLOSED, **ON_HOLD}.items()}
    home = district(held.register, held.ledger, told, 20)
    other = held._replace(home=home)
    held.ledger.seal([home], now())
    held.store.command(f"DELETE FROM violations WHERE district = '{home}'")
    assert other.run(planned(held.register, home, sorted(other.wrong())))["casework"] == len(CLOSED)
