"""The processes of a run: who dies is started again; without the one that is not needed the run goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import processes
from cli.processes import Processes, ProcessFailed


@pytest.fixture
def together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.setattr(processes, "MOST_YOUNG_DEATHS", 2)
    with Processes(tmp_path) as together:
        yield together


def _look_until_dead(together: Processes, deaths: int) -> None:
    """`this`, with no arguments, prints its poem and ends."""
    for _ in range(deaths):
        while together.pids() and not together._children[0].ended():
            time.sleep(0.02)
        together.look()


def test_a_needed_process_that_does_not_stay_alive_ends_the_run_with_its_last_words(together: Processes) -> None:
    together.start("poem", "this")
    with pytest.raises(ProcessFailed, match="Namespaces are one honking great idea"):
        _look_until_dead(together, 2)


def test_without_a_process_that_is_not_needed_the_run_goes_on(together: Processes) -> None:
    together.start("poem", "this", needed=False)
    _look_until_dead(together, 20)
    assert together._children[0].restarts == 1


def test_who_rests_is_started_again_by_and_by(together: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "REST", 0.0)
    together.start("poem", "this", needed=False)
    _look_until_dead(together, 8)
    assert together._children[0].restarts == 4
