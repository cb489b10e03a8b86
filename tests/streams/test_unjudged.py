"""A judgement that raises holds up nobody else, and what could not be judged is kept with the exception's words."""

from dataclasses import replace

import msgspec
import pytest

from model.dead_letter import DeadLetter, decode_dead_letter
from streams.attribution.waiting import HOLDS, Waiting
from streams.detection import Case, Verdict
from streams.detections import shared_account
from streams.engine.engine import Engine
from streams.engine.output import Output
from streams.engine.witness import Witness
from tests.streams.test_worker import log_of
from tests.support.small_district import DISTRICT


def letters(engine: Engine) -> list[DeadLetter]:
    return letters_of(engine.take())


def letters_of(output: Output) -> list[DeadLetter]:
    return [decode_dead_letter(line) for line in output.dead_letters]


def test_a_case_that_cannot_be_judged_becomes_a_dead_letter_that_says_whose_and_why() -> None:
    def raising(case: Case) -> Verdict:
        raise ZeroDivisionError("no day has no hours")

    engine = Engine(DISTRICT, [replace(shared_account.DETECTION, judge=raising)])
    for batch in log_of(40):
        engine.observe(batch)
    engine.judge()
    (letter,) = letters(engine)
    assert letter.stage == "judge"
    assert "ZeroDivisionError: no day has no hours" in letter.reason
    assert msgspec.json.decode(letter.raw)["detection"] == "shared_account"
    engine.judge()
    assert letters(engine) == []  # said once, not with every turn


def test_an_event_that_cannot_be_judged_anew_is_not_blamed_on_the_line_that_brought_the_news(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def raising(self: Witness, event_id: str, waiting: Waiting) -> None:
        raise LookupError("nobody was there")

    engine = Engine(DISTRICT)
    log = log_of(40)
    for batch in log[:-1]:
        engine.observe(batch)
    engine._witness.room.put("e9", Waiting(0, b'{"event_id":"e9"}', [], [], HOLDS, b""))
    monkeypatch.setattr(Witness, "_see_anew", raising)
    engine.observe(log[-1])
    engine.judge()
    found = letters(engine)
    assert all(letter.event_id for letter in found)  # the line that brought the news is no event
    (letter,) = [letter for letter in found if letter.event_id == "e9"]
    assert letter.raw == '{"event_id":"e9"}'
    assert letter.reason.endswith("LookupError: nobody was there")


def test_a_time_that_is_none_of_any_calendar_becomes_a_dead_letter_and_the_next_line_is_judged() -> None:
    engine = Engine(DISTRICT)
    opening, *batches = log_of(2)
    engine.observe(opening)
    event = next(batch for batch in batches if batch.kind == "events")
    no_time = b'{"event_id":"e0","source_id":"filter","category":"proxy","action":"web.requested"'
    hostile = no_time + b',"domain":"a.example","occurred_at":"0001-01-01T00:00:00"}\n'
    engine.observe(msgspec.structs.replace(event, body=hostile + event.body, count=event.count + 1))
    (letter,) = letters_of(taken := engine.take())
    assert letter.raw.encode() + b"\n" == hostile
    assert len(taken.events) == event.count
