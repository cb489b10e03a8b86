"""A vendor gives an event out twice, as pulls that overlap or two exports do: it is one event, and counts once."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.event import Event
from model.violation import decode_violation
from streams.engine.engine import Engine
from streams.memory.cell import Cell
from streams.memory.given_out import GivenOut
from streams.sighting import Sighting, short_id
from tests.streams.test_detections import events_of
from tests.support.detection_cases import NAMES, cases_of
from tests.support.small_district import DISTRICT, ended, event_batches, fact_batch, facts
from tests.support.whole_answer import differences, standing


def cases() -> list[Any]:
    """Of each detection, the first case for each set of reasons."""
    firsts: dict[tuple[str, str], Any] = {}
    for name in NAMES:
        for case in cases_of(name)["cases"]:
            for wanted in case.get("expect", ()):
                param = pytest.param(cases_of(name), case, id=f"{name}: {case['name']}")
                firsts.setdefault((name, str(wanted.get("reasons"))), param)
    return list(firsts.values())


def found(whole: dict[str, Any], case: dict[str, Any], events: list[Event]) -> dict[str, bytes]:
    """The findings that stand at the end."""
    zone = ZoneInfo(whole.get("timezone", "America/Chicago"))
    tables = {**whole.get("reference", {}), **case.get("reference", {})}
    engine = Engine(DISTRICT)
    known = fact_batch(facts(tables, zone, case.get("policy", whole.get("policy", "union-ok"))))
    for batch in [known, *event_batches(events), ended()]:
        engine.observe(batch)
        engine.judge()
    last = {one.violation_id: one for one in map(decode_violation, engine.take().violations)}
    return standing(list(last.values()))


@pytest.mark.parametrize(("whole", "case"), cases())
def test_an_event_that_its_vendor_gives_out_twice_counts_once(whole: dict[str, Any], case: dict[str, Any]) -> None:
    once = [
        msgspec.structs.replace(one, origin=f"id:{one.event_id}")
        for one in events_of(case, ZoneInfo(whole.get("timezone", "America/Chicago")))
    ]
    twice = [one for event in once for one in (event, event)]
    assert differences(found(whole, case, twice), found(whole, case, once)) == []


def _sighting(number: int) -> Sighting:
    name = f"e{number}"
    return Sighting(
        at=number, until=number, event_id=name, last_event_id=name, kind="web", source_id="s", ids=short_id(name)
    )


@settings(max_examples=50)
@given(st.lists(st.integers(0, 200), max_size=400))
def test_the_memo_of_a_cell_says_what_its_runs_say(numbers: list[int]) -> None:
    known, cell = GivenOut(), Cell(runs=[_sighting(number) for number in range(0, 80, 2)])
    for number in numbers:
        one = _sighting(number)
        assert known.holds("k", cell, one) == cell.has(one)
        cell.runs += [] if cell.has(one) else [one]


def test_a_cell_that_was_read_anew_is_not_taken_for_the_one_before() -> None:
    known, cell = GivenOut(), Cell(runs=[_sighting(number) for number in range(40)])
    assert not known.holds("k", cell, _sighting(50))
    assert known.holds("k", Cell(runs=[*cell.runs, _sighting(51)]), _sighting(51))


def test_few_events_are_looked_for_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    known, cell = GivenOut(), Cell(runs=[_sighting(number) for number in range(40)])
    looked: list[str] = []
    has = Cell.has
    monkeypatch.setattr(Cell, "has", lambda self, one: bool(looked.append(one.event_id)) or has(self, one))
    for number in range(40, 2_040):
        assert not known.holds("k", cell, _sighting(number))
        cell.runs.append(_sighting(number))
    assert len(looked) < 100


def test_the_memo_of_a_cell_whose_runs_became_few_in_between_says_what_its_runs_say() -> None:
    known, cell = GivenOut(), Cell(runs=[_sighting(number) for number in range(40)])
    known.holds("k", cell, _sighting(100))
    cell.runs = cell.runs[:10]
    for number in range(200, 240):  # few at first, and then many again
        assert not known.holds("k", cell, _sighting(number))
        cell.runs.append(_sighting(number))
    assert all(known.holds("k", cell, _sighting(number)) for number in range(200, 240))
