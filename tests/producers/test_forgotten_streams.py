"""Files that are written anew or removed leave names of streams: each is forgotten once its file is gone for long."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.batch import Batch
from producers.intake import Intake
from producers.positions import GONE_MS, Positions
from producers.transports.file_stream import Place
from streams.engine.engine import Engine
from tests.support.small_logs import events_of, numbers_of, squid_log, squid_source

DAY = 24 * 3_600_000
DISTRICT = "maple-falls"


class Reader:
    """A source's folder, read into kept positions; `restart` leaves nothing but those."""

    def __init__(self, home: Path) -> None:
        self.source = squid_source(home)
        self.log = self.source.folder / "access.log"
        self.home = home
        self.positions = Positions(home, DISTRICT)
        self.intake = Intake([self.source], self.positions.place)

    def restart(self) -> None:
        self.positions.save()
        self.positions.close()
        self.positions = Positions(self.home, DISTRICT)
        self.intake = Intake([self.source], self.positions.place)

    def round(self, at: int) -> list[Batch]:
        batches = list(self.intake.round(True))
        for batch in batches:
            if batch.kind == "events":
                self.positions.moved(batch.stream, Place(batch.stop, "", batch.tail), 0)
        self.intake.forget(lambda source_id, held: self.positions.forget(source_id, held, at))
        return batches

    @property
    def known(self) -> int:
        """How many streams are known, in the file and in memory."""
        return max(len(self.positions.kept.streams), len(self.intake._folders["proxy"]._streams))


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path)
    yield reader
    reader.positions.close()


def test_a_file_written_anew_each_day_leaves_no_more_names_than_days_in_which_they_are_kept(reader: Reader) -> None:
    for day in range(100):
        reader.log.write_bytes(squid_log(3, first=3 * day))
        assert numbers_of(reader.round(day * DAY)) == [3 * day, 3 * day + 1, 3 * day + 2]
        if day % 9 == 0:
            reader.restart()
    assert reader.known == GONE_MS // DAY + 2


def test_a_stream_whose_file_stays_is_never_forgotten(reader: Reader) -> None:
    reader.log.write_bytes(squid_log(3))
    reader.round(0)
    reader.restart()
    assert reader.round(10 * GONE_MS) == []
    assert reader.round(20 * GONE_MS) == []


def test_a_stream_whose_file_was_gone_and_came_back_in_time_goes_on(reader: Reader) -> None:
    reader.log.write_bytes(squid_log(3))
    reader.round(0)
    reader.log.rename(reader.home / "elsewhere")
    reader.round(DAY)
    reader.log.write_bytes(squid_log(5))
    assert numbers_of(reader.round(DAY + GONE_MS)) == [3, 4]
    reader.log.unlink()
    reader.round(3 * GONE_MS)
    reader.log.write_bytes(squid_log(6))
    assert numbers_of(reader.round(3 * GONE_MS + DAY)) == [5]


def test_the_last_stream_of_a_source_is_kept_so_that_its_end_can_be_told(reader: Reader) -> None:
    reader.log.write_bytes(squid_log(3))
    reader.round(0)
    reader.log.unlink()
    for day in (1, 40):
        reader.round(day * DAY)
    assert [stream.partition("/")[0] for stream in reader.positions.kept.streams] == ["proxy"]


def test_a_folder_that_cannot_be_read_forgets_nothing(reader: Reader) -> None:
    reader.log.write_bytes(squid_log(3))
    reader.round(0)
    reader.source.folder.rename(reader.home / "elsewhere")
    for day in (1, 40, 80):
        reader.round(day * DAY)
    (reader.home / "elsewhere").rename(reader.source.folder)
    assert reader.round(81 * DAY) == []


def test_what_comes_back_after_its_stream_was_forgotten_is_judged_once(reader: Reader) -> None:
    (reader.log.parent / "kept.log").write_bytes(squid_log(2, first=70))
    engine = Engine(DISTRICT)
    told = []
    for day, there in ((0, True), (1, False), (40, False), (41, True)):
        reader.log.write_bytes(squid_log(3) if there else b"")
        for batch in (batches := reader.round(day * DAY)):
            engine.observe(batch)
        told.append((len(events_of(batches)), len(engine.take().events)))
    assert told == [(5, 5), (0, 0), (0, 0), (3, 0)]
