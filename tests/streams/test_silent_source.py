"""The proof of a silence cites only events that it can name."""

from zoneinfo import ZoneInfo

from model.violation import decode_violation
from streams.engine.engine import Engine
from tests.streams.test_detections import batches_of, events_of
from tests.support.detection_cases import cases_of
from tests.support.small_district import DISTRICT, event_batches, fact_batch, facts

ZONE = ZoneInfo("America/Chicago")
WHOLE = cases_of("silent_source")


def test_an_event_of_which_an_earlier_release_kept_no_id_is_not_cited() -> None:
    """The log began at noon, when that release ran; then the archive of the days before is loaded."""
    told = WHOLE["cases"][0]["events"]
    new, old = ([one for one in told if (one["at"] >= "2026-03-17 12") is new] for new in (True, False))
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(WHOLE["reference"], ZONE, "base")))
    began, first, *end = batches_of(WHOLE, {"events": new}, ZONE)
    for batch in (began, first):
        engine.observe(batch)
    engine._witness.flows.flows.at("filter").began_id = ""
    for batch in (*event_batches(events_of({"events": old}, ZONE)), *end):
        engine.observe(batch)
    engine.judge()
    found = [decode_violation(one) for one in engine.take().violations]
    exhibits = [one for violation in found if violation.reason == "silent" for one in violation.evidence.exhibits]
    assert [(one.event_id != "", one.shows) for one in exhibits] == [(True, "the last record before the silence")]
