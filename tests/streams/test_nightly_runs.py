"""A district whose files are read every night to their end is judged as one whose files are read all at once."""

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.batch import Batch
from model.event import Event, parse_at
from streams.engine.engine import Engine
from tests.streams.test_detections import events_of
from tests.streams.test_engine_properties import as_text, told
from tests.support.detection_cases import NAMES, cases_of
from tests.support.small_district import DISTRICT, ended, event_batches, fact_batch, facts


def _nights(events: list[Event], zone: ZoneInfo) -> list[list[Event]]:
    """The events of each day, in order."""
    ordered = sorted(events, key=lambda one: (one.occurred_at or "", one.event_id))
    return [
        list(day) for _, day in groupby(ordered, lambda one: parse_at(one.occurred_at or "").astimezone(zone).date())
    ]


def _cases() -> list[Any]:
    """Those of several days; where a case says what was watched, its files have not ended."""
    found = []
    for name in NAMES:
        whole = cases_of(name)
        for case in whole["cases"]:
            zone = ZoneInfo(whole.get("timezone", "America/Chicago"))
            if "watched" not in {*whole, *case} and len(_nights(events_of(case, zone), zone)) > 1:
                found.append(pytest.param(whole, case, id=f"{name}: {case['name']}"))
    return found


@pytest.mark.parametrize(("whole", "case"), _cases())
def test_nightly_runs_find_what_one_run_finds(whole: dict[str, Any], case: dict[str, Any]) -> None:
    zone = ZoneInfo(whole.get("timezone", "America/Chicago"))
    tables = {**whole.get("reference", {}), **case.get("reference", {})}
    opening = fact_batch(facts(tables, zone, case.get("policy", whole.get("policy", "union-ok"))))
    nights = _nights(events_of(case, zone), zone)
    at_once = [batch for night in nights for batch in event_batches(night)]
    nightly = [batch for night in nights for batch in (*event_batches(night), ended())]
    assert _found([opening, *nightly]) == _found([opening, *at_once, ended()])


def _found(log: list[Batch]) -> dict[str, bytes]:
    return as_text(told(Engine(DISTRICT), log))
