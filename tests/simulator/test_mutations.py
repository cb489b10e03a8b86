"""One school day, written as products write it, and then bent: findings change only as the rules say.

Order, copies, cut files and another time zone of the same instants change nothing. What is left out brings nothing new.
"""

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from model.violation import Violation
from producers.history import history
from streams.engine.whole import judge_whole

pytestmark = pytest.mark.slow
CHICAGO = ZoneInfo("America/Chicago")
Logs = dict[str, list[tuple[datetime, str]]]

TABLES = {
    "orgs": "sourcedId,status,name,type\nhs,active,High,school\n",
    "users": "sourcedId,status,username,givenName,familyName\n"
    "p1,active,tbell,Tara,Bell\np2,active,lwu,Lin,Wu\ns1,active,sone,Sam,One\nv1,active,vtech,Vic,Vance\n",
    "roles": "sourcedId,status,userSourcedId,role,beginDate,endDate,orgSourcedId\n"
    "r1,active,p1,teacher,2024-08-01,,hs\nr2,active,p2,teacher,2024-08-01,,hs\n"
    "r3,active,s1,student,2024-08-01,,hs\nr4,active,v1,ext:vendor,2024-08-01,,hs\n",
    "academicSessions": "sourcedId,status,title,type,startDate,endDate,schoolYear\n"
    "spr,active,Spring,semester,2026-01-06,2026-05-29,2026\n",
    "accounts": "account,person,kind,vendor\ntbell,p1,personal,\nlwu,p2,personal,\nsone,s1,personal,\n"
    "vtech,v1,vendor,acme\n",
    "devices": "device_id,hostname,mac,class,org\nLT-1,LT-1,02:00:00:00:00:01,staff,hs\n"
    "CB-1,CB-1,02:00:00:00:00:02,assigned,hs\nLAB-1,LAB-1,02:00:00:00:00:03,lab,hs\n"
    "LAB-2,LAB-2,02:00:00:00:00:04,lab,hs\nSRV-1,SRV-1,,server,hs\n",
    "assignments": "device_id,person,valid_from\nLT-1,p1,2025-08-15\nCB-1,s1,2025-08-15\n",
    "networks": "cidr,kind,org\n10.1.0.0/16,site,hs\n10.9.0.0/24,vpn_pool,hs\n",
    "domains": "domain,category\nhideme.example,proxy_avoidance\n",
    "vendors": "vendor,name,agreement_id,valid_from,valid_to\nacme,Acme,AG-1,2025-07-01,2026-07-01\n",
    "visits": "visit_id,person,vendor,account,org,valid_from,valid_to\n",
    "approvals": "approval_id,kind,vendor,account,system,approver,approver_role,state,valid_from,valid_to,recorded_at\n"
    "A1,vendor_access,,vtech,*,p1,principal,approved,2026-03-03T10:00:00-06:00,2026-03-03T11:00:00-06:00,2026-03-02T12:00:00-06:00\n",
    "exemptions": "exemption_id,detection,account,approver_role,valid_from,valid_to\n",
}


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-03T{clock}").replace(tzinfo=CHICAGO)


def windows(code: int, moment: datetime, computer: str, number: int, **fields: str) -> str:
    data = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in fields.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='Microsoft-Windows-Security-Auditing'/>"
        f"<EventID>{code}</EventID><Keywords>0x8020000000000000</Keywords>"
        f"<TimeCreated SystemTime='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000Z'/>"
        f"<EventRecordID>{number}</EventRecordID><Channel>Security</Channel><Computer>{computer}</Computer>"
        f"</System><EventData>{data}</EventData></Event>"
    )


def sitting(logs: Logs, who: str, computer: str, start: str, minutes: int, address: str = "127.0.0.1") -> None:
    """A logon, an unlock every six minutes, and the logoff."""
    begin, lines = at(start), logs.setdefault("desks", [])
    told = {"TargetUserName": who, "TargetDomainName": "HS", "TargetLogonId": f"0x{len(lines) + 4096:x}"}
    for step in range(0, minutes + 1, 6):
        moment, number = begin + timedelta(minutes=step), len(lines) + 1
        if step == 0:
            more = {"LogonType": "10" if address[0] != "1" or address[:3] == "10." else "2", "IpAddress": address}
            lines.append((moment, windows(4624, moment, computer, number, **told, **more)))
        else:
            lines.append((moment, windows(4801, moment, computer, number, **told, SessionId="1")))
    moment = begin + timedelta(minutes=minutes)
    lines.append((moment, windows(4647, moment, computer, len(lines) + 1, **told)))


