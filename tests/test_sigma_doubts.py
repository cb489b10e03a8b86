"""Misspelled fields of Sigma rules are told with file and line; the fields that vendors write are known."""

import json
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
from streams.detections.sigma.record import named

PRODUCERS = Path(__file__).parents[1] / "producers"
# Of samples of odd records, and what shippers add.
NOT_OURS = frozenset({
    *("a", "api", "hello", "system", "xml_name", "time_created"),
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
