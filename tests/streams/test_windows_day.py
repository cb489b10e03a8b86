"""A whole day at one Windows computer, as its Security log tells it: who sits there at every moment, and who not."""

import random
from typing import Any

import pytest

from model.event import Event, decode_event
from model.reference import Reference
from model.violation import Violation, decode_violation
from streams.attribution.attributor import Attributor
from streams.engine.engine import Engine
from streams.seen import Seen
from tests.support.small_district import DISTRICT, at_ms, ended, event, event_batches, fact_batch, facts
from tests.support.windows_log import DAY, ZONE, WindowsLog

WORLD: dict[str, list[dict[str, Any]] | None] = {
    "orgs": [{"sourcedId": "hs", "name": "Maple High", "type": "school"}],
    "users": [{"sourcedId": f"p-{name}", "username": name} for name in ("tbell", "oreyes", "jkim")],
    "accounts": [
        *({"account": name, "person": f"p-{name}", "kind": "personal"} for name in ("tbell", "oreyes", "jkim")),
        {"account": "helpdesk", "kind": "service"},
    ],
    "devices": [
        {"device_id": "LAB-1", "hostname": "lab-1", "class": "lab", "org": "hs", "mac": "02:00:00:00:00:02"},
        {"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "org": "hs", "mac": "02:00:00:00:00:01"},
        {"device_id": "SRV-1", "hostname": "srv-1", "class": "server", "org": "hs"},
    ],
    "networks": [{"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"}],
}
FORMS = ("xml", "winlogbeat")

# Who is at LAB-1 when, after everything that the log says by then; None: nobody.
SITTING = {
    "07:44": None,
    "07:50": "tbell",  # after the noise of the desktop that was opened for her
    "08:12": "tbell",  # network logons, a scheduled task, a service
    "08:45": "tbell",  # locked and unlocked: 4624 of type 7 twice, 4634 of type 7 twice
    "08:57": "tbell",  # a technician's password at a UAC prompt, and that session's end
    "09:05": "tbell",  # runas with and without /netonly
    "09:15": "oreyes",  # switched user
    "09:19": None,  # went from his session; nobody has come back yet
    "09:25": "tbell",
    "09:31": "tbell",  # his session was ended from afar
    "09:45": "jkim",  # by Remote Desktop
    "09:52": None,
    "10:05": "tbell",
    "10:20": "tbell",  # the screen saver came and went
    "10:35": None,
    "10:45": "jkim",  # an administrator at the console
    "10:55": "jkim",  # 4634 of the elevated half
    "11:05": None,
}


def lab_day() -> WindowsLog:
    log = WindowsLog("LAB-1")
    log.desktop_noise("07:40", 1)
    log.logon("07:41", "SYSTEM", "0x3e7", "5", TargetDomainName="NT AUTHORITY", LogonProcessName="Advapi  ")
    log.logon("07:45", "TBell", "0x4f2a1")
    log.desktop_noise("07:45:01", 2)
    log.logon("08:00", "oreyes", "0x51001", "3", LogonProcessName="NtLmSsp ", WorkstationName="LT-7")
    log.over("08:00:11", "oreyes", "0x51001", "3")
    log.logon("08:10", "TBell", "0x52001", "4", LogonProcessName="Advapi  ")
    log.over("08:10:40", "TBell", "0x52001", "4")
    log.logon("08:11", "helpdesk", "0x53001", "5", LogonProcessName="Advapi  ")
    log.over("08:11:05", "helpdesk", "0x53001", "5")
    log.lock("08:30", "TBell", "0x4f2a1")
    log.unlock("08:40", "TBell", "0x4f2a1")
    prompt = {"ProcessName": "C:\\Windows\\System32\\consent.exe", "LogonProcessName": "CredPro "}
    log.administrator("08:50", "jkim", "0x61001", "0x61002", **prompt)
    log.over("08:55", "jkim", "0x61001")
    log.over("08:55", "jkim", "0x61002")
    log.logon("09:00", "TBell", "0x62001", "9", LogonProcessName="seclogo")
    log.logon("09:01", "jkim", "0x63001", LogonProcessName="seclogo")
    log.over("09:02", "jkim", "0x63001")
    log.logon("09:02", "TBell", "0x64001", LogonProcessName="Advapi  ", ProcessName="C:\\Apps\\grades.exe")
    log.over("09:02", "TBell", "0x64001")
    log.over("09:03", "TBell", "0x62001", "9")
    log.switch("09:10", 4779, "TBell", "0x4f2a1")
    log.desktop_noise("09:10:01", 3)
    log.logon("09:10:05", "oreyes", "0x71001")
    log.switch("09:18", 4779, "oreyes", "0x71001")
    log.unlock("09:20", "TBell", None)
    log.switch("09:20", 4778, "TBell", "0x4f2a1")
    log.over("09:30", "oreyes", "0x71001")
    log.switch("09:40", 4779, "TBell", "0x4f2a1")
    log.administrator("09:40:02", "jkim", "0x81001", "0x81002", "10", IpAddress="10.1.0.40")
    log.sign_off("09:50", "jkim", "0x81002")
    log.over("09:50:05", "jkim", "0x81001", "10")
    log.unlock("10:00", "TBell", None)
    log.switch("10:00", 4778, "TBell", "0x4f2a1")
    log.tell("10:15", 4802, TargetUserName="TBell", TargetDomainName="MAPLE", TargetLogonId="0x4f2a1", SessionId="1")
    log.tell("10:18", 4803, TargetUserName="TBell", TargetDomainName="MAPLE", TargetLogonId="0x4f2a1", SessionId="1")
    log.lock("10:22", "TBell", "0x4f2a1")
    log.unlock("10:24", "TBell", None)  # where 4801 is not audited
    log.sign_off("10:30", "TBell", "0x4f2a1")
    log.administrator("10:40", "jkim", "0x91001", "0x91002")
    log.over("10:50", "jkim", "0x91001")
    log.sign_off("11:00", "jkim", "0x91002")
    return log


def lease(number: int, address: str, mac: str) -> Event:
    return event(
        number, ZONE, at=f"{DAY} 07:00:00", category="device", action="lease.granted", address=address, mac=mac
    )


def web(number: int, at: str, address: str = "10.1.0.12") -> Event:
    said = {"category": "proxy", "action": "web.requested", "domain": "curriculum.example", "address": address}
    return event(number, ZONE, at=f"{DAY} {at}", **said)


def judged(events: list[Event]) -> tuple[list[Event], list[Violation]]:
    """All as published, and the violations that stand at the end."""
    engine = Engine(DISTRICT)
    engine.observe(fact_batch(facts(WORLD, ZONE)))
    for batch in event_batches(sorted(events, key=lambda one: one.occurred_at or "")):
        engine.observe(batch)
    engine.observe(ended())
    engine.judge()
    output = engine.take()
    last = {v.violation_id: v for v in map(decode_violation, output.violations)}
    return [decode_event(line) for line in output.events], [v for v in last.values() if v.status != "withdrawn"]


@pytest.mark.parametrize("form", FORMS)
def test_who_sits_at_a_windows_computer_is_known_all_day(form: str) -> None:
    asked = {f"e{number:04d}": (at, who) for number, (at, who) in enumerate(SITTING.items(), 100)}
    events = [*lab_day().events(form), lease(1, "10.1.0.12", "02:00:00:00:00:02")]
    published, violations = judged([*events, *(web(int(key[1:]), f"{at}:00") for key, (at, _) in asked.items())])
    said = {one.event_id: one.person for one in published if one.action == "web.requested"}
    expected = {key: who and f"p-{who}" for key, (_, who) in asked.items()}
    assert {asked[key]: person for key, person in said.items()} == {asked[key]: who for key, who in expected.items()}
    assert violations == []


@pytest.mark.parametrize("seed", range(8))
def test_the_order_in_which_the_day_arrives_makes_no_difference(seed: int) -> None:
    reference = Reference()
    for fact in facts(WORLD, ZONE):
        if fact.table in ("devices", "accounts", "users"):
            reference.apply(fact)
    events = lab_day().events("xml")
    random.Random(seed).shuffle(events)
    attributor = Attributor(reference)
    for number, one in enumerate(events):
        attributor.presence.learn(seen(one))
        if number % 5 == 0:  # answers given on the way are not kept
            assert attributor.answer(question("09:15")) is not None
    assert {at: attributor.answer(question(at)).holder for at in SITTING} == SITTING


def seen(one: Event) -> Seen:
    said = {
        name: getattr(one, name) for name in ("account", "device", "session_id", "logon_type", "reporter", "outcome")
    }
    at = at_ms(one.occurred_at or "", ZONE)
    return Seen(event_id=one.event_id, source_id="dc1", category="auth", action=one.action, at=at, **said)


def question(at: str) -> Seen:
    return Seen(
        event_id="q", source_id="q", category="proxy", action="web.requested", device="lab-1",
        at=at_ms(f"{DAY} {at}:00", ZONE),
    )  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_an_account_shared_behind_unlocks_is_found(form: str) -> None:
    lab, laptop = WindowsLog("LAB-1"), WindowsLog("LT-1")
    for log, session, hour in ((lab, "0x4f2a1", "07"), (laptop, "0x5a001", "08")):
        log.logon(f"{hour}:45", "TBell", session)
        log.lock(f"{hour}:50", "TBell", session)
        log.unlock("09:00", "TBell", session)
    lab.lock("09:30", "TBell", "0x4f2a1")
    leases = [lease(1, "10.1.0.12", "02:00:00:00:00:02"), lease(2, "10.1.0.11", "02:00:00:00:00:01")]
    visits = [web(100 + n, f"09:{n:02d}:30", f"10.1.0.1{1 + n % 2}") for n in range(1, 26)]
    _, found = judged([*lab.events(form), *laptop.events(form), *leases, *visits])
    assert [(v.detection, v.reason, v.account) for v in found] == [("shared_account", "two_devices", "tbell")]
    assert (found[0].started_at, found[0].ended_at) == ("2026-03-04T15:00:00.000Z", "2026-03-04T15:24:30.000Z")


@pytest.mark.parametrize("audit", ["with 4801", "without 4801"])
def test_one_person_who_walks_between_two_computers_is_not(audit: str) -> None:
    """Locks one, unlocks the other, all day; the one that is locked goes on asking the web by itself."""
    lab, laptop = WindowsLog("LAB-1"), WindowsLog("LT-1")
    sessions = {"LAB-1": "0x4f2a1", "LT-1": "0x5a001"}
    for log, at in ((lab, "07:40"), (laptop, "07:46")):
        log.logon(at, "TBell", sessions[log.computer])
        log.lock(f"{at}:50", "TBell", sessions[log.computer])
    for hour in range(8, 15):
        for log, start, end in ((lab, "02", "28"), (laptop, "32", "58")):
            log.unlock(f"{hour:02d}:{start}", "TBell", sessions[log.computer] if audit == "with 4801" else None)
            log.lock(f"{hour:02d}:{end}:30", "TBell", sessions[log.computer])
    leases = [lease(1, "10.1.0.12", "02:00:00:00:00:02"), lease(2, "10.1.0.11", "02:00:00:00:00:01")]
    visits = [web(1000 + n, f"{8 + n // 60:02d}:{n % 60:02d}:10", f"10.1.0.1{1 + n % 2}") for n in range(5, 400)]
    assert judged([*lab.events("xml"), *laptop.events("xml"), *leases, *visits])[1] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("code", [1100, 4608, 4609, 12, 6005, 6006])
def test_no_session_outlives_a_restart(form: str, code: int) -> None:
    """Nobody signed off; what the computer asks of the web after that is nobody's, until somebody signs in."""
    log = WindowsLog("LAB-1")
    log.logon("08:00", "TBell", "0x4f2a1")
    log.tell("08:30", code)
    log.logon("09:00", "JKim", "0x1f001")
    visits = [web(101, "08:20:00"), web(102, "08:40:00"), web(103, "09:10:00")]
    published, _ = judged([*log.events(form), lease(1, "10.1.0.12", "02:00:00:00:00:02"), *visits])
    assert [one.person for one in published if one.action == "web.requested"] == ["p-tbell", None, "p-jkim"]


@pytest.mark.parametrize("form", FORMS)
def test_a_shutdown_that_was_asked_for_ends_no_session(form: str) -> None:
    """`shutdown /s /t 999999` and then `shutdown /a`: whoever sits there may ask for it and call it off."""
    log = WindowsLog("LAB-1")
    log.logon("08:00", "TBell", "0x4f2a1")
    log.tell("08:30", 1074)
    published, _ = judged([*log.events(form), lease(1, "10.1.0.12", "02:00:00:00:00:02"), web(101, "08:40:00")])
    assert [one.person for one in published if one.action == "web.requested"] == ["p-tbell"]


def test_the_restart_of_another_computer_ends_no_session_here() -> None:
    lab, laptop = WindowsLog("LAB-1"), WindowsLog("LT-1")
    lab.logon("08:00", "TBell", "0x4f2a1")
    laptop.tell("08:30", 4608)
    events = [*lab.events("xml"), *laptop.events("xml"), lease(1, "10.1.0.12", "02:00:00:00:00:02")]
    published, _ = judged([*events, web(101, "08:40:00")])
    assert [one.person for one in published if one.action == "web.requested"] == ["p-tbell"]
