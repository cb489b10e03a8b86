"""The keys of the marks and what they tell: ours, a stranger's, one of an earlier release, one sent a second time."""

import stat
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import topics
from model.keyring import Checker, Ends, NoKey, Retired, Ring, Stranger, derived
from model.mark import Marker, Serial, mark
from model.serials import Serials
from tests.support.storage_cases import Record

LOG, EVENTS = topics.LOG.name, topics.EVENTS.name
BARE = Record(LOG, 0, 5, 0, b"maple-falls", b"{}\n", [("kind", b"events")])


def sent(key: bytes, record: Record = BARE) -> Record:
    told = (key, record.topic, record.partition, record.key, list(record.headers), record.value)
    return record._replace(headers=Marker().marked(*told))


def test_keys_are_for_their_owners_eyes_and_another_for_each_topic(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    keys = {ring.key(one.name) for one in topics.ALL}
    assert len(keys) == len(topics.ALL)
    files = [path for path in (tmp_path / "ledger").rglob("*") if path.is_file()]
    assert files
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert Ring(tmp_path).key(LOG) == ring.key(LOG)


def test_a_host_that_was_given_one_topics_key_can_mark_for_no_other(tmp_path: Path) -> None:
    main, producers = tmp_path / "main", tmp_path / "producers"
    folder = producers / "ledger" / "marks"
    folder.mkdir(parents=True)
    (folder / f"{LOG}.key").write_bytes(Ring(main).key(LOG))
    Checker(Ring(main)).serial(sent(Ring(producers).key(LOG)))
    with pytest.raises(NoKey, match="key for audit"):
        Ring(producers).key(EVENTS)


def test_what_bears_no_mark_or_another_installations_is_a_strangers(tmp_path: Path) -> None:
    ours = Checker(Ring(tmp_path / "a"))
    empty = BARE._replace(value=None, key=None, headers=[("mark", None), ("serial", None), ("kind", None)])
    for record in (BARE, sent(Ring(tmp_path / "b").key(LOG)), empty, empty._replace(headers=[])):
        with pytest.raises(Stranger):
            ours.serial(record)


@given(st.lists(st.binary(max_size=3), min_size=1, max_size=4), st.lists(st.binary(max_size=3), min_size=1, max_size=4))
def test_a_mark_tells_apart_how_bytes_lie_in_headers_key_and_content(one: list[bytes], other: list[bytes]) -> None:
    def made(parts: list[bytes]) -> bytes:
        return mark(b"k" * 32, LOG, 0, parts[0], [("h", part) for part in parts[1:]], parts[-1])

    assert (made(one) == made(other)) == (one == other)


def legacy(home: Path, topic: str, offset: int) -> Record:
    """A record as the release before marked it: the log not at all."""
    record = BARE._replace(topic=topic, offset=offset)
    if topic == LOG:
        return record
    keyed = blake2b(key=(home / "ledger" / "marks.key").read_bytes(), digest_size=16)
    for part in (topic.encode(), record.key or b"", b"events", b"", record.value or b""):
        keyed.update(len(part).to_bytes(8, "big") + part)
    return record._replace(headers=[*record.headers, ("mark", keyed.digest())])


@pytest.fixture
def older_home(tmp_path: Path) -> Path:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "marks.key").write_bytes(b"m" * 32)
    return tmp_path


def test_an_older_homes_records_count_up_to_where_its_topics_ended_at_the_upgrade(older_home: Path) -> None:
    ring = Ring(older_home)
    ring.note_past(lambda: {LOG: Ends("L", {0: 10}), EVENTS: Ends("E", {0: 10})})
    ring.note_past(lambda: {LOG: Ends("L", {0: 99})})  # noted once, for good
    ours = Checker(ring, lambda: {LOG: "L", EVENTS: "E"})
    for topic in (LOG, EVENTS):
        assert ours.serial(legacy(older_home, topic, 9)) is None
        with pytest.raises(Stranger):
            ours.serial(legacy(older_home, topic, 10))
    with pytest.raises(Stranger):
        ours.serial(BARE._replace(topic=EVENTS, offset=3))  # there the older release did mark
    with pytest.raises(Stranger):  # the topic was made anew: its offsets are others
        Checker(ring, lambda: {LOG: "other"}).serial(legacy(older_home, LOG, 3))


def test_a_new_home_takes_nothing_without_a_mark_from_the_first_record_on(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    ring.key(LOG)
    assert not ring.has_unnoted_past
    assert not ring.retired()


def test_a_retired_key_counts_for_what_was_sent_before_it_was_retired(tmp_path: Path) -> None:
    ring = Ring(tmp_path)
    old = ring.key(LOG)
    ring.renew(lambda: {LOG: Ends("L", {0: 6})})
    new = Ring(tmp_path)
    assert new.key(LOG) != old
    ours = Checker(new, lambda: {LOG: "L"})
    assert ours.serial(sent(old)) is not None
    assert ours.serial(sent(new.key(LOG), BARE._replace(offset=6))) is not None
    with pytest.raises(Stranger):
        ours.serial(sent(old, BARE._replace(offset=6)))


def test_a_key_of_the_master_is_no_way_to_the_master() -> None:
    assert derived(b"m" * 32, LOG) != derived(b"m" * 32, EVENTS)
    assert Retired(key="00", until={}).legacy is False


def writer(n: int) -> str:
    return f"{n:020x}"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9))), st.integers(0, 30))
def test_each_number_of_a_writer_is_taken_once_also_after_a_restart(taken: list[tuple[int, int]], at: int) -> None:
    serials, seen, memories = Serials(), dict[int, int](), dict[str, bytes]()
    for index, (who, number) in enumerate(taken):
        if index == at:
            serials = Serials()
            for key, value in memories.items():
                serials.restore(key, value)
        assert serials.is_new(Serial(writer(who), number)) == (number > seen.get(who, 0))
        seen[who] = max(number, seen.get(who, 0))
        for key, changed in serials.changes():
            memories.pop(key, None) if changed is None else memories.update({key: changed})


def test_of_writers_that_are_long_forgotten_nothing_is_taken_and_of_new_ones_all() -> None:
    serials = Serials(most=3)
    assert all(serials.is_new(Serial(writer(n), 1)) for n in range(1, 6))
    assert not serials.is_new(Serial(writer(1), 2))  # a copy of what was never taken here, or of what was
    assert not serials.is_new(Serial(writer(2), 1))
    assert serials.is_new(Serial(writer(4), 2))
    assert serials.is_new(Serial(writer(9), 1))
    assert [key for key, value in serials.changes() if value is None] == ["|writer|" + writer(n) for n in (1, 2, 3)]
