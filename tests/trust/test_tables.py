"""Slips in the tables by which people are accused: what they must not hide and must not allow."""

import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.policy import command
from model.batch import Fact
from model.violation import Violation, decode_violation
from producers.district_folder import Mistaken, csv_files, open_district
from producers.reference_folder import Load, load
from streams.engine.engine import Engine
from tests.support.loads import ZONE, first, fold, rows
from tests.support.small_district import DISTRICT, ended, event, event_batches, fact_batch, facts
from tests.trust.trial import REALMS, TABLES, tunnel

TIMES = "2026-03-04T09:55,2026-03-04T11:05"
HEAD = "approval_id,kind,vendor,state,approver_role,valid_from,valid_to"
GRANT = f"A1,vendor_access,acme,approved,principal,{TIMES}"


def text_of(table: str) -> str:
    """A table of the trial's district as a file."""
    columns = list(dict.fromkeys(column for row in TABLES[table] for column in row))
    lines = [",".join(str(row.get(column, "")) for column in columns) for row in TABLES[table]]
    return "\n".join([",".join(columns), *lines, ""])


def judged(*said: dict[str, Any], **files: str) -> list[Violation]:
    """What is found of a vendor's session from 10:00 to 10:30, or of other events, with these files in place of the
    district's."""
    tables = {name: text_of(name) for name in TABLES if name != "approvals"} | files
    engine = Engine(DISTRICT)
    settings = Fact(table="district", key=DISTRICT, row={"timezone": str(ZONE), "realms": REALMS})
    engine.observe(fact_batch([*facts({}, ZONE), *first(**tables).facts, settings]))
    session = said or (tunnel("2026-03-04 10:00:00"), tunnel("2026-03-04 10:30:00", what="closed"))
    for batch in event_batches([event(number, ZONE, **one) for number, one in enumerate(session)]):
        engine.observe(batch)
    engine.observe(ended())
    engine.judge()
    return [decode_violation(line) for line in engine.take().violations]


def told_of(loaded: Load, table: str) -> str:
    """What is told of a table that could not be read, or is in doubt."""
    return " ".join(text for row in fold(loaded).unread([table]) for text in row.said)


NAMED = {
    "users": "sourcedId,username\np-hill,mhill\np-kim,Kim\n",
    "accounts": "account,person,kind\nmhill,p-hill,personal\n",
    "devices": "device_id,class\nLT-1,staff\nLAB-07,lab\n",
}


def test_a_column_that_stands_twice_is_a_mistake_that_findings_name() -> None:
    loaded = first(approvals=f"{HEAD},state\n{GRANT},denied\nA2{GRANT[2:]},approved\n")
    assert [(one.column, one.line) for one in loaded.errors] == [("state", 1), ("state", 2)]
    assert [fact.key for fact in rows(loaded)] == ["A2"]
    assert "column state: stands twice" in told_of(loaded, "approvals")
    assert '1 row could not be read: line 2, state "denied"' in told_of(loaded, "approvals")
    (found,) = judged(approvals=f"{HEAD},state\n{GRANT},denied\n")
    assert (found.reason, found.confidence) == ("none", "low")
    assert "stands twice" in str(found.evidence.not_known)


def test_an_approval_whose_system_is_lost_does_not_cover_everything() -> None:
    (wide,) = judged(approvals=f"{HEAD},systm\n{GRANT},hvac-01\n")
    assert (wide.reason, wide.confidence) == ("none", "low")
    assert 'system "hvac-01"' in str(wide.evidence.not_known)
    assert judged(approvals=f"{HEAD},systm\n{GRANT},\n") == []  # this row never named a system
    assert judged(approvals=f"{HEAD},system\n{GRANT},\n") == []


@pytest.mark.parametrize("column", ["accont", "vendr", "divice_id", "entitlment"])
def test_an_approval_whose_limits_are_lost_is_no_grant(column: str) -> None:
    head = HEAD.replace("vendor", "system") if column == "vendr" else HEAD
    loaded = first(approvals=f"{head},{column}\n{GRANT},x\n")
    assert rows(loaded) == []
    assert len(loaded.errors) == 2


@pytest.mark.parametrize("times", ["starts,ends", "Start Date,End Date", "from,until", "valid_from,expires"])
def test_an_approval_whose_times_stand_under_other_words_is_not_for_ever(times: str) -> None:
    (found,) = judged(approvals=f"{HEAD.replace('valid_from,valid_to', times)}\n{GRANT}\n")
    assert (found.reason, found.confidence) == ("none", "low")
    assert "did you mean valid_to?" in str(found.evidence.not_known)


def test_a_column_of_an_inventory_that_is_called_end_date_spoils_nothing() -> None:
    assert first(devices="device_id,class,End Date\nLT-1,staff,2029-01-01\n").errors == []


