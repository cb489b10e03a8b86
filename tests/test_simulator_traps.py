"""Each look-alike is one fact away from a violation: take the fact away, and the judge must find what it hid."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from producers.history import history
from simulator.options import Options
from simulator.scenarios import all_scenarios
from simulator.simulation import simulate
from streams.engine.whole import judge_whole

Row = dict[str, str]
Kept = Callable[[Row], bool]

TRAPS = tuple(name for name in all_scenarios() if name.startswith("lookalike_"))
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def guilty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[tuple[str, str]]]:
    """Look-alikes only, without the papers that make them innocent; and (detection, subject) of all that is found."""
    folder = tmp_path_factory.mktemp("traps")
    simulate(folder, Options(21, people=100, requests=2, scenarios=TRAPS))
    for table, kept in INNOCENCE.items():
        rewrite(folder / "reference" / f"{table}.csv", kept)
    found = judge_whole(lambda: history(folder), lambda batch: None).violations
    return folder, {
        (each.detection, each.account or each.device_id or "")
        for each in found
        if each.status in ("open", "provisional")
    }


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


def test_without_tickets_every_ticketed_vendor_is_found(guilty: tuple[Path, set[tuple[str, str]]]) -> None:
    folder, found = guilty
    vendors = {row["account"] for row in read(folder / "reference" / "accounts.csv") if row["kind"] == "vendor"}
    missed = {account for account in vendors if ("unapproved_vendor_session", account) not in found}
    assert len(vendors) > 12
    assert missed == set()


def test_without_pairing_and_assignment_two_computers_at_once_are_found(
    guilty: tuple[Path, set[tuple[str, str]]],
) -> None:
    shared = {subject for detection, subject in guilty[1] if detection == "shared_account"}
    assert len(shared) == 2  # the paired and the assigned room PC, and nobody else


def test_without_the_districts_domains_the_filters_opinion_convicts(guilty: tuple[Path, set[tuple[str, str]]]) -> None:
    circumvented = {subject for detection, subject in guilty[1] if detection == "filter_circumvention"}
    assert len(circumvented) == 2  # the advertising host, and the lesson's site rated as a proxy
