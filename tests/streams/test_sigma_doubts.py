"""Misspelled fields of Sigma rules are told with file and line; the fields that vendors write are known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from cli.main import main
from model.event import Event
from model.sigma.logsources import NAMED
from model.sigma.vendor_names import VENDOR_NAMES
from producers.catalog import PRODUCTS
from producers.product import Context
from streams.detections.sigma.kinds import reads
from streams.detections.sigma.predicate import LONGEST, in_all
from streams.detections.sigma.record import named
from streams.seen import Kind
from tests.support.sigma_cases import judged, policy_of, web

PRODUCERS = Path(__file__).parents[2] / "producers"
# Of samples of odd records, and what shippers add.
NOT_OURS = frozenset({
    *("a", "api", "hello", "system", "xml_name", "time_created", "timegenerated [utc]"),
    *("logfilecleared_xmlns", "event_xmlns", "serviceshutdown_xmlns"),
})  # fmt: skip
RULE = """title: A logon
logsource: {product: windows, service: security}
detection:
  selection:
    EventID: 4624
    TargetUsrName|contains: admin
  other: {LogonType: 3}
  condition: selection and not other
"""


def district(folder: Path, rule: str) -> Path:
    (folder / "policy/sigma").mkdir(parents=True)
    (folder / "logs/dc").mkdir(parents=True)
    (folder / "logs/dc/day.log").write_text("")
    (folder / "policy/sigma/logon.yml").write_text(rule)
    sources = "sources:\n  - {id: dc, product: windows_security}\n"
    said = "id: mf\nname: MF\ntimezone: America/Chicago\npolicy: union-ok\nrealms: [mf.example]\n"
    (folder / "district.yaml").write_text(said + sources)
    return folder


@pytest.mark.parametrize("command", [["policy", "check"], ["judge"]])
def test_a_misspelled_field_is_told_with_file_line_and_the_name_that_is_meant(
    tmp_path: Path, command: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = CliRunner().invoke(main, [*command, str(district(tmp_path / "d", RULE))])
    told = found.output + caplog.text
    assert found.exit_code == 0
    assert "policy/sigma/logon.yml:6: TargetUsrName" in told
    assert "'targetusername'" in told
    assert "LogonType" not in told


def test_a_field_that_is_spelled_as_the_vendor_does_is_not_doubted(tmp_path: Path) -> None:
    right = RULE.replace("TargetUsrName", "TargetUserName")
    found = CliRunner().invoke(main, ["policy", "check", str(district(tmp_path / "d", right))])
    assert "no record of" not in found.output


@pytest.mark.parametrize("product", sorted(NAMED))
def test_every_field_of_a_sample_is_known(product: str) -> None:
    unknown: set[str] = set()
    for path in sorted((PRODUCERS / product / "samples").glob("*.json")):
        sample = json.loads(path.read_text())
        if path.name.startswith("attack") or not isinstance(sample.get("input"), str):
            continue
        names = named(Event(product=product, category="auth", action="x", raw=sample["input"]), sample["input"])
        wrapped = ("data.events.", "detail.", "detail-")
        short = {name.removeprefix("properties.") for name in names if not name.startswith(wrapped)}
        unknown |= short - NOT_OURS - {name.removeprefix("properties.") for name in VENDOR_NAMES[product]}
    assert unknown == set()


CONTEXT = Context(ZoneInfo("UTC"), datetime(2026, 3, 5, 11, tzinfo=UTC))
_SYSTEM = {"EventID": {"#attributes": {"Qualifiers": 0}, "#text": 1102}, "Channel": "Security"}


@pytest.mark.parametrize(
    "document",
    [
        {"Event": {"System": _SYSTEM, "EventData": {"SubjectUserName": "tbell"}}},
        {"System": _SYSTEM, "EventData": {"SubjectUserName": "tbell"}},
        {"System": _SYSTEM, "EventData": {"SubjectUserName": {"@Type": "x", "#text": "tbell"}}},
        {"Event": {"System": _SYSTEM, "UserData": {"LogFileCleared": {"SubjectUserName": "tbell"}}}},
        {"EventID": 1102, "Channel": "Security", "SubjectUserName": "tbell", "Event": {"tag": "x"}},
        {"System": "office", "winlog": {"event_id": 1102, "event_data": {"SubjectUserName": "tbell"}}},
    ],
)
def test_sigma_reads_the_form_of_a_windows_event_that_the_parser_reads(document: dict[str, object]) -> None:
    record = json.dumps(document)
    [parsed] = cast(list[Event], PRODUCTS["windows_security"].parse(record.encode(), CONTEXT))
    said = named(parsed, record)
    assert (said["eventid"], said["subjectusername"]) == ((parsed.vendor_code,), ("tbell",))


def test_a_rule_about_a_type_of_logon_reads_each_sample_that_tells_that_type() -> None:
    told = [found for path in (PRODUCERS / "windows_security/samples").glob("*.json") for found in _logons(path)]
    assert len(told) > 40
    assert [(kind, types) for kind, types in told if not all(_reads(one)(kind) for one in types)] == []


def test_a_rule_about_a_type_of_logon_does_not_read_the_records_of_others() -> None:
    told = [found for path in (PRODUCERS / "windows_security/samples").glob("*.json") for found in _logons(path)]
    seated = [kind for kind, types in told if types == ("2",) and kind.logon_type == "interactive"]
    assert seated
    assert [kind for kind in seated if _reads("9")(kind)] == []


def _logons(path: Path) -> list[tuple[Kind, tuple[str, ...]]]:
    """The kind of each event of a sample whose record has a type of logon, and the types that the record tells."""
    record = json.loads(path.read_text()).get("input")
    parsed = PRODUCTS["windows_security"].parse(record.encode(), CONTEXT) if isinstance(record, str) else []
    events = [one for one in parsed if isinstance(one, Event)] if isinstance(parsed, list) else []
    types = [(one, named(one, record).get("logontype", ())) for one in events]
    return [(Kind(*(getattr(one, name) for name in Kind._fields)), said) for one, said in types if said]


def _reads(logon_type: str) -> Callable[[Kind], bool]:
    [rule] = policy_of(
        "title: A logon\nname: a_logon\nlogsource: {product: windows, service: security}\n"
        f"detection: {{s: {{LogonType: '{logon_type}'}}, condition: s}}\n"
    ).sigma.values()
    return reads(rule)


@pytest.mark.parametrize(
    ("tests", "condition", "found"),
    [
        ("a: {action: allowed}, b: {action: blocked}", "a and b", []),
        ("a: {action: blocked}, b: {action: [allowed]}", "a and b", []),
        ("a: {sc-status|all: [200, 403]}", "a", []),
        ("a: {sc-status: ''}", "a", []),
        ("a: {action: allowed}, b: {action: [allowed, blocked]}", "a and b", ["200"]),
        ("a: {action: blocked, sc-status: 403}", "a", ["403"]),
        ("a: {sc-status: null}", "a", [None]),
    ],
)
def test_what_is_known_of_the_kind_of_a_record_leaves_out_no_test_that_it_could_fail(
    tests: str, condition: str, found: list[str | None]
) -> None:
    rule = f"title: T\nname: t\nlogsource: {{category: proxy}}\ndetection: {{{tests}, condition: {condition}}}\n"
    said = [("allowed", "success", "200"), ("blocked", "failure", "403"), ("blocked", "failure", None)]
    asked = [
        web(n, f"2026-03-04 09:0{n}:00", "http://x.example/a", verdict=verdict, outcome=outcome, vendor_code=code)
        for n, (verdict, outcome, code) in enumerate(said)
    ]
    codes = {one.event_id: one.vendor_code for one in asked}
    assert [codes[event_id] for one in judged(policy_of(rule), asked) for event_id in one.event_ids] == found


@pytest.mark.parametrize(
    ("values", "common"),
    [
        (("/wp-admin/edit", "x/wp-admin/y"), "/wp-admin/"),
        (("one", "two"), "o"),
        (("abc", "xyz"), ""),
        (("0123456789" * 20,), ("0123456789" * 20)[:LONGEST]),
    ],
)
def test_of_many_texts_a_piece_that_stands_in_each_is_looked_for_first_however_long_they_are(
    values: tuple[str, ...], common: str
) -> None:
    assert in_all(values) == common
