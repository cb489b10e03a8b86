"""`make live` without root: its plan, its folder, how it refuses; and what its real servers wrote, judged again."""

import ipaddress
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import yaml

from cli.expectation import compare, read_expected
from cli.judging import judge_folder
from infra.live import __main__ as live
from infra.live import cast, needs, told, verdict
from infra.live.children import Children, DidNotStart
from infra.live.folder import FILES, PRODUCTS, write_folder
from infra.live.planted import PLANTED, Planted
from infra.live.timetable import LASTS, HangUp, Lease, Login, Shell, Tunnel, Visit, timetable
from producers.district_folder import open_district

REAL = Path(__file__).parent / "real_school"  # what `make live` left behind once
DOCUMENTATION = [
    ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8")
]
TIMES = {"tbell": ("09:00", "09:40"), "acme-kay": ("09:20", "09:45"), "jpark": ("09:10", "09:24"),
         "tlopez": ("09:30", "09:32"), "gmoss": ("09:38", "09:56")}  # fmt: skip


def test_every_act_is_by_somebody_known_in_a_host_that_will_be_there() -> None:
    leased = {cast.device(act.device_id).host(act.network) for act in timetable() if isinstance(act, Lease)}
    hosts = leased | set(cast.HOMES) | {"annex-1", "annex-2", "guest-1"}
    secrets = {**cast.people_secrets(), **cast.tunnel_secrets(), None: ""}
    for act in timetable():
        if isinstance(act, Visit | Tunnel | HangUp):
            assert act.host in hosts, act
        if isinstance(act, Visit | Tunnel):
            assert act.account in secrets, act
        if isinstance(act, Login):
            assert act.nas in cast.NAS, act
        assert -20 < act.at <= LASTS


def test_a_device_has_its_lease_before_it_is_used_and_a_tunnel_before_it_is_hung_up() -> None:
    there: set[str] = {"annex-1", "annex-2", "guest-1"}
    for act in timetable():
        if isinstance(act, Lease):
            there.add(cast.device(act.device_id).host(act.network))
        if isinstance(act, Tunnel):
            there.add(act.host)
        if isinstance(act, Visit | HangUp | Shell):
            assert act.host in there, act


def test_refused_pages_are_those_of_the_list() -> None:
    for act in timetable():
        if isinstance(act, Visit):
            assert act.refused == any(name in act.url for name in cast.REFUSED), act


