"""The simulated Windows days: every session has an id of its own, and what ends names what began."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from simulator.options import Options
from simulator.simulation import simulate

FIXED = {"0x3e7", "0x3e5"}  # the system's own sessions
STARTS, LOGON, ENDED, LEFT, LOCKED, UNLOCKED = 4608, 4624, 4634, 4647, 4800, 4801


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every Windows event of a small district, of three forms, in the order of each source's files."""
    folder = tmp_path_factory.mktemp("windows")
    simulate(folder, Options(5, people=100, requests=1, days=5))
    return list(events(folder / "logs"))


def events(logs: Path) -> Iterator[dict[str, Any]]:
    """EventData with `id`, `at` (the vendor's own words) and `computer` beside it."""
    for path in sorted((logs / "staff-pcs").iterdir()):
        for row in map(json.loads, path.read_text().splitlines()):
            yield row | {"id": row["EventID"], "at": row["EventTime"], "computer": row["Hostname"]}
    for path in sorted((logs / "lab-pcs").iterdir()):
        for row in map(json.loads, path.read_text().splitlines()):
            system = row["winlog"]
            told = {"id": int(system["event_id"]), "at": row["@timestamp"], "computer": system["computer_name"]}
            yield system["event_data"] | told
    for path in sorted((logs / "dc").iterdir()):
        yield from map(from_xml, ElementTree.fromstring(f"<all>{path.read_text()}</all>"))


def from_xml(element: ElementTree.Element) -> dict[str, Any]:
    """The same of an <Event>."""
    space = "{http://schemas.microsoft.com/win/2004/08/events/event}"
    data = {str(each.get("Name")): each.text or "" for each in element.iter(f"{space}Data")}
    stamp = element.find(f"{space}System/{space}TimeCreated")
    assert stamp is not None
    number = element.findtext(f"{space}System/{space}EventID") or ""
    computer = element.findtext(f"{space}System/{space}Computer")
    return data | {"id": int(number), "at": stamp.get("SystemTime"), "computer": computer}


def sessions_of_a_boot(log: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The events of one computer from one start to the next, in order."""
    boots: dict[str, list[list[dict[str, Any]]]] = defaultdict(lambda: [[]])
    for event in log:
        if event["id"] == STARTS:
            boots[event["computer"]].append([])
        boots[event["computer"]][-1].append(event)
    yield from (boot for computer in boots.values() for boot in computer)


def test_the_days_hold_every_kind_of_event(log: list[dict[str, Any]]) -> None:
    wanted = {4608, 4624, 4625, 4634, 4647, 4648, 4672, 4778, 4779, 4800, 4801, 4802, 4803}
    assert wanted <= {event["id"] for event in log}
    types = Counter((event["id"], event["LogonType"]) for event in log if "LogonType" in event)
    assert {(LOGON, kind) for kind in ("0", "2", "3", "4", "5", "7", "10")} <= types.keys()
    assert {(ENDED, kind) for kind in ("2", "3", "4", "7", "10")} <= types.keys()


def test_no_two_sessions_of_a_boot_share_an_id(log: list[dict[str, Any]]) -> None:
    assert len(list(sessions_of_a_boot(log))) > 1
    for boot in sessions_of_a_boot(log):
        opened = Counter(event["TargetLogonId"] for event in boot if event["id"] == LOGON)
        assert {number for number, times in opened.items() if times > 1} <= FIXED


def test_what_ends_or_locks_names_a_session_that_was_opened_by_the_same_account(log: list[dict[str, Any]]) -> None:
    for boot in sessions_of_a_boot(log):
        owner = {event["TargetLogonId"]: event["TargetUserName"] for event in boot if event["id"] == LOGON}
        later = [event for event in boot if event["id"] in (ENDED, LEFT, LOCKED, UNLOCKED)]
        strangers = [each for each in later if owner.get(each["TargetLogonId"]) != each["TargetUserName"]]
        assert strangers == []


def test_an_id_comes_again_after_a_restart_and_next_door(log: list[dict[str, Any]]) -> None:
    places = defaultdict(set)
    for event in log:
        if event["id"] == LOGON and event["LogonType"] == "2" and "-1" not in event["TargetUserName"]:
            places[event["TargetLogonId"]].add((event["computer"], event["at"][:10]))
    assert max(len(seen) for seen in places.values()) > 5


def test_an_unlock_opens_and_ends_sessions_of_its_own_and_not_the_desktop(log: list[dict[str, Any]]) -> None:
    seen = 0
    for boot in sessions_of_a_boot(log):
        for number, event in enumerate(boot):
            if event["id"] != UNLOCKED:
                continue
            around = boot[max(0, number - 8) : number + 8]
            proofs = {each["TargetLogonId"] for each in around if each.get("LogonType") == "7"}
            seen += len(proofs) >= 2
            assert event["TargetLogonId"] not in proofs
    assert seen > 50


def test_the_halves_of_an_administrators_logon_name_each_other(log: list[dict[str, Any]]) -> None:
    halves = {
        (event["computer"], event["at"][:10], event["TargetLogonId"]): event
        for event in log
        if event["id"] == LOGON and event["TargetLinkedLogonId"] != "0x0"
    }
    assert len(halves) > 20
    for (computer, day, number), event in halves.items():
        other = halves[computer, day, event["TargetLinkedLogonId"]]
        assert other["TargetLinkedLogonId"] == number
        assert {event["ElevatedToken"], other["ElevatedToken"]} == {"%%1842", "%%1843"}
