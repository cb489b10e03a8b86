"""Each modifier of Sigma against what the specification and pySigma say it means, on one record."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.rule import SigmaRule as Parsed
from sigma.types import SpecialChars

from model.event import Event, encode_event
from model.policy import Policy
from model.policy.sigma import Test as Asked
from model.policy.sigma import compiled
from model.sigma.values import Terms, _escaped
from streams.detections.sigma.predicate import in_all, literal_of, predicate
from streams.detections.sigma.record import Record
from streams.seen import Seen, decode_seen
from tests.support.sigma_cases import load

RECORD = {
    "EventID": 4688,
    "Channel": "Security",
    "CommandLine": r"C:\Windows\net.exe USER /add guest",
    "SubjectUserName": "TBell",
    "TargetUserName": "tbell",
    "IpAddress": "10.20.1.5",
    "IpV6": "2001:db8::5",
    "Mapped": "::ffff:10.20.1.5",
    "Payload": "eHggc2VjcmV0IHl5",  # base64 of "xx secret yy"
    "Wide": "cwBlAGMAcgBlAHQA",  # base64 of "secret" in UTF-16LE
    "Length": "17",
    "Enabled": True,
    "Nothing": None,
    "Empty": "",
    "Star": "a*b",
    "Lines": "one\ntwo",
}


def seen(record: object, product: str = "windows_security", **said: object) -> Seen:
    raw = record if isinstance(record, str) else json.dumps(record)
    event = Event(product=product, category="auth", action="record.unrecognised", raw=raw, **said)  # type: ignore[arg-type]
    line = encode_event(event)
    found = decode_seen(b'{"event_id":"e1","source_id":"dc1",' + line[1:].replace(b'"event_id":"",', b""))
    found.line = line
    return found


def fits(detection: object, condition: str = "selection", record: object = RECORD) -> bool:
    """Whether pySigma's reading of a detection, as ours turns it into a term, fits the record."""
    said = {"title": "A rule", "logsource": {"product": "windows", "service": "security"}}
    both = detection if condition != "selection" else {"selection": detection}
    parsed = Parsed.from_dict({**said, "detection": {**both, "condition": condition}})  # type: ignore[dict-item]
    term = Terms(lambda name: f"raw:{name}").of(parsed.detection.parsed_condition[0].parsed)
    return predicate(term)(Record(seen(record)))


