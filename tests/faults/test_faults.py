"""kill -9 of every process while a district's logs flow: afterwards everything is stored once and judged alike."""

import os
import random
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag

import pytest

from infra.local.stack import Stack
from model import topics
from model.batch import Batch
from producers.batching import tick
from producers.broker import create_topics
from producers.district_folder import open_district
from producers.history import fact_batches
from producers.intake import Intake
from producers.source import sources_of
from simulator.options import Options
from simulator.simulation import simulate
from storage import sink
from storage.client import Store, connect
from storage.migrate import migrate
from storage.writer import Writer
from tests.support.drill import KINDS, Drill
from tests.support.whole_answer import answer_to, differences, repeated, stored_answer

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
    store = connect(stack.settings())
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


def as_it_grows(whole: Path, growing: Path) -> list[Batch]:
    """The log of a district whose files turn up day by day, as one process reads it that nothing disturbs.

    Not as `judge` reads the whole folder: there a source whose first file is of the second day is known, too, to have
    written nothing on the first; whoever reads day by day cannot know that.
    """
    days = Days(whole, growing)
    opened = open_district(growing)
    batches = list(fact_batches(opened.district.id, opened.facts))
    intake = Intake(sources_of(opened.district, growing))
    batches += intake.round(ended=True)
    while days.more():
        batches += intake.round(ended=True)
    return [*batches, tick(intake.well, None)]


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
    log = as_it_grows(whole, tmp_path / "undisturbed")
    expected, found = answer_to(lambda: log), stored_answer(store)
    assert repeated(store) == 0
    assert len(found.event_ids) == len(expected.event_ids)
    assert found.event_ids == expected.event_ids
    assert found.letter_ids == expected.letter_ids
    assert differences(found.violations, expected.violations) == []
    assert len(drill.kills) == len(plan)
    assert {kill.kind for kill in drill.kills} == set(KINDS)


def test_a_sink_whose_rebalance_outlasts_a_poll_takes_part_again(
    stack: Stack, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = stack.settings(kafka_partitions=2)
    create_topics(settings, topics.ALL)
    source = sink.consumer(settings)
    turning = sink.Sink(source, Writer(store, Flag()))
    source.subscribe(sink.TOPICS, listener=turning)
    coordinator = source._coordinator
    try:
        for breath in (1, 2, 3, 5, 8) * 3:
            monkeypatch.setattr(sink, "POLL_MS", breath)
            coordinator._assignment_snapshot = {"another topic": 1}  # as when metadata changes: the leader joins anew
            deadline = time.monotonic() + 60
            while not (coordinator.stable() and source.assignment() and not coordinator.need_rejoin()):
                assert time.monotonic() < deadline, f"no member of the group any more, at {breath} ms a poll"
                turning.turn()
    finally:
        source.close(autocommit=False)
