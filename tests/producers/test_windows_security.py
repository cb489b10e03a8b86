"""Windows events where a golden does not reach: hostile XML, a DST night's receipts, encodings, and framing."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.event import Event
from producers.catalog import PRODUCTS
from producers.frame import Frame
from producers.framing import frames
from producers.product import Context, Refusal
from producers.reader import Stream, read_record
from producers.windows_security.parser import parse

CONTEXT = Context(ZoneInfo("America/New_York"), datetime.fromisoformat("2026-11-02T06:00:00-05:00"))
PRODUCT = PRODUCTS["windows_security"]
LOCK = (
    "<Event><System><EventID>4800</EventID><TimeCreated SystemTime='2026-03-04T14:00:00.1234567Z'/>"
    "<Channel>Security</Channel><Computer>LAB-12</Computer></System>"
    "<EventData><Data Name='TargetUserName'>tbell</Data></EventData></Event>"
)


def _one(record: bytes) -> Event:
    parsed = parse(record, CONTEXT)
    assert not isinstance(parsed, Refusal)
    return parsed[0]


def _refused(record: bytes) -> str:
    parsed = parse(record, CONTEXT)
    assert isinstance(parsed, Refusal)
    return parsed.reason


def _nxlog(at: str, number: int) -> bytes:
    fields: dict[str, Any] = {"EventID": 4800, "Hostname": "LAB-12", "RecordNumber": number, "TargetUserName": "tbell"}
    return json.dumps(fields | {"EventTime": f"2026-11-01 {at}", "EventReceivedTime": f"2026-11-01 {at}"}).encode()


def test_entities_of_any_kind_are_refused_unexpanded() -> None:
    """Billion laughs, a file of ours, an address inside: a document type is refused before it is read."""
    laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
    outside = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    parameter = "<!DOCTYPE x [<!ENTITY % a SYSTEM 'http://127.0.0.1/x'> %a;]>"
    for kind in (laughs, outside, parameter):
        assert "document type" in _refused(f"{kind}<Event>&a;</Event>".encode())


def test_xml_nested_or_wide_beyond_an_event_is_refused() -> None:
    """Neither the stack nor the memory of the reader is the sender's to use."""
    assert "deep" in _refused(b"<Event>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</Event>")
    wide = "".join(f"<Data Name='f{n}'>x</Data>" for n in range(5_000))
    assert "wide" in _refused(LOCK.replace("<Data Name='TargetUserName'>tbell</Data>", wide).encode())


def test_json_nested_beyond_an_event_is_refused() -> None:
    """A hundred thousand brackets cost a refusal, not the process."""
    assert "deep" in _refused(b'{"EventID":4800,"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_a_record_in_latin_1_is_read() -> None:
    """NXLog without a conversion writes the server's code page; the name in it stays readable."""
    record = '{"EventID":4800,"Hostname":"LAB-12","TargetUserName":"José"}'.encode("latin-1")
    assert _one(record).account == "josé"


@pytest.mark.parametrize("digits", ["1234567", "123456700", "123", ""])
def test_any_number_of_fraction_digits_gives_milliseconds(digits: str) -> None:
    """7 from the event log, 9 from some agents, none from others."""
    fraction = f".{digits}" if digits else ""
    event = _one(LOCK.replace(".1234567Z", f"{fraction}Z").encode())
    assert event.occurred_at == ("2026-03-04T14:00:00.123Z" if digits else "2026-03-04T14:00:00.000Z")


def test_the_repeated_hour_of_a_dst_night_is_not_bad_time() -> None:
    """NXLog tells EventTime and EventReceivedTime by the same local clock: both are told twice, together."""
    stream = Stream("dc1", "f")
    told = []
    for number, at in enumerate(("01:30:00", "01:59:00", "01:05:00", "02:10:00")):
        record = _nxlog(at, number)
        parsed = read_record(PRODUCT, Frame(number * 500, number * 500 + 400, record), CONTEXT, stream)[2]
        assert not isinstance(parsed, Refusal)
        told.append((parsed[0].occurred_at, parsed[0].received_at, parsed[0].time_quality))
    assert told[2] == ("2026-11-01T06:05:00.000Z", "2026-11-01T06:05:00.000Z", "zone_assumed")
    assert [quality for _, _, quality in told] == ["zone_assumed"] * 4


def test_a_document_of_pretty_printed_prefixed_events_is_as_many_events() -> None:
    """The prefix is declared around the events, so the cut elements use one that nobody declares."""
    body = LOCK.replace("<", "<w:").replace("<w:/", "</w:").replace("><", ">\r\n  <")
    document = f"<?xml version='1.0'?>\n<w:Events xmlns:w='urn:x'>{body}\n{body}</w:Events>".encode()
    cut = list(frames([document], "windows"))
    assert [_one(frame.data).action for frame in cut if b"Event>" in frame.data] == ["session.locked"] * 2


def test_the_vendors_own_id_names_computer_channel_and_record() -> None:
    """A record fetched again is the same event, whatever file it came in."""
    fields = {"EventID": 4800, "Hostname": "LAB-12", "Channel": "Security", "RecordNumber": 7}
    assert _one(json.dumps(fields).encode()).origin == "id:lab-12/Security/7"
    assert _one(json.dumps(fields | {"RecordNumber": None}).encode()).origin is None
