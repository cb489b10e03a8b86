"""The simulator's lines are the vendors' own: their shape, their clocks, and our parsers' opinion of them."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from model.event import parse_at
from producers.catalog import PRODUCTS
from producers.framing import frames
from producers.product import Context, Refusal
from simulator.options import Options, week_of_dst
from simulator.scribe import SOURCES
from simulator.simulation import simulate

ZONE = ZoneInfo("America/Chicago")
RFC3164 = r"^[A-Z][a-z]{2} [ 123]\d \d\d:\d\d:\d\d "
SHAPES = {
    "proxy": r"^\d{10}\.\d{3} +\d+ [0-9.]+ [A-Z_]+/\d{3} \d+ (GET|CONNECT) \S+ \S+ HIER_\w+/\S+ \S+$",
    "filter": r'^<189>date=[\d-]{10} time=[\d:]{8} devname="[^"]+" .*eventtime=\d{19} tz="[-+]\d{4}" '
    r'logid="\d{10}" type="(utm|traffic)" ',
    "dhcp": RFC3164 + r"dhcp1 dhcpd\[\d+\]: (DHCP(DISCOVER|OFFER|REQUEST|ACK|RELEASE)|Wrote) ",
    "servers": RFC3164 + r"\S+ (sshd|systemd)\[\d+\]: \S",
    "wireless": r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ 123]\d [\d:]{8} 20\d\d : Auth: \(\d+\) Login "
    r"(OK|incorrect \([^)]+\)): \[[^\]]+\] "
    r"\(from client ap-\S+ port \d+ cli ([0-9A-F]{2}-){5}[0-9A-F]{2}( via TLS tunnel)?\)$",
    "edge-vpn": r"^<16\d>[A-Z][a-z]{2} \d\d 20\d\d [\d:]{8} edge-vpn : %ASA-\d-\d{6}: ",
    "remote-vpn": r"^20\d\d-\d\d-\d\d [\d:]{8} ([\w.$-]+/)?[\d.]+:\d+ \S",
    "umbrella": r'^"20\d\d-\d\d-\d\d [\d:]{8}"(,"[^"]*"){12}$',
    "entra": r'^\{"time":"20[\d-]{8}T[\d:]{8}\.\d{7}Z","resourceId":"/tenants/[\w-]{36}/providers/Microsoft.aadiam",',
    "intune": r'^\{"time":"20[\d-]{8}T[\d:]{8}\.\d{7}Z","tenantId":"[\w-]{36}","category":"AuditLogs",',
    "jamf": r'^\{"webhook":\{"eventTimestamp":\d{13},"id":\d+,"name":"[^"]+","webhookEvent":"ComputerCheckIn"\},',
}
NOT_A_LINE = "\x16\x03\x01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The week in which clocks go back, with a transition in every zone-less log."""
    made = tmp_path_factory.mktemp("fall")
    simulate(made, Options(5, people=100, start=week_of_dst("fall", 2026, "America/Chicago"), requests=3))
    return made


def files_of(folder: Path, source: str) -> list[Path]:
    """A source's files in order."""
    return sorted((folder / "logs" / source).iterdir())


def lines_of(folder: Path, source: str) -> list[str]:
    """All readable lines of a source."""
    text = "".join(path.read_text(encoding="utf-8") for path in files_of(folder, source))
    return [line for line in text.splitlines() if not line.startswith(NOT_A_LINE)]


@pytest.mark.parametrize("source", sorted(SHAPES))
def test_every_line_has_the_vendors_shape(folder: Path, source: str) -> None:
    shape = re.compile(SHAPES[source])
    odd = [line for line in lines_of(folder, source) if not shape.match(line)]
    assert odd == []


def test_nxlog_times_are_local_without_a_zone(folder: Path) -> None:
    record = next(row for row in map(json.loads, lines_of(folder, "staff-pcs")) if row["EventID"] == 4624)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", record["EventTime"])
    assert {"Hostname", "Keywords", "EventID", "TargetUserName", "EventReceivedTime"} <= record.keys()