@pytest.mark.parametrize(
    ("detection", "expected"),
    [
        ({"EventID": 4688}, True),
        ({"EventID": "4688"}, True),
        ({"EventID": 4689}, False),
        ({"EventID": [1, 4688]}, True),
        ({"eventid": 4688}, True),
        ({"SubjectUserName": "tbell"}, True),
        ({"SubjectUserName|cased": "tbell"}, False),
        ({"SubjectUserName|cased": "TBell"}, True),
        ({"SubjectUserName": "t?ell"}, True),
        ({"SubjectUserName": "t*l"}, True),
        ({"SubjectUserName": "?bell?"}, False),
        ({"SubjectUserName": "*"}, True),
        ({"Absent": "*"}, False),
        ({"Star": r"a\*b"}, True),
        ({"SubjectUserName": r"t\*l"}, False),
        ({"CommandLine|contains": "net.exe user"}, True),
        ({"CommandLine|contains|cased": "net.exe user"}, False),
        ({"CommandLine|contains": ["nothing", "guest"]}, True),
        ({"CommandLine|contains|all": ["user", "guest"]}, True),
        ({"CommandLine|contains|all": ["user", "nothing"]}, False),
        ({"CommandLine|contains": "NET*guest"}, True),
        ({"CommandLine|startswith": "c:\\windows\\"}, True),
        ({"CommandLine|startswith": "net"}, False),
        ({"CommandLine|endswith": "GUEST"}, True),
        ({"CommandLine|endswith": "add"}, False),
        ({"Lines": "one*two"}, True),
        ({"CommandLine|re": r"net\.exe\s+[A-Z]+"}, True),
        ({"CommandLine|re": r"NET\.exe"}, False),
        ({"CommandLine|re|i": r"NET\.exe"}, True),
        ({"Lines|re": "^two$"}, False),
        ({"Lines|re|m": "^two$"}, True),
        ({"Lines|re": "one.two"}, False),
        ({"Lines|re|s": "one.two"}, True),
        ({"IpAddress|cidr": "10.20.0.0/16"}, True),
        ({"IpAddress|cidr": "10.21.0.0/16"}, False),
        ({"IpV6|cidr": "2001:db8::/32"}, True),
        ({"IpV6|cidr": "10.0.0.0/8"}, False),
        ({"Mapped|cidr": "10.20.0.0/16"}, True),
        ({"SubjectUserName|cidr": "10.0.0.0/8"}, False),
        ({"Payload|base64offset|contains": "secret"}, True),
        ({"Payload|base64offset|contains": "secrets"}, False),
        ({"Wide|wide|base64offset|contains": "secret"}, True),
        ({"Payload|base64": "xx secret yy"}, True),
        ({"CommandLine|windash|contains": " -add"}, True),
        ({"CommandLine|contains": " -add"}, False),
        ({"Enabled": True}, True),
        ({"Enabled": False}, False),
        ({"EventID|exists": True}, True),
        ({"Absent|exists": True}, False),
        ({"Absent|exists": False}, True),
        ({"Nothing|exists": True}, False),
        ({"Nothing": None}, True),
        ({"Empty": None}, True),
        ({"EventID": None}, False),
        ({"Empty": ""}, True),
        ({"Absent": ""}, False),
        ({"SubjectUserName|fieldref": "TargetUserName"}, True),
        ({"SubjectUserName|fieldref": "CommandLine"}, False),
        ({"Absent|fieldref": "Nothing"}, False),
        ({"Length|gt": 16}, True),
        ({"Length|gte": 17}, True),
        ({"Length|lt": 17}, False),
        ({"Length|lte": 17}, True),
        ({"SubjectUserName|gt": 1}, False),
        ({"SubjectUserName|neq": "mhill"}, True),
        ({"SubjectUserName|neq": "tbell"}, False),
        (["guest", "absent words"], True),
        (["absent words"], False),
        (["net*guest"], True),
        ([4688], True),
        ([{"EventID": 1}, {"EventID": 4688}], True),
        ({"EventID": 4688, "SubjectUserName": "mhill"}, False),
    ],
)
def test_a_detection_means_what_sigma_says(detection: object, expected: bool) -> None:
    assert fits(detection) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a and b", False),
        ("a or b", True),
        ("a and not b", True),
        ("not (a and b)", True),
        ("1 of *", True),
        ("all of them", False),
        ("1 of b*", False),
        ("not 1 of b*", True),
    ],
)
def test_conditions_join_detections(condition: str, expected: bool) -> None:
    assert fits({"a": {"EventID": 4688}, "b": {"EventID": 1}}, condition) is expected


def test_windows_fields_have_the_same_names_from_every_agent() -> None:
    data = {"TargetUserName": "TBell", "LogonType": "3"}
    xml = (
        "<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID>"
        "<Channel>Security</Channel><Computer>LAB-1</Computer></System><EventData>"
        "<Data Name='TargetUserName'>TBell</Data><Data Name='LogonType'>3</Data></EventData></Event>"
    )
    nxlog = {"EventID": 4625, "Channel": "Security", "Hostname": "LAB-1", **data}
    beat = {"winlog": {"event_id": 4625, "channel": "Security", "computer_name": "LAB-1", "event_data": data}}
    asked = {"EventID": 4625, "Channel": "security", "Computer": "lab-1", "TargetUserName": "tbell", "LogonType": 3}
    for record in (xml, nxlog, beat, f"<13>Mar  4 09:00:00 dc1 agent: {json.dumps(nxlog)}"):
        assert fits(asked, record=record), record


def test_of_a_google_activity_only_the_event_itself_is_read() -> None:
    parameters = [[{"name": "NEW_VALUE", "value": value}] for value in ("true", "false")]
    events = [{"name": n, "parameters": p} for n, p in zip(("A", "B"), parameters, strict=True)]
    activity = {"id": {"applicationName": "admin"}, "events": events}
    record = Record(seen(activity, "google_workspace", vendor_action="B"))
    assert record.values("raw:eventName") == ("B",)
    assert record.values("raw:eventService") == ("admin.googleapis.com",)
    assert record.values("raw:new_value") == ("false",)


