"""Simulated districts, judged: what is planted is found and nothing else; seeds, sizes, nights and snow days."""

from datetime import date
from pathlib import Path

import pytest

from cli.expectation import compare, read_expected
from producers.history import history
from simulator.options import Options, usual_schools, week_of_dst
from simulator.simulation import simulate
from streams.engine.whole import judge_whole

ZONE = "America/New_York"
DISTRICTS = {
    "seed 1": Options(1, requests=3),
    # With thin ordinary traffic, what is planted in the first days would be most of the volume.
    "the least people, old days packed": Options(2, people=100, requests=6, compressed=True),
    "seed 3, three schools": Options(3, people=700, schools=3, requests=6),
    "two snow days": Options(4, requests=1, snow_day=date(2026, 2, 5), late_snow_day=date(2026, 2, 10)),
    "clocks go forward": Options(5, requests=1, start=week_of_dst("spring", 2026, ZONE), timezone=ZONE),
    "clocks go back": Options(6, requests=1, start=week_of_dst("fall", 2025, ZONE), timezone=ZONE),
    "three weeks, from a Wednesday": Options(7, people=100, requests=6, start=date(2026, 1, 21), days=21),
    "three days, and nothing planted that needs more": Options(8, people=100, requests=2, days=3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DISTRICTS)
def test_precision_and_recall_are_one(name: str, tmp_path: Path) -> None:
    is_found_whole(DISTRICTS[name], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(11, 21))
def test_precision_and_recall_are_one_over_ten_seeds(seed: int, tmp_path: Path) -> None:
    is_found_whole(Options(seed, people=100, requests=6), tmp_path)


def is_found_whole(options: Options, tmp_path: Path) -> None:
    """Simulate and judge: nothing that was planted is missed, and nothing else is found."""
    assert options.schools >= usual_schools(options.people)
    simulate(tmp_path, options)
    expected = read_expected(tmp_path / "expected.yaml")
    comparison = compare(expected, judge_whole(lambda: history(tmp_path), lambda batch: None).violations)
    wrong = [f"missed {each.describe()}" for tally in comparison.tallies.values() for each in tally.missed]
    wrong += [f"invented {each.headline}" for tally in comparison.tallies.values() for each in tally.invented]
    assert wrong == []
    assert sum(len(tally.found) for tally in comparison.tallies.values()) > 30