def test_a_closure_of_one_school_whose_column_is_lost_closes_no_other() -> None:
    assert rows(first(calendar="date,kind,org.\n2026-03-04,holiday,hs\n2026-03-05,holiday,\n"))[0].key == "2026-03-05"


def test_words_are_read_in_any_case_and_the_owner_is_told() -> None:
    loaded = first(approvals=f"{HEAD}\n{GRANT.replace('approved', 'Approved').replace('principal', 'PRINCIPAL')}\n")
    assert [(fact.row or {})["state"] for fact in rows(loaded)] == ["approved"]
    assert [(fact.row or {})["approver_role"] for fact in rows(loaded)] == ["principal"]
    assert loaded.errors == []
    assert [str(one) for one in loaded.problems] == [
        'approvals.csv:2: state: "Approved" was read as approved',
        'approvals.csv:2: approver_role: "PRINCIPAL" was read as principal',
    ]
    roles = first(roles="sourcedId,userSourcedId,role\nr1,p1,DistrictAdministrator\nr2,p1,EXT:IT\nr3,p1,Wizard\n")
    assert [(fact.row or {})["role"] for fact in rows(roles)] == ["districtAdministrator", "ext:it", "Wizard"]


def test_a_letter_that_only_looks_alike_is_no_word() -> None:
    assert rows(first(approvals=f"{HEAD}\n{GRANT.replace('approved', 'revo' + chr(0x212A) + 'ed')}\n")) == []


@pytest.mark.parametrize("copy", ["approvals (1).csv", "Approvals - Copy.csv", "Copy of approvals.csv"])
@pytest.mark.parametrize("own", [None, "", HEAD + "\n"])
def test_a_copy_beside_an_absent_or_empty_table_is_a_mistake(copy: str, own: str | None) -> None:
    files = {copy: f"{HEAD}\n{GRANT}\n"} | ({} if own is None else {"approvals.csv": own})
    loaded = first(**{name.removesuffix(".csv"): text for name, text in files.items()})
    assert copy in [one.file for one in loaded.errors]
    assert copy in told_of(loaded, "approvals")


def test_a_copy_beside_a_table_with_rows_is_left_alone() -> None:
    loaded = first(**{"approvals": f"{HEAD}\n{GRANT}\n", "approvals (1)": f"{HEAD}\n"})
    assert loaded.errors == []
    assert fold(loaded).unread(["approvals"]) == []


@pytest.mark.parametrize("name", ["Approvals.xlsx", "approvals.csv.txt", "approvals.csv.gz", "approvals (1).ods"])
def test_a_table_in_another_form_beside_an_absent_one_is_a_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / name).write_text("")
    loaded = load(csv_files(tmp_path), ZONE)
    assert [one.file for one in loaded.errors] == [name]
    assert name in told_of(loaded, "approvals")
    (tmp_path / "reference" / "approvals.csv").write_text(f"{HEAD}\n{GRANT}\n")
    assert load(csv_files(tmp_path), ZONE).errors == []


def test_a_table_whose_name_is_in_capitals_is_read(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "APPROVALS.CSV").write_text(f"{HEAD}\n{GRANT}\n")
    assert [fact.key for fact in rows(load(csv_files(tmp_path), ZONE))] == ["A1"]


def test_policy_check_names_the_copy_and_the_column(tmp_path: Path) -> None:
    (tmp_path / "logs" / "fw").mkdir(parents=True)
    (tmp_path / "logs" / "fw" / "a.log").write_text("")
    head = "id: maple-falls\nname: M\ntimezone: America/Chicago\npolicy: union-ok\nrealms: [maple.example]\n"
    (tmp_path / "district.yaml").write_text(head + "sources:\n  - {id: fw, product: fortigate}\n")
    folder = tmp_path / "reference"
    folder.mkdir()
    (folder / "approvals (1).csv").write_text(f"{HEAD}\n{GRANT}\n")
    (folder / "accounts.csv").write_text("account,kind,kind\ntbell,personal,personal\n")
    told = CliRunner().invoke(command, ["check", str(tmp_path)])
    assert told.exit_code == 1
    assert "approvals (1).csv is not read" in told.output
    assert "accounts.csv:1: kind: stands twice" in told.output


def test_an_account_of_a_vendor_whose_kind_cannot_be_read_hides_no_session() -> None:
    accounts = "account,person,kind,vendor\nvtech,,vender,acme\ntbell,p-bell,personal,\n"
    (found,) = judged(accounts=accounts, users="sourcedId,username\np-bell,tbell\n", approvals=f"{HEAD}\n")
    assert (found.detection, found.account, found.confidence) == ("unapproved_vendor_session", "vtech", "low")
    assert 'kind "vender"' in str(found.evidence.not_known)


