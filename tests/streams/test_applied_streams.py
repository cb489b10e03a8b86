"""How far streams were applied is forgotten once nothing that they told of can count any more, and no sooner."""

import msgspec

from model.batch import Batch
from streams.detections.catalog import DETECTIONS
from streams.engine.applied import KEPT_MS
from streams.engine.engine import Engine
from tests.streams.test_absence import reached
from tests.support.small_district import DISTRICT, ZONE, event, event_batches, fact_batch, facts


def batch(stream: str, at: str, stop: int = 100, number: int = 1) -> Batch:
    """A record of the filter in a stream, up to its byte `stop`."""
    said = {"category": "proxy", "action": "web.requested", "domain": "example.org", "address": "10.1.2.3"}
    (one,) = event_batches([event(number, ZONE, at=at, **said)])
    return msgspec.structs.replace(one, stream=stream, stop=stop)


def judge(engine: Engine, *batches: Batch) -> None:
    for one in batches:
        engine.observe(one)
        engine.judge()


def begun(*batches: Batch) -> Engine:
    engine = Engine(DISTRICT)
    judge(engine, fact_batch(facts({}, ZONE, "base")), *batches)
    return engine


def known(engine: Engine) -> set[str]:
    return set(engine._streams.shelf.items)


def test_a_stream_is_forgotten_when_nothing_that_it_told_of_can_count() -> None:
    engine = begun(batch("filter/a", "2026-03-04 10:00:00"), reached("2026-03-05 10:00:00"))
    judge(engine, batch("filter/b", "2026-06-04 10:00:00", number=2), reached("2027-04-14 10:00:00"))
    assert known(engine) == {"filter/b"}


def test_a_stream_that_is_forgotten_is_forgotten_in_what_is_kept() -> None:
    engine = begun(batch("filter/a", "2026-03-04 10:00:00"), reached("2026-03-05 10:00:00"))
    list(engine.changes())
    judge(engine, reached("2027-04-14 10:00:00"))
    assert ("stream|filter/a", None) in list(engine.changes())


def test_a_stream_that_told_of_a_time_ahead_of_the_log_is_kept_by_that_time() -> None:
    engine = begun(reached("2026-03-05 10:00:00"), batch("filter/a", "2026-06-04 10:00:00"))
    judge(engine, reached("2027-04-14 10:00:00"))
    assert known(engine) == {"filter/a"}


def test_what_an_earlier_release_applied_is_kept_as_if_it_were_applied_now() -> None:
    engine = Engine(DISTRICT)
    engine.restore([("stream|filter/a", msgspec.msgpack.encode([100]))])
    told = [fact_batch(facts({}, ZONE, "base")), reached("2026-03-05 10:00:00"), reached("2027-04-05 10:00:00")]
    judge(engine, *told, batch("filter/a", "2026-03-04 10:00:00"))
    assert engine.take().events == []
    judge(engine, reached("2027-04-14 10:00:00"))
    assert known(engine) == set()


def test_a_stream_that_was_forgotten_and_goes_on_is_applied_from_there() -> None:
    engine = begun(batch("filter/a", "2026-03-04 10:00:00"), reached("2026-03-05 10:00:00"))
    judge(engine, reached("2027-04-14 10:00:00"))
    engine.take()
    later = batch("filter/a", "2027-04-14 11:00:00", stop=200, number=2)
    judge(engine, later, later)
    assert len(engine.take().events) == 1


def test_no_detection_remembers_longer_than_streams_are_known() -> None:
    longest = max(max(one.remembers, one.keeps.longest if one.keeps else one.remembers) for one in DETECTIONS)
    assert longest.total_seconds() * 1000 < KEPT_MS
