"""What a restored backup brings back of destroyed cases is destroyed again, whole, as the plan said; or it stays."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import pytest

from casework import retention, retention_run
from casework.register import Register, decision
from casework.retention_run import Run
from infra.local.stack import Stack
from model.clock import now
from storage.ledger.ledger import open_ledger
from storage.queries.casework import placed
from storage.row_marks import RowMarks
from tests.casework.test_entities import CASE, HOLD
from tests.casework.test_forgotten_entities import Killed, decided, district, planned
from tests.support.storage_cases import fresh_store

BACK, HELD, FORGED = "case:2015-0001", "case:2015-0002", "case:2015-0003"
CLOSED = [("case.opened", CASE), ("case.noted", {"text": "asked"}), ("case.closed", {})]
DIES_AT = ("delete", "certify")


class Returned(NamedTuple):
    """What was planned and certified before the backup was in any plan, and after; and what is left."""

    early: dict[str, Any]
    plan: retention.Plan
    certificate: dict[str, Any]
    left: set[str]


@pytest.fixture(scope="module")
def returned(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Returned]:
    """Three closed cases are destroyed; a backup from before they were closed brings them back.

    One of them is on hold meanwhile, and beside a decision of another somebody writes one that says otherwise.
    """
    home_folder = tmp_path_factory.mktemp("home")
    with closing(fresh_store(stack, "entities_again")) as database:
        url = f"{stack.clickhouse_url}/{database.database}"
        settings = stack.settings(clickhouse_url=url, kafka_partitions=64, hallmonitor_home=home_folder)
        store = database.marking(RowMarks(home_folder))
        with closing(open_ledger(settings)) as ledger, Register(settings, store) as register:
            home = district(register, ledger, dict.fromkeys((BACK, HELD, FORGED), CLOSED[:-1]), 10)
            database.command("CREATE TABLE backup AS casework")
            database.command("INSERT INTO backup SELECT * FROM casework")
            for name in (BACK, HELD, FORGED):
                register.write(decided(home, name, *CLOSED[-1]))

            def run(plan: retention.Plan, die_at: str = "") -> dict[str, Any]:
                def step(name: str) -> None:
                    if name == die_at:
                        raise Killed

                asked = Run(register, ledger, home_folder, dict, step)
                return retention_run.run(asked, retention.plan_of(store, plan.plan_id), "ruth", "r", now())

            run(planned(register, home))
            early = planned(register, home)
            database.command("INSERT INTO casework SELECT * FROM backup")
            other = '* REPLACE (\'{"title":"y"}\' AS body)'
            database.command(f"INSERT INTO casework SELECT {other} FROM backup WHERE entity = '{FORGED}' LIMIT 1")
            made = run(early)
            told = {"actor": "ruth", "role": "records_officer", "district": home}
            body = {**HOLD, "accounts": [], "persons": ["p99"], "matter": HELD.replace(":", " ")}
            register.write(decision("hold:h1", "hold.placed", now(), body=body, **told))
            plan = planned(register, home)
            for name in DIES_AT:
                with pytest.raises(Killed):
                    run(plan, name)
            certificate = run(plan)
            yield Returned(made, plan, certificate, {one.event.entity for one in placed(store, home)})


def of_casework(made: dict[str, Any]) -> tuple[int, int]:
    """Rows destroyed for the first time, and again."""
    return next(
        (one["rows_deleted"], one.get("destroyed_again", 0)) for one in made["classes"] if one["class"] == "casework"
    )


def test_what_the_plan_did_not_say_stays(returned: Returned) -> None:
    assert of_casework(returned.early) == (0, 0)


def test_a_plan_counts_apart_what_goes_again_open_or_closed(returned: Returned) -> None:
    assert [one.destroyed_again for one in returned.plan.classes if one.record_class == "casework"] == [2]


def test_a_run_killed_at_any_step_destroys_it_again_and_certifies_it_apart(returned: Returned) -> None:
    assert of_casework(returned.certificate) == (0, 2)
    assert BACK not in returned.left


def test_what_a_hold_names_since_stays(returned: Returned) -> None:
    assert HELD in returned.left


def test_a_case_beside_one_of_whose_decisions_somebody_wrote_another_stays_whole(returned: Returned) -> None:
    assert FORGED in returned.left