def test_the_clocks_of_the_annex_run_ahead_of_its_collector(folder: Path) -> None:
    record = json.loads(lines_of(folder, "annex-pcs")[0])
    ahead = datetime.fromisoformat(record["EventTime"]) - datetime.fromisoformat(record["EventReceivedTime"])
    assert ahead == timedelta(minutes=7, seconds=-1)


def test_winlogbeat_nests_its_event_and_tells_utc(folder: Path) -> None:
    record = next(row for row in map(json.loads, lines_of(folder, "lab-pcs")) if row["event"]["code"] == "4624")
    assert record["@timestamp"].endswith("Z")
    assert record["winlog"]["event_id"] == "4624"
    assert record["winlog"]["event_data"]["LogonType"] == "0"  # the system itself, as the computer starts


def test_the_domain_controller_writes_well_formed_events(folder: Path) -> None:
    text = files_of(folder, "dc")[0].read_text(encoding="utf-8")
    events = ElementTree.fromstring(f"<all>{text}</all>")
    assert len(events) > 100
    assert "\n  <System>" in text  # some are printed over many lines


def test_workspace_delivers_some_activities_twice_and_none_a_third_time(folder: Path) -> None:
    ids = [(row["id"]["time"], row["id"]["uniqueQualifier"]) for row in map(json.loads, lines_of(folder, "workspace"))]
    counts = {ids.count(key) for key in set(ids[:3_000])}
    assert counts == {1, 2}


def test_late_reports_lie_in_the_file_of_the_day_they_came(folder: Path) -> None:
    late = [
        row
        for path in files_of(folder, "workspace")
        for line in path.read_text().splitlines()
        if line.startswith("{")
        and (row := json.loads(line))["id"]["time"][:10] < path.stem[-10:]
        and datetime.fromisoformat(row["id"]["time"]).astimezone(ZONE).date().isoformat() < path.stem[-10:]
    ]
    assert len(late) >= 2


def test_squid_tells_its_lines_in_order_of_time(folder: Path) -> None:
    stamps = [float(line.split()[0]) for line in lines_of(folder, "proxy")]
    assert all(one <= other for one, other in pairwise(stamps))


def test_local_clocks_repeat_an_hour_in_the_night_they_go_back(folder: Path) -> None:
    hours = [line.split()[2][:2] for line in lines_of(folder, "dhcp") if line.startswith("Nov  1")]
    repeated = [hour for hour, after in pairwise(hours) if hour == "01" and after == "01"]
    assert hours.count("01") > 1.5 * hours.count("04")
    assert repeated


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_our_parser_refuses_garbage_only(folder: Path, source: str) -> None:
    product = PRODUCTS[SOURCES[source][0]]
    context = Context(ZONE, datetime(2026, 11, 5, tzinfo=UTC))
    refused, read = [], 0
    for path in files_of(folder, source):
        for frame in frames([path.read_bytes()], product.framing):
            answer = product.parse(frame.data, context)
            read += 1
            if isinstance(answer, Refusal):
                refused.append(frame.data)
    assert read > 10
    assert [raw for raw in refused if not raw.startswith(NOT_A_LINE.encode())] == []


@pytest.mark.parametrize("source", sorted(set(SOURCES) - {"workspace", "umbrella", "annex-pcs"}))
def test_our_parser_reads_the_times_that_were_meant(folder: Path, source: str) -> None:
    """Each day's file holds its own day's events, whatever the vendor leaves unsaid about year and zone."""
    product = PRODUCTS[SOURCES[source][0]]
    context = Context(ZONE, datetime(2026, 11, 5, tzinfo=UTC))
    for path in files_of(folder, source):
        days = set()
        for frame in frames([path.read_bytes()], product.framing):
            answer = product.parse(frame.data, context)
            if not isinstance(answer, Refusal):
                days |= {parse_at(str(event.occurred_at)).astimezone(ZONE).date() for event in answer}
        assert {day.isoformat() for day in days} == {path.stem[-10:]}