def vpn(logs: Logs, clock: str, text: str) -> None:
    """The firewall writes with an offset, so that the district's own zone does not matter."""
    moment = at(clock)
    logs.setdefault("edge", []).append(
        (moment, f"<166>{moment.astimezone(UTC):%b %d %Y %H:%M:%S} UTC fw1 : %ASA-{text}")
    )


def web(logs: Logs, clock: str, host: str, who: str) -> None:
    moment = at(clock)
    line = f"{moment.timestamp():.3f}    200 10.1.0.5 TCP_TUNNEL/200 20000 CONNECT {host}:443 {who}"
    logs.setdefault("filter", []).append((moment, f"{line} HIER_DIRECT/198.51.100.9 -"))


def ordinary_day() -> Logs:
    """A borrowed laptop, a teacher on a student's Chromebook, a shared account, a proxy, a vendor who stayed on and one
    who came past the VPN; and people who do nothing wrong."""
    logs: Logs = {}
    sitting(logs, "lwu", "LT-1", "08:00:00", 24)
    sitting(logs, "tbell", "CB-1", "08:30:00", 24)
    sitting(logs, "sone", "LAB-1", "09:00:00", 42)
    sitting(logs, "sone", "LAB-2", "09:12:00", 42)
    sitting(logs, "lwu", "LAB-1", "13:00:00", 30)
    sitting(logs, "vtech", "SRV-1", "14:00:00", 12, address="198.51.100.77")
    for minute in range(0, 60, 5):
        web(logs, f"12:{minute:02d}:00", "lessons.example", "sone")
        vpn(
            logs, f"13:{minute:02d}:00", "6-113004: AAA user authentication Successful : server = 10.1.0.9 : user = lwu"
        )
        vpn(
            logs, f"14:{minute:02d}:00", "6-113004: AAA user authentication Successful : server = 10.1.0.9 : user = lwu"
        )
    for minute in range(0, 4):
        web(logs, f"12:3{minute}:30", "hideme.example", "sone")
        web(logs, f"12:3{minute}:40", f"tunnel{minute}.hideme.example", "sone")
    asked = "http://www.google.com/search?q=unblocked+proxy+site"
    line = f"{at('12:29:00').timestamp():.3f}    200 10.1.0.5 TCP_MISS/200 20000 GET {asked} sone"
    logs["filter"].append((at("12:29:00"), f"{line} HIER_DIRECT/198.51.100.9 -"))
    who = "Group <V> User <vtech> IP <198.51.100.77>"
    vpn(logs, "10:05:00", f"6-113039: {who} AnyConnect parent session started.")
    vpn(logs, "10:05:01", f"4-722051: {who} IPv4 Address <10.9.0.7> IPv6 address <::> assigned to session")
    vpn(
        logs,
        "11:40:00",
        "4-113019: Group = V, Username = vtech, IP = 198.51.100.77, Session disconnected. Session Type: SSL,"
        " Duration: 1h:35m:00s, Bytes xmt: 5000, Bytes rcv: 5000, Reason: User Requested",
    )
    return {source: sorted(lines) for source, lines in logs.items()}


PRODUCTS = {"desks": "windows_security", "edge": "cisco_asa", "filter": "squid"}
Files = dict[str, dict[str, bytes]]  # source, then file


def files(logs: Logs) -> Files:
    return {source: {"a.log": "\n".join(line for _, line in lines).encode() + b"\n"} for source, lines in logs.items()}


