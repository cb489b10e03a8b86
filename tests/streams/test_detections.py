"""Every case of every detection, through the whole engine; and what must hold for each detection there is."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.batch import Batch, Tick
from model.event import Event
from model.violation import Violation, decode_violation
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from tests.support.detection_cases import NAMES, cases_of
from tests.support.small_district import (
    CATEGORIES,
    DISTRICT,
    at_ms,
    ended,
    event,
    event_batches,
    fact_batch,
    facts,
    tick_batch,
)

KEYS = {"policy", "timezone", "reference", "cases", "parameters", "watched"}
CASE_KEYS = {"name", "reference", "events", "expect", "watched", "policy"}


def _cases() -> list[Any]:
    found = []
    for name in NAMES:
        for case in cases_of(name)["cases"]:
            found.append(pytest.param(name, cases_of(name), case, id=f"{name}: {case['name']}"))
    return found


def events_of(case: dict[str, Any], zone: ZoneInfo) -> list[Event]:
    made: list[Event] = []
    for said in case.get("events", []):
        said = dict(said)
        times, every = said.pop("repeat", 1), timedelta(seconds=said.pop("every", 0))
        for n in range(times):
            one = event(len(made), zone, **said)
            made.append(_later(one, every * n))
    return made


def _later(one: Event, by: timedelta) -> Event:
    from model.event import format_at, parse_at

    assert one.occurred_at is not None
    one.occurred_at = format_at(parse_at(one.occurred_at) + by)
    return one


def batches_of(whole: dict[str, Any], case: dict[str, Any], zone: ZoneInfo) -> list[Batch]:
    """The events of a case; where it says `watched: [from, to]`, all sources were read from the one to the other."""
    watched = case.get("watched", whole.get("watched"))
    reached = [_reached(at_ms(str(at), zone)) for at in watched or ()]
    return [*reached[:1], *event_batches(events_of(case, zone)), *reached[1:], ended()]


def _reached(at: int) -> Batch:
    return tick_batch(*(Tick(source_id=source, reached_at=at) for source in CATEGORIES.values()))


def judged(whole: dict[str, Any], case: dict[str, Any]) -> list[Violation]:
    """The violations as they stand at the end, withdrawn ones left out."""
    zone = ZoneInfo(whole.get("timezone", "America/Chicago"))
    tables = {**whole.get("reference", {}), **case.get("reference", {})}
    engine = Engine(DISTRICT)
    known = fact_batch(facts(tables, zone, case.get("policy", whole.get("policy", "union-ok"))))
    for batch in [known, *batches_of(whole, case, zone)]:
        engine.observe(batch)
        engine.judge()
    last = {violation.violation_id: violation for violation in map(decode_violation, engine.take().violations)}
    return sorted((v for v in last.values() if v.status != "withdrawn"), key=lambda v: v.started_at)


def test_a_case_file_has_no_misspelt_key() -> None:
    for name in NAMES:
        whole = cases_of(name)
        said = {(name, key) for key in whole.keys() - KEYS}
        said |= {(case["name"], key) for case in whole["cases"] for key in case.keys() - CASE_KEYS}
        assert not said


_UNFIT = (
    "11:59:59 PM",
    "))",
    " was was ",
    "(None)",
    "..",
    " ,",
    "1 times",
    " ?",
)  # what no sentence for a principal says
_REFERENCE = re.compile(r"[a-z_]+:\S+@\d{4}-\d\d-\d\dT")  # how a row is named inside the program


def _unfit_words(violation: Violation) -> list[str]:
    """What a principal should not read: a headline said twice, a last second of a day, brackets in brackets."""
    answers = [one.answer for one in violation.evidence.innocent_explanations]
    shown = [one.shows for one in violation.evidence.exhibits]
    told = [violation.headline, violation.explanation, *answers, *shown]
    bad = [f"{word} in: {text}" for text in told for word in _UNFIT if word in text]
    bad += [f"a reference in: {text}" for text in told if _REFERENCE.search(text)]
    return bad + (["the headline twice"] if violation.explanation.startswith(violation.headline) else [])


@pytest.mark.parametrize(("name", "whole", "case"), _cases())
def test_the_case_ends_as_it_says(name: str, whole: dict[str, Any], case: dict[str, Any]) -> None:
    expected = [dict(wanted) for wanted in case.get("expect", [])]
    about = {name, *(wanted["detection"] for wanted in expected if "detection" in wanted)}
    found = [v for v in judged(whole, case) if v.detection in about]  # the other detections have cases of their own
    said = [(v.detection, v.reasons, v.headline, v.status) for v in found]
    assert len(found) == len(expected), said
    for violation, wanted in zip(found, expected, strict=True):
        assert violation.detection == wanted.pop("detection", name)
        assert _unfit_words(violation) == []
        innocent = wanted.pop("innocent", {})
        assert violation.evidence.not_known == wanted.pop("not_known", violation.evidence.not_known)
        answers = {one.explanation: one.holds for one in violation.evidence.innocent_explanations}
        for key, value in wanted.items():
            assert getattr(violation, key) == value, (key, said)
        for explanation, holds in innocent.items():
            assert any(explanation in known and holds == held for known, held in answers.items()), answers


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda d: d.name)
def test_every_detection_has_a_hit_and_a_miss(detection: Any) -> None:
    cases = cases_of(detection.name)["cases"]
    assert any(case.get("expect") for case in cases)
    assert any(not case.get("expect") for case in cases)


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda d: d.name)
def test_every_detection_says_why_when_it_is_wrong_and_what_to_do(detection: Any) -> None:
    import sys

    doc = sys.modules[f"streams.detections.{detection.name}"].__doc__ or ""
    assert all(word in doc for word in ("Why:", "Wrong when:", "Do:"))
