"""Deadlines go through whole tables, so they are worked out again only when a table that they rest on changes."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from model.batch import Fact
from model.calendar import Calendar
from model.policy import Policy, base_policy
from model.reference import Reference
from producers.district_folder import open_district
from simulator.options import Options
from simulator.simulation import simulate
from streams.detection import Known, Opening
from streams.detections.catalog import DETECTIONS
from streams.patterns.openings import deadlines

FAR = 1 << 60
NAMES = ["ended_account_in_use", "lost_device", "overdue_duty", "unreturned_device"]


def row_of(table: str, **row: str) -> Fact:
    return Fact(table=table, key=next(iter(row.values())), row=row)


def known(facts: Iterable[Fact], policy: Policy | None = None) -> Known:
    reference = Reference()
    for fact in facts:
        reference.apply(fact)
    return Known(reference, Calendar(reference, "America/Chicago"), policy or base_policy(), {}, watched_since=0)


@pytest.mark.parametrize(("table", "asked"), [("devices", 2), ("domains", 1)])
def test_only_a_row_of_a_table_that_deadlines_rest_on_has_them_worked_out_again(table: str, asked: int) -> None:
    looks: list[Known] = []

    def due(known: Known) -> list[Opening]:
        looks.append(known)
        return []

    opens = deadlines(due, frozenset({"devices"}))
    rows = {
        "devices": row_of("devices", device_id="LT-1", **{"class": "staff"}),
        "domains": row_of("domains", domain="tunnel.example", category="vpn"),
    }
    district = known([])
    opens(district, 0, 1)
    district.reference.apply(rows[table])
    opens(district, 1, 2)
    assert len(looks) == asked


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> list[Fact]:
    folder: Path = tmp_path_factory.mktemp("district")
    simulate(folder, Options(seed=3, people=100, requests=1))
    return open_district(folder).facts


@pytest.mark.parametrize("name", NAMES)
def test_the_deadlines_of_a_detection_are_the_same_without_the_tables_that_it_does_not_name(
    name: str, facts: list[Fact]
) -> None:
    detection = next(one for one in DETECTIONS if one.name == name)
    packs = [fact.row["pack"] for fact in facts if fact.table == "policy" and fact.row]
    policy = Policy.model_validate_json(packs[-1])

    def opened(rows: list[Fact]) -> list[Opening]:
        return list(detection.opens(known(rows, policy), -FAR, FAR)) if detection.opens else []

    every = opened(facts)
    assert every
    assert every == opened([fact for fact in facts if fact.table in detection.tables])
