"""The bench's own judgement: its plain loop finds what was planted, and a run that finds less is no figure."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import engine, size
from bench.bare import JUDGED
from bench.district import District
from bench.figure import Figure, NotFound
from bench.plain_loop import ALL, THREE, Logic, assert_found, judged, measure, written
from model.batch import Fact

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    made = District(tmp_path_factory.mktemp("bench") / "district", people=120, days=2, requests=1)
    made.make()
    return made


def test_the_plain_loop_finds_all_that_was_planted(district: District) -> None:
    figures, rate = measure(district, rounds=1)
    assert rate > 0
    planted = sum(each.detection in JUDGED for each in district.expected)
    assert planted > 5
    assert f"all {planted} planted found" in figures[0].note


def test_the_plain_loop_with_the_logic_of_all_detections_finds_all_that_was_planted(district: District) -> None:
    _, found = judged(written(district), district.facts(), ALL)
    assert assert_found(district, found, "plain loop", ALL) == len(district.expected)


@pytest.mark.parametrize("logic", [THREE, ALL], ids=["three", "all"])
def test_a_loop_that_misses_what_was_planted_gives_no_figure(district: District, logic: Logic) -> None:
    with pytest.raises(NotFound, match="missed"):
        assert_found(district, set(), "nobody", logic)


@pytest.mark.slow
def test_the_engine_is_held_against_the_plain_loop_with_three_detections_and_with_all(district: District) -> None:
    three, every = engine.measure(district, rounds=1)
    assert every.least == three.value > 0


@pytest.mark.parametrize(("value", "met"), [(0.29, False), (0.3, True)])
def test_a_target_is_met_from_its_own_value_on(value: float, met: bool) -> None:
    assert Figure("ratio", "worker / loop", value, "×", least=0.3).met is met


def test_a_figure_without_a_target_meets_none() -> None:
    assert Figure("loop", "plain loop", 1.0, "events/CPU-s").met is None


SMALL = """
from bench import size
size.ACTIVE, size.SIZES = 20, (1_000, 2_000)
for figure in size.measure()[:4]:
    print(figure.value, figure.note)
"""


def test_events_of_every_size_are_judged_and_its_accounts_weighed() -> None:
    """In a process of its own, as the bench runs it: another has freed memory, into which so few would fit."""
    cost, *each = subprocess.check_output([sys.executable, "-c", SMALL], cwd=ROOT, text=True).splitlines()
    assert "with 1,000" in cost
    assert "with 2,000" in cost
    assert min(float(one.split()[0]) for one in (cost, *each)) > 0


def test_a_size_of_which_something_is_not_taken_in_gives_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "_accounts", lambda count: [Fact(table="users", key="p0", row={"username": "user0"})])
    with pytest.raises(NotFound, match="not taken in"):
        size.Sized(1)