def test_entra_fields_are_read_behind_properties_and_an_object_means_all_within() -> None:
    said = {"category": "AuditLogs", "properties": {"category": "KeyManagement", "targetResources": [{"id": "r-1"}]}}
    record = Record(seen(said, "entra_id"))
    assert set(record.values("raw:Category")) == {"AuditLogs", "KeyManagement"}
    assert record.values("raw:TargetResources") == ("r-1",)
    assert record.values("raw:targetresources.id") == ("r-1",)


@pytest.mark.parametrize(
    "raw",
    [
        '{"EventID": 4688, "EventID": 4688}',
        '{"EventID": 4688, "x": ' + "[" * 5_000 + "]" * 5_000 + "}",
        '{"EventID": 4688} and more',
        "<Event><System><EventID>4688</EventID><EventID>4688</EventID></System></Event>",
        "<Event><EventData><Data Name='EventID'>4688<b/></Data></EventData></Event>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><Event><System><EventID>4688</EventID></System></Event>",
        "<Event><System><EventID>4688</EventID></System>",
        '{"EventID": ' + "9" * 10_000 + "}",
        "",
        "{",
        "<Event",
    ],
)
def test_a_record_that_is_not_clear_is_not_half_believed(raw: str) -> None:
    if not raw.startswith("<!DOCTYPE"):
        assert not fits({"EventID": 4688}, record=raw)
    assert fits({"EventID|exists": False}, record=raw) or raw.startswith("<!DOCTYPE")


def test_a_regular_expression_takes_time_in_proportion_to_the_text() -> None:
    import time

    began = time.process_time()
    assert not fits({"CommandLine|re": "^(a+)+$"}, record={"CommandLine": "a" * 100_000 + "!"})
    assert time.process_time() - began < 1


@pytest.mark.parametrize("pattern", ["(?=x)y", r"(a)\1", "(?<!x)y", "a{1001}", "("])
def test_what_re2_does_not_take_is_a_mistake_with_its_line(pattern: str) -> None:
    found = load(
        "title: A rule\nlogsource: {product: windows, service: security}\n"
        f"detection:\n  a:\n    CommandLine|re: '{pattern}'\n  condition: a\n"
    )
    assert not isinstance(found, Policy)
    assert [(one.file, one.line, one.key) for one in found] == [
        ("policy/sigma/rule0.yml", 5, "detection.a.CommandLine|re")
    ]


LETTERS = st.text(alphabet="abK.\\*?|(\u212a\u017fs ", max_size=6)
PARTS = st.lists(LETTERS | st.sampled_from([SpecialChars.WILDCARD_MULTI, SpecialChars.WILDCARD_SINGLE]), max_size=6)


@given(parts=PARTS, fill=st.lists(LETTERS, min_size=6, max_size=6), change=LETTERS)
def test_a_text_looked_for_first_never_hides_what_the_expression_fits(
    parts: list[Any], fill: list[str], change: str
) -> None:
    """Written out, a wildcard by any text, the pattern fits with the shortcut wherever it fits without."""
    pattern = f"(?si)^(?:{''.join(map(_escaped, parts))})$"
    written = "".join(part if isinstance(part, str) else said for part, said in zip(parts, fill, strict=False))
    fits = predicate(Asked(field="url", how="pattern", value=pattern))
    for text in (written, written.upper(), written + change, change):
        if text:
            found = fits(Record(seen(RECORD, url=text)))
            assert found == (compiled(pattern).search(text) is not None)


def test_the_longest_text_that_a_pattern_needs_is_known_only_of_wildcards() -> None:
    assert literal_of(r"(?si)^(?:.*/gate0\.ph.\\.x)$") == "/gate0.ph"
    assert literal_of(r"(?s)^(?:.*A(b|c).*)$") == ""
    assert literal_of(r"(?si)^(?:\d+abc)$") == ""
    assert literal_of("abc") == ""


def test_what_stands_in_all_of_many_texts_is_looked_for_first() -> None:
    assert in_all(("/gate1.php?", "/panel.php?", "/shell9.php?")) == ".php?"
    assert in_all(("abc", "xyz")) == ""
