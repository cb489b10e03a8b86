"""Somebody else's logon ends the use of whoever was at the device, also where the log tells of it last."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.violation import decode_violation
from streams.engine.engine import Engine
from tests.streams.test_detections import events_of, judged
from tests.support.detection_cases import cases_of
from tests.support.small_district import DISTRICT, ended, event_batches, fact_batch, facts

WHOLE = cases_of("shared_account")
CASES = [case for case in WHOLE["cases"] if case["name"].startswith(("somebody else ", "the account came back "))]


def test_there_are_cases_of_somebody_else_at_the_device() -> None:
    assert len(CASES) == 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_logon_of_somebody_else_that_comes_last_changes_nothing_of_what_is_found(case: dict[str, Any]) -> None:
    zone = ZoneInfo(WHOLE["timezone"])
    events = sorted(events_of(case, zone), key=lambda one: one.account == "oreyes")
    known = fact_batch(facts({**WHOLE["reference"], **case.get("reference", {})}, zone))
    engine = Engine(DISTRICT)
    for batch in [known, *(batch for one in events for batch in event_batches([one])), ended()]:
        engine.observe(batch)
        engine.judge()
    last = {one.violation_id: one for one in map(decode_violation, engine.take().violations)}
    found = [(one.headline, one.started_at) for one in last.values() if one.status != "withdrawn"]
    assert found == [(one.headline, one.started_at) for one in judged(WHOLE, case)]