def test_an_approval_for_a_company_that_no_table_knows_is_a_slip_and_lowers_what_it_leaves_naked() -> None:
    """Typed by its name and not by its id, it covers nobody."""
    vendors = "vendor,name\nacme,Acme Boilers\n"
    (found,) = judged(vendors=vendors, approvals=f"{HEAD}\n{GRANT.replace('acme', 'Acme Boilers')}\n")
    assert (found.reason, found.confidence) == ("none", "low")
    assert 'vendor "Acme Boilers"' in str(found.evidence.not_known)
    assert judged(vendors=vendors, approvals=f"{HEAD}\n{GRANT}\n") == []


def test_a_company_that_only_the_accounts_name_is_known() -> None:
    loaded = first(
        vendors="vendor,name\nother,Other\n",
        accounts="account,kind,vendor\nvtech,vendor,acme\n",
        approvals=f"{HEAD}\n{GRANT}\n",
    )
    assert loaded.errors == []


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("approvals", "L1,loan,mhlil,LT-1,approved,ext:it", 'account "mhlil"'),
        ("approvals", "L1,loan,mhill,LAB-07x,approved,ext:it", 'device_id "LAB-07x"'),
        (
            "approvals",
            "L1,loan,mhill,LT-1,approved,ext:directr_of_technology",
            'approver_role "ext:directr_of_technology"',
        ),
        ("approvals", "L1,loan,mhill,LT-1\0,approved,ext:it", 'device_id "LT-1'),
        ("approvals", "L1,loan,mhill\u200b,LT-1,approved,ext:it", 'account "mhill'),
        ("roles", "r1,p-hill,techer", 'role "techer"'),
        ("assignments", "LT-1,p-hlil", 'person "p-hlil"'),
    ],
)
def test_a_name_or_a_role_that_is_nearly_a_known_one_is_a_slip_that_findings_show(
    table: str, row: str, told: str
) -> None:
    heads = {"approvals": "approval_id,kind,account,device_id,state,approver_role", "assignments": "device_id,person"}
    loaded = first(**NAMED, **{table: heads.get(table, "sourcedId,userSourcedId,role") + f"\n{row}\n"})
    assert told in told_of(loaded, table)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("approvals", "L1,loan,mhill,LT-1,approved,ext:coach"),
        ("approvals", "L1,loan,gone,LT-9,approved,ext:it"),  # who left, and a device of which nothing is near
        ("approvals", "L1,loan,kim,LT-1,approved,ext:it"),  # listed as a user alone
        ("roles", "r1,p-hill,ext:coach"),
        ("approvals", "L1,loan,rhill,LT-1,approved,ext:it"),  # another Hill, who left
        ("roles", "r1,p-hill,administrator"),
        ("roles", "r1,p-hill,ext:ot"),  # an occupational therapist
    ],
)
def test_a_name_or_a_role_of_its_own_is_no_slip(table: str, row: str) -> None:
    head = (
        "approval_id,kind,account,device_id,state,approver_role"
        if table == "approvals"
        else "sourcedId,userSourcedId,role"
    )
    loaded = first(**NAMED, **{table: f"{head}\n{row}\n"})
    assert loaded.errors == []


def test_what_people_write_as_they_like_may_hold_signs_that_join_letters() -> None:
    loaded = first(users="sourcedId,username,givenName\np-hill,mhill,\u0645\u06cc\u200c\u0646\n")
    assert loaded.errors == []


@pytest.mark.parametrize(("mark", "named"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_table_whose_columns_are_parted_by_another_sign_is_told_so(mark: str, named: str) -> None:
    loaded = first(approvals=f"{HEAD}\n{GRANT}\n".replace(",", mark))
    assert [str(one) for one in loaded.problems] == [
        f"approvals.csv:1: has {named} between its columns; save it as CSV with commas"
    ]
    assert "1 row could not be read" in told_of(loaded, "approvals")


def test_empty_columns_behind_the_last_one_are_nothing_to_speak_of() -> None:
    assert first(approvals=f"{HEAD},,\n{GRANT},,\n").problems == []


@pytest.mark.parametrize("name", ["reference/approvals.csv", "district.yaml", "policy/pack.yaml"])
def test_a_pipe_or_a_device_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path, name: str) -> None:
    policy = "./policy" if "policy" in name else "union-ok"
    head = f"id: maple-falls\nname: M\ntimezone: America/Chicago\npolicy: {policy}\n"
    (tmp_path / "district.yaml").write_text(f"{head}realms: [maple.example]\nsources: []\n")
    for folder in ("reference", "policy"):
        (tmp_path / folder).mkdir()
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    with pytest.raises((OSError, Mistaken), match="it is a pipe, socket or device, not a file"):
        open_district(tmp_path)


def test_a_file_of_the_folder_that_is_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "kept.csv").write_text(f"{HEAD}\n{GRANT}\n")
    (tmp_path / "reference" / "approvals.csv").symlink_to(tmp_path / "kept.csv")
    assert [fact.key for fact in rows(load(csv_files(tmp_path), ZONE))] == ["A1"]
