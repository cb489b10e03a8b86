"""One folder, one answer: judged whole, turn by turn with restarts, by the real stack, or again from what it stored."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.stack import Stack
from model.settings import SERVERS, Settings
from model.violation import Violation, decode_violation
from producers.history import history
from simulator.options import Options
from simulator.simulation import simulate
from storage.client import connect
from streams.engine.engine import Engine
from tests.support.whole_answer import Answer, differences, due, standing, stored_answer

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred people, every scenario, and little noise."""
    folder = tmp_path_factory.mktemp("quiet") / "maple-falls"
    simulate(folder, Options(seed=3, people=100, requests=1))
    return folder


class Turns:
    """An engine as a worker has it: turns of any length, and now and then nothing left but what was written."""

    def __init__(self, district: str, chance: random.Random) -> None:
        self._district, self._chance = district, chance
        self._engine = Engine(district)
        self._memories: dict[str, bytes] = {}
        self.said: dict[str, Violation] = {}

    def turn(self) -> None:
        self._engine.judge()
        for line in self._engine.take().violations:
            self.said[decode_violation(line).violation_id] = decode_violation(line)
        for key, value in self._engine.changes():
            self._memories.pop(key, None)
            self._memories.update({key: value} if value is not None else {})

    def run(self, folder: Path) -> int:
        """How often it was begun anew."""
        restarts = 0
        for batch in history(folder):
            self._engine.observe(batch)
            if self._chance.random() < 0.02:
                self.turn()
                if self._chance.random() < 0.1:
                    restarts += 1
                    self._engine = Engine(self._district)
                    self._engine.restore(self._memories.items())
        self.turn()
        return restarts


@pytest.mark.slow
def test_turns_and_restarts_change_nothing_of_what_is_found(quiet: Path) -> None:
    turns = Turns("maple-falls", random.Random(1))
    assert turns.run(quiet) > 3
    expected = due(quiet)
    assert len(expected.violations) > 30
    assert differences(standing(list(turns.said.values())), expected.violations) == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parity") / "maple-falls"
    simulate(folder, Options(seed=5, people=100))
    return folder


@pytest.fixture(scope="module")
def environment(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where a run has stored the folder."""
    home = tmp_path_factory.mktemp("home")
    with Stack(home / "stack") as stack:
        found = {**os.environ, **stack.environment, "HALLMONITOR_HOME": str(home), "KAFKA_PARTITIONS": "2"}
        assert json.loads(hallmonitor(found, "run", str(folder), "--until-idle", "--json"))["lost"] == 0
        yield found


@pytest.fixture(scope="module")
def expected(folder: Path) -> Answer:
    return due(folder)


def hallmonitor(environment: dict[str, str], *arguments: str) -> bytes:
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, check=True, timeout=1200
    ).stdout


@pytest.mark.slow
def test_the_real_stack_stores_what_judge_finds(environment: dict[str, str], expected: Answer) -> None:
    store = connect(Settings(**{name: environment[name.upper()] for name in SERVERS}))
    found = stored_answer(store)
    store.close()
    assert (found.event_ids, found.letter_ids) == (expected.event_ids, expected.letter_ids)
    assert differences(found.violations, expected.violations) == []


@pytest.mark.slow
def test_the_command_prints_the_same_as_judge(environment: dict[str, str], expected: Answer) -> None:
    lines = hallmonitor(environment, "violations", "--all", "--json", "--limit", "9999").splitlines()
    assert differences(standing([decode_violation(line) for line in lines]), expected.violations) == []


@pytest.mark.slow
def test_a_replay_from_clickhouse_finds_the_same(environment: dict[str, str], expected: Answer) -> None:
    lines = hallmonitor(environment, "replay").splitlines()
    assert differences(standing([decode_violation(line) for line in lines]), expected.violations) == []
