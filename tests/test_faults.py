"""kill -9 of every process while a district's logs flow: afterwards everything is stored once and judged alike."""

import os
import random
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Stack
from model.settings import Settings
from producers.simulator.options import Options
from producers.simulator.simulation import simulate
from storage.client import Store, connect
from storage.migrate import migrate
from tests.drill import KINDS, Drill
from tests.whole_answer import differences, due, repeated, stored_answer

pytestmark = pytest.mark.faults
SHORT = os.environ.get("HALLMONITOR_FAULTS") == "short"
SEED = int(os.environ.get("HALLMONITOR_FAULTS_SEED", "1"))
KILLS_EACH, PEOPLE, DAYS = (1, 100, 9) if SHORT else (3, 150, 16)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "stack") as stack:
        yield stack


@pytest.fixture
def store(stack: Stack) -> Iterator[Store]:
    store = connect(Settings(clickhouse_url=stack.clickhouse_url))
    migrate(store)
    yield store
    store.close()


class Days:
    """A district whose logs turn up day by day, as a folder that is copied to every night."""

    def __init__(self, whole: Path, growing: Path) -> None:
        self._growing = growing
        self._days: dict[str, list[Path]] = defaultdict(list)
        for log in sorted((whole / "logs").rglob("*.*")):
            self._days[log.stem.split(".")[0][-10:]].append(log)
        shutil.copytree(
            whole, growing, ignore=lambda folder, names: names if Path(folder).parent.name == "logs" else []
        )
        self.more()

    def more(self) -> bool:
        """Lay the next day's files ready; whether there was one."""
        if not self._days:
            return False
        for log in self._days.pop(min(self._days)):
            shutil.copy2(log, self._growing / "logs" / log.parent.name / log.name)
        return True


def _logs(folder: str, names: list[str]) -> list[str]:
    return names if Path(folder).parent.name == "logs" else []


def test_whatever_is_killed_everything_is_stored_once_and_judged_alike(
    stack: Stack, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, growing, home = tmp_path / "whole", tmp_path / "growing", tmp_path / "home"
    home.mkdir()
    simulate(whole, Options(SEED, PEOPLE, days=DAYS))
    chance = random.Random(SEED)
    plan = list(KINDS) * KILLS_EACH
    chance.shuffle(plan)
    drill = Drill(stack, growing, home, store, Days(whole, growing).more)
    try:
        drill.endure(plan, chance)
    finally:
        drill.end()
        with capsys.disabled():
            print("\n" + drill.story())
    expected, found = due(whole), stored_answer(store)
    assert repeated(store) == 0
    assert len(found.event_ids) == len(expected.event_ids)
    assert found.event_ids == expected.event_ids
    assert found.letter_ids == expected.letter_ids
    assert differences(found.violations, expected.violations) == []
    assert len(drill.kills) == len(plan)
    assert {kill.kind for kill in drill.kills} == set(KINDS)