def found(folder: Path, written: Files, timezone: str = "America/Chicago") -> dict[tuple[str, str | None], Violation]:
    """Violations by detection and account."""
    (folder / "reference").mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / "reference" / f"{name}.csv").write_text(text)
    sources = [{"id": source, "product": PRODUCTS[source], "timezone": "UTC"} for source in PRODUCTS]
    district = {"id": "d", "name": "D", "timezone": timezone, "policy": "union-ok", "realms": ["HS"]}
    (folder / "district.yaml").write_text(yaml.safe_dump({**district, "sources": sources}))
    for source in PRODUCTS:
        (folder / "logs" / source).mkdir(parents=True)
        for name, content in written.get(source, {}).items():
            (folder / "logs" / source / name).write_bytes(content)
    judged = judge_whole(lambda: history(folder)).violations
    return {(one.detection, one.account): one for one in judged if one.status != "withdrawn"}


EXPECTED = {
    ("device_used_by_another", "lwu"),
    ("staff_account_on_student_device", "tbell"),
    ("shared_account", "sone"),
    ("filter_circumvention", "sone"),
    ("unapproved_vendor_session", "vtech"),
    ("vendor_outside_vpn", "vtech"),
}


def said(answer: dict[tuple[str, str | None], Violation]) -> list[tuple[object, ...]]:
    """What must not depend on how the records came: which findings, why, how grave, when."""
    return sorted(
        (one.violation_id, one.reasons, one.severity, one.confidence, one.started_at, one.ended_at, one.headline)
        for one in answer.values()
    )


def test_the_day_holds_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    assert set(found(tmp_path / "day", files(ordinary_day()))) == EXPECTED


def shuffled(logs: Logs) -> Files:
    mixed = {source: random.Random(7).sample(lines, len(lines)) for source, lines in logs.items()}
    return files(mixed)


def zipped(logs: Logs) -> Files:
    return {source: {"a.log.gz": gzip.compress(told["a.log"])} for source, told in files(logs).items()}


def cut(logs: Logs) -> Files:
    """In two files, of which the later day's half is read first."""
    parts: Files = {}
    for source, lines in logs.items():
        half = len(lines) // 2
        first, second = (files({source: part})[source]["a.log"] for part in (lines[:half], lines[half:]))
        parts[source] = {"a.log": second, "b.log": first}
    return parts


BENT: dict[str, Callable[[Logs], Files]] = {"shuffled": shuffled, "zipped": zipped, "cut in two": cut}


@pytest.mark.parametrize("how", BENT)
def test_how_the_records_came_changes_nothing(how: str, tmp_path: Path) -> None:
    straight = found(tmp_path / "straight", files(ordinary_day()))
    assert said(found(tmp_path / "bent", BENT[how](ordinary_day()))) == said(straight)


def test_every_record_twice_is_every_finding_once(tmp_path: Path) -> None:
    straight = found(tmp_path / "straight", files(ordinary_day()))
    twice = {source: [line for line in lines for _ in range(2)] for source, lines in ordinary_day().items()}
    doubled = found(tmp_path / "twice", files(twice))
    assert {one.violation_id for one in doubled.values()} == {one.violation_id for one in straight.values()}
    assert {key: one.reasons for key, one in doubled.items()} == {key: one.reasons for key, one in straight.items()}


def test_the_same_instants_in_another_zone_are_the_same_findings(tmp_path: Path) -> None:
    """All records name their zone, and no hour of this day is another school day's in New York."""
    straight = found(tmp_path / "straight", files(ordinary_day()))
    east = found(tmp_path / "east", files(ordinary_day()), timezone="America/New_York")
    assert set(east) == set(straight)
    assert {key: one.started_at for key, one in east.items()} == {key: one.started_at for key, one in straight.items()}


@pytest.mark.parametrize("missing", PRODUCTS)
def test_a_source_that_is_missing_brings_nothing_new(missing: str, tmp_path: Path) -> None:
    rest = {source: lines for source, lines in ordinary_day().items() if source != missing}
    assert set(found(tmp_path / "rest", files(rest))) < EXPECTED


@pytest.mark.parametrize("seed", range(6))
def test_records_that_are_missing_accuse_nobody_else(seed: int, tmp_path: Path) -> None:
    """A tenth of the records lost: some findings go, and nobody is found who was not before."""
    chance = random.Random(seed)
    rest = {source: [line for line in lines if chance.random() > 0.1] for source, lines in ordinary_day().items()}
    assert set(found(tmp_path / "rest", files(rest))) <= EXPECTED