def test_addresses_are_of_documentation_or_inside_the_district() -> None:
    told = [*cast.NAS.values(), *cast.HOMES.values(), cast.SERVER, cast.GATEWAY, cast.WEB, cast.SIS, cast.ANNEX,
            cast.GUESTS, *(a.split("/")[0] for addresses in cast.BRIDGES.values() for a in addresses)]  # fmt: skip
    for text in told:
        assert any(ipaddress.ip_address(text) in network for network in DOCUMENTATION), text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A district folder from a school whose servers wrote nothing."""
    school = tmp_path / "school"
    for name, files in FILES.items():
        (school / "logs" / name).mkdir(parents=True)
        for file in files:
            (school / "logs" / name / file).write_text("")
    write_folder(school, tmp_path / "maple-live")
    return tmp_path / "maple-live"


def test_the_folder_is_one_that_opens_without_a_mistake(folder: Path) -> None:
    opened = open_district(folder)
    assert {source.id: source.product for source in opened.district.sources} == PRODUCTS
    assert len(read_expected(folder / "expected.yaml").violations) == 4


def test_a_school_that_wrote_nothing_has_missed_all_that_was_planted(folder: Path) -> None:
    comparison = compare(read_expected(folder / "expected.yaml"), judge_folder(folder).violations)
    assert sum(len(tally.missed) for tally in comparison.tallies.values()) == len(PLANTED)


def test_what_real_servers_wrote_is_found_as_planted_and_nothing_is_invented() -> None:
    violations = judge_folder(REAL).violations
    comparison = compare(read_expected(REAL / "expected.yaml"), violations)
    assert comparison.clean, comparison.as_dict()
    lines = [msgspec.to_builtins(violation) for violation in violations if violation.status != "withdrawn"]
    assert [planted.misjudged(lines) for planted in PLANTED] == [None] * len(PLANTED)


def _events(source: str, home: Path) -> list[told.Event]:
    files = [REAL / "logs" / source / file for file in FILES[source]]
    lines = (verdict.parsed(PRODUCTS[source], file, home, cast.ZONE).splitlines() for file in files)
    return [json.loads(line) for each in lines for line in each]


@pytest.mark.parametrize("source", sorted(PRODUCTS))
def test_a_real_servers_log_tells_every_act_and_no_other(source: str, tmp_path: Path) -> None:
    events = _events(source, tmp_path / "home")
    assert told.untold(source, timetable(), events) + told.invented(source, timetable(), events) == []


def test_an_act_of_which_the_log_says_nothing_is_named(tmp_path: Path) -> None:
    more = Shell(50, "rowe-laptop.north", "drowe")
    assert told.untold("sshd", [*timetable(), more], _events("sshd", tmp_path / "home"))


def test_an_event_of_somebody_who_did_nothing_is_named(tmp_path: Path) -> None:
    without = [act for act in timetable() if not isinstance(act, Shell) or act.account != "acme-lee"]
    assert len(told.invented("sshd", without, _events("sshd", tmp_path / "home"))) == 1


def test_passwords_that_a_real_server_wrote_do_not_come_through(tmp_path: Path) -> None:
    log = REAL / "logs" / "freeradius" / "radius.log"
    written = [one for one in cast.people_secrets().values() if one in log.read_text()]
    assert written
    events = verdict.parsed("freeradius", log, tmp_path / "home", cast.ZONE)
    assert "account.authenticated" in events
    assert [one for one in written if one in events] == []


def test_the_folder_kept_is_the_one_that_would_be_written_now(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "logs" not in path.parts:
            kept = (REAL / path.relative_to(folder)).read_text()
            assert yaml.safe_load(kept) == yaml.safe_load(path.read_text()), path.name


def _said(planted: Planted, begins: str, ends: str) -> dict[str, object]:
    told = {"detection": planted.detection, "account": planted.account, "reasons": [planted.reason]}
    day = "2026-03-04T{}:00-06:00"
    return {**told, "started_at": day.format(begins), "ended_at": day.format(ends), "suppressed_by": planted.by}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.account)
def test_a_finding_told_rightly_is_not_misjudged(planted: Planted) -> None:
    assert planted.misjudged([_said(planted, *TIMES[planted.account])]) is None


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.account)
def test_a_finding_that_is_absent_double_early_or_otherwise_excused_is_misjudged(planted: Planted) -> None:
    begins, ends = TIMES[planted.account]
    right = _said(planted, begins, ends)
    assert planted.misjudged([])
    assert planted.misjudged([right, right])
    assert planted.misjudged([_said(planted, "08:50", ends)])
    assert planted.misjudged([{**right, "reasons": ["other"]}])
    assert replace(planted, by="EX-1").misjudged([right])


def test_without_root_it_says_so_and_is_no_pass(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                                                tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.setattr(needs.os, "geteuid", lambda: 1000)
    assert live.main(tmp_path) == 3
    assert "root" in capsys.readouterr().err


def test_without_its_packages_and_apt_it_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs.shutil, "which", lambda command, path=None: None)
    assert any("squid" in why and "apt-get" in why for why in needs.lacking())


def test_what_brings_no_command_is_missed_by_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(needs, "_FILES", {tmp_path / "libstrongswan-eap-mschapv2.so": "libcharon-extauth-plugins"})
    assert "libcharon-extauth-plugins" in needs.missing_packages()


def test_a_phone_that_bears_anothers_name_is_told_as_who_signed_in(tmp_path: Path) -> None:
    events = _events("strongswan", tmp_path / "home")
    told_of = {event["account"] for event in events if event["account_basis"] in ("observed", "authenticated")}
    assert told_of == {"hcole"}, "tbell is the name that the phone gives itself"


def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    children = Children(tmp_path)
    with pytest.raises(DidNotStart, match="no such port"):
        children.serve("echo", [sys.executable, "-c", "print('no such port')"], lambda: False, within=30)


def test_an_act_that_went_otherwise_is_told_and_what_goes_on_is_ended(tmp_path: Path) -> None:
    children = Children(tmp_path)
    right = children.send("right", ["echo", "200/200"], "200/200")
    other = children.send("other", ["echo", "000/407"], "200/200")
    going = children.send("going", ["sleep", "60"], "")
    for errand in (right, other):
        errand.process.wait(10)
    assert [line.split(":")[0] for line in children.gone_wrong()] == ["other"]
    children.close()
    assert going.process.poll() is not None


def test_infra_live_imports_no_room_but_model() -> None:
    found = subprocess.run(
        ["grep", "-rnE", r"^\s*(from|import) (producers|streams|storage|cli|dashboard)", "infra/live"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout == ""
