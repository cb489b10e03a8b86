"""`hallmonitor judge` and `check` as a user calls them: strictness, words apart from data, whose name is whose."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main

DISTRICT = """
id: maple-falls
name: Maple Falls
timezone: America/New_York
policy: union-ok
sources:
  - {id: vpn, product: cisco_asa}
  - {id: edge, product: cisco_asa, listen: {syslog: "udp://127.0.0.1:5514"}}
"""
ACCOUNTS = "account,person,kind,vendor\nacme.lee,v1,vendor,acme\n"
APPROVALS = "approval_id,kind,vendor,account,system,approver_role,state,valid_from,valid_to\n"
GOOD = "A1,vendor_access,acme,acme.lee,*,principal,approved,2026-03-04T09:55,2026-03-04T11:05\n"
BAD = "A2,vendor_access,acme,acme.lee,*,principal,approved,yesterday,2026-03-04T11:05\n"
LOG = (
    "Mar 04 2026 10:00:00 asa1 : %ASA-6-113039: Group <V> User <acme.lee> IP <203.0.113.10> "
    "AnyConnect parent session started.\n"
    "Mar 04 2026 11:00:00 asa1 : %ASA-4-113019: Group = V, Username = acme.lee, IP = 203.0.113.10, "
    "Session disconnected. Session Type: SSL, Duration: 1h:00m:00s, Bytes xmt: 9, Bytes rcv: 8, Reason: Idle\n"
)
EXPECTED = """
{key}:
  - {{detection: unapproved_vendor_session, account: {account}{by},
     between: ["2026-03-04T10:00:00-05:00", "2026-03-04T11:00:00-05:00"]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A vendor's hour over the VPN, and a list of approvals without a row."""
    (tmp_path / "logs" / "vpn").mkdir(parents=True)
    (tmp_path / "reference").mkdir()
    (tmp_path / "district.yaml").write_text(DISTRICT)
    (tmp_path / "reference" / "accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "reference" / "approvals.csv").write_text(APPROVALS)
    (tmp_path / "logs" / "vpn" / "asa.log").write_text(LOG)
    return tmp_path


def _call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def _found(folder: Path) -> list[str]:
    return [json.loads(line)["reason"] for line in _call("judge", folder).stdout.splitlines()]


def test_a_bad_row_leaves_the_others_loaded(folder: Path) -> None:
    (folder / "reference" / "approvals.csv").write_text(APPROVALS + BAD + GOOD)
    assert _found(folder) == []


def test_a_dropped_row_is_said_by_judge_and_check_and_in_the_finding_that_asked(folder: Path) -> None:
    told = 'approvals: 1 row could not be read: line 2, valid_from "yesterday"'
    well = json.loads(_call("judge", folder).stdout)
    (folder / "reference" / "approvals.csv").write_text(APPROVALS + BAD)
    for name in ("judge", "check"):
        (folder / "expected.yaml").write_text(EXPECTED.format(key="violations", account="acme.lee", by=""))
        called = _call(name, folder)
        assert told in " ".join(called.stderr.split()), name
    doubted = json.loads(_call("judge", folder).stdout)
    assert (well["confidence"], doubted["confidence"]) == ("medium", "low")
    assert told in doubted["evidence"]["not_known"]
    assert told in doubted["explanation"]
    assert doubted["violation_id"] == well["violation_id"]
    compared = json.loads(_call("check", "--json", folder).stdout)
    assert compared["unapproved_vendor_session"]["not_known"] == [told]


def test_a_dropped_row_of_a_table_that_was_not_asked_leaves_the_finding_as_it_was(folder: Path) -> None:
    well = _call("judge", folder).stdout
    (folder / "reference" / "pairings.csv").write_text("person,device_id,device_id_2\np1,d1,\n")
    told = _call("judge", folder)
    assert "pairings: 1 row could not be read" in told.stderr
    assert told.stdout == well


def test_an_approval_as_a_spreadsheet_writes_it_covers_the_session(folder: Path) -> None:
    row = "A2,vendor_access,acme,acme.lee,*,principal,approved,3/4/2026 9:55 AM,03/04/26 11:05\n"
    (folder / "reference" / "approvals.csv").write_text(APPROVALS + row)
    assert _found(folder) == []


def test_a_bad_row_loads_nothing_when_strict(folder: Path) -> None:
    (folder / "reference" / "approvals.csv").write_text(APPROVALS + BAD + GOOD)
    told = _call("judge", "--strict", folder)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "approvals.csv:2: valid_from" in told.stderr


def test_an_unknown_column_is_no_bad_row(folder: Path) -> None:
    (folder / "reference" / "approvals.csv").write_text("colour," + APPROVALS + "blue," + GOOD)
    assert _call("judge", "--strict", folder).exit_code == 0


@pytest.mark.parametrize("truth", ["TRUE", "Yes", "1"])
def test_a_truth_is_read_as_spreadsheets_write_it(folder: Path, truth: str) -> None:
    (folder / "reference" / "approvals.csv").write_text(f"after_hours,{APPROVALS}{truth},{GOOD}")
    (folder / "reference" / "calendar.csv").write_text("date,kind,org\n2026-03-04,office_closed,\n")
    assert _found(folder) == []


def test_a_source_that_listens_has_no_files_to_miss(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told = _call("judge", folder)
    assert "edge" not in told.stderr + "".join(capfd.readouterr())


@pytest.mark.parametrize("account", ["acme.lee", "ACME.Lee", "'MF\\acme.lee'"])
def test_an_expected_account_is_matched_without_domain_and_case(folder: Path, account: str) -> None:
    (folder / "expected.yaml").write_text(EXPECTED.format(key="violations", account=account, by=""))
    assert _call("check", folder).exit_code == 0


@pytest.mark.parametrize(("by", "code"), [("EX-1", 0), ("EX-2", 1)])
def test_what_suppressed_it_is_compared(folder: Path, by: str, code: int) -> None:
    head = "exemption_id,detection,account,approver_role\n"
    row = "EX-1,unapproved_vendor_session,acme.lee,principal\n"
    (folder / "reference" / "exemptions.csv").write_text(head + row)
    (folder / "expected.yaml").write_text(EXPECTED.format(key="suppressed", account="acme.lee", by=f", by: {by}"))
    assert _call("check", folder).exit_code == code


def test_a_missed_violation_makes_check_end_with_one(folder: Path) -> None:
    (folder / "expected.yaml").write_text("violations: []\n")
    told = _call("check", folder)
    assert told.exit_code == 1
    assert told.stdout.startswith("invented\tunapproved_vendor_session\tacme.lee\tnone")


def test_of_a_source_that_is_pulled_it_is_said_what_was_read(folder: Path) -> None:
    (folder / "secret").write_text("token\n")
    pulled = '  - {id: cloud, product: okta, pull: {url: "https://maplefalls.okta.example", secret_file: secret}}\n'
    (folder / "district.yaml").write_text(DISTRICT + pulled)
    expected = "cloud is pulled: `hallmonitor run` judges that. Here only files in logs/cloud were read."
    assert expected in _call("judge", folder).stderr
