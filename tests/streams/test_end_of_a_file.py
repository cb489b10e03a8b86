"""The end of a file that does not grow is not silence (ruling 8), however far the other sources go on."""

import pytest

from model.batch import Tick
from model.violation import Violation, decode_violation
from streams.engine.engine import Engine
from streams.memory.watermarks import Source, watermark
from tests.streams.test_detections import ZoneInfo, events_of
from tests.support.detection_cases import cases_of
from tests.support.small_district import (
    CATEGORIES,
    DISTRICT,
    at_ms,
    ended,
    event_batches,
    fact_batch,
    facts,
    tick_batch,
)

ZONE = ZoneInfo("America/Chicago")
WHOLE = cases_of("silent_source")


def told(engine: Engine) -> dict[str, Violation]:
    engine.judge()
    return {one.violation_id: one for one in map(decode_violation, engine.take().violations)}


def read_on(engine: Engine, until: str) -> None:
    """Every source has been read up to then; the filter's file has told nothing since it stopped."""
    reached = at_ms(until, ZONE)
    engine.observe(tick_batch(*(Tick(source_id=source, reached_at=reached) for source in CATEGORIES.values())))


def test_a_file_that_stops_is_a_silence_only_until_it_is_known_to_have_ended() -> None:
    days = [said for said in WHOLE["cases"][0]["events"] if said["at"] < "2026-03-17 12"]
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(WHOLE["reference"], ZONE, "base")))
    for batch in event_batches(events_of({"events": days}, ZONE)):
        engine.observe(batch)
    read_on(engine, "2026-03-17 14:30:00")
    going_on = told(engine)
    assert [(one.detection, one.reason, one.source_id) for one in going_on.values()] == [
        ("silent_source", "silent", "filter")
    ]
    engine.observe(ended())
    assert {one.status for one in (going_on | told(engine)).values()} == {"withdrawn"}
    assert engine.sources.items["filter"].gaps == []


DAY = 24 * 3_600_000


@pytest.mark.parametrize(("days", "waited"), [(31, 31), (200, 45)])
def test_what_has_ended_is_waited_for_but_not_for_good(days: int, waited: int) -> None:
    """Nothing is forgotten that a file of each month may still speak of; a source that is gone holds up nothing."""
    now = 1_000 * DAY
    old = Source(reached_at=now - days * DAY, ended=True)
    assert watermark([Source(reached_at=now), Source(reached_at=now), old]) == now - waited * DAY
