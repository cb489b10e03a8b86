"""Each look-alike is one fact away from a violation: take the fact away, and the judge must find what it hid."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from producers.history import history
from simulator.options import Options
from simulator.scenarios import all_scenarios
from simulator.simulation import simulate
from streams.detections.unfiltered_device.days import Fleet
from streams.engine.whole import judge_whole

Row = dict[str, str]
Kept = Callable[[Row], bool]

TRAPS = tuple(name for name in all_scenarios() if name.startswith("lookalike_"))
pytestmark = pytest.mark.slow


class Guilty(NamedTuple):
    """What is left of the look-alikes' tables, the tickets taken, and (detection, subject) of what is found."""

    tables: Path
    tickets: list[Row]
    found: set[tuple[str, str]]


@pytest.fixture(scope="module")
def guilty(tmp_path_factory: pytest.TempPathFactory) -> Guilty:
    """Look-alikes only, without the papers that make them innocent."""
    folder = tmp_path_factory.mktemp("traps")
    tables = folder / "reference"
    simulate(folder, Options(21, people=100, requests=2, scenarios=TRAPS))
    tickets = [row for row in read(tables / "approvals.csv") if row["kind"] == "vendor_access"]
    for table, kept in INNOCENCE.items():
        rewrite(tables / f"{table}.csv", kept)
    judged = judge_whole(lambda: history(folder), lambda batch: None).violations
    found = {
        (each.detection, each.account or each.device_id or "")
        for each in judged
        if each.status in ("open", "provisional")
    }
    return Guilty(tables, tickets, found)


INNOCENCE: dict[str, Kept] = {
    "approvals": lambda row: not row["reason"].startswith("lookalike"),
    "pairings": lambda row: False,
    "assignments": lambda row: not row["device_id"].startswith("PC-"),
    "domains": lambda row: row["domain"] not in ("adworks.example", "learning.example"),
}


def rewrite(path: Path, kept: Kept) -> None:
    """Keeps only some rows of a table."""
    rows = read(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(row for row in rows if kept(row))


def read(path: Path) -> list[Row]:
    """A table's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_without_tickets_every_ticketed_vendor_is_found(guilty: Guilty) -> None:
    """A ticket that names a server was for a session there, one that names a laptop for help on that laptop."""
    accounts = {row["vendor"]: row["account"] for row in read(guilty.tables / "accounts.csv") if row["vendor"]}
    devices = read(guilty.tables / "devices.csv")
    laptops = {row["hostname"]: row["device_id"] for row in devices if row["class"] == "staff"}
    due = {
        ("vendor_outside_vpn", laptops[ticket["system"]])
        if ticket["system"] in laptops
        else ("unapproved_vendor_session", accounts[ticket["vendor"]])
        for ticket in guilty.tickets
    }
    assert len(due) > 15
    assert due - guilty.found == set()


def test_without_pairing_and_assignment_two_computers_at_once_are_found(guilty: Guilty) -> None:
    shared = {subject for detection, subject in guilty.found if detection == "shared_account"}
    assert len(shared) == 2  # the paired and the assigned room PC, and nobody else


def test_without_the_districts_domains_the_filters_opinion_convicts(guilty: Guilty) -> None:
    circumvented = {subject for detection, subject in guilty.found if detection == "filter_circumvention"}
    assert len(circumvented) == 2  # the advertising host, and the lesson's site rated as a proxy


def test_were_an_outage_of_the_filter_no_excuse_each_laptop_that_it_hid_would_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate(tmp_path, Options(21, people=100, requests=2, scenarios=("lookalike_filter_outage",)))
    assert unfiltered(tmp_path) == set()
    monkeypatch.setattr(Fleet, "voids", lambda fleet, rules: False)
    assert len(unfiltered(tmp_path)) == 10


def unfiltered(folder: Path) -> set[str | None]:
    """The devices that were online without the filter."""
    judged = judge_whole(lambda: history(folder), lambda batch: None).violations
    return {each.device_id for each in judged if each.detection == "unfiltered_device"}
