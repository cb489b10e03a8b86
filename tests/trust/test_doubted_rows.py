"""A row that was read and may be wrong is not one that could not be read; and no headline hides either."""

import pytest

from cli.judging import say_unread
from dashboard.parts.source_list import unread_list
from model.violation import Violation
from producers.reference_folder import Load, unread
from tests.support.loads import first, fold, later
from tests.trust.test_tables import GRANT, HEAD, NAMED, judged, told_of
from tests.trust.trial import sat

PEOPLE = "sourcedId,username\n88213,kmoss\n88240,lott\n"
LAPTOPS = "device_id,class\nLT-1040,assigned\nLT-2077,assigned\n"


def headline(**files: str) -> Violation:
    (found,) = judged(**files)
    return found


# A column by which a signature is judged


@pytest.mark.parametrize("column", ["approverrole", "aprover_role"])
def test_where_the_column_of_the_role_is_lost_nobody_is_said_to_have_overstepped(column: str) -> None:
    found = headline(approvals=f"{HEAD.replace('approver_role', column)}\n{GRANT}\n")
    assert found.reason == "wrong_approver"
    assert found.confidence == "low"
    assert found.headline == (
        "In doubt (mistakes in approvals.csv): vtech (Acme Controls) was connected for 30 min on an approval (A1)"
        " of which the table does not show in what role it was signed"
    )
    words = " ".join([found.explanation, *(one.failed or "" for one in found.evidence.consulted)])
    assert "may not give it" not in words
    assert "may not approve" not in words
    assert found.explanation.startswith("This finding may be wrong, because the district's tables have mistakes.")


def test_where_the_role_is_read_and_may_not_approve_that_is_said() -> None:
    found = headline(approvals=f"{HEAD}\n{GRANT.replace('principal', 'student')}\n")
    assert found.headline.endswith("on an approval (A1) from somebody who may not give it")
    assert "the role student may not approve vendor access" in str(found.evidence.consulted)
    assert found.confidence != "low"


def test_every_headline_of_a_detection_whose_table_has_mistakes_begins_with_the_doubt() -> None:
    found = headline(approvals=f"{HEAD}\n{GRANT.replace('approved', 'aproved')}\n")
    assert found.headline.startswith("In doubt (mistakes in approvals.csv): vtech")
    assert not headline(approvals=f"{HEAD}\n").headline.startswith("In doubt")


def test_a_suspension_of_one_account_whose_column_is_lost_does_not_suspend_the_person() -> None:
    loaded = first(standings="standing_id,person,acount,kind\ns1,p-hill,mhill,suspended\ns2,p-kim,,suspended\n")
    assert [fact.key for fact in loaded.facts if fact.table == "standings" and fact.key] == ["s2"]


# Two kinds of mistakes


def slip() -> Load:
    return first(**NAMED, approvals="approval_id,kind,account,device_id,state\nL1,loan,mhlil,LT-1,approved\n")


def test_a_row_that_is_kept_is_not_said_to_be_unread() -> None:
    said = 'approvals: 1 row was read and may be wrong: line 2, account "mhlil" is in no row of accounts.csv'
    assert told_of(slip(), "approvals") == f"{said} (did you mean mhill?)"
    (row,) = fold(slip()).unread(["approvals"])
    assert (row.lost, row.rows, row.doubted) == ("", 0, 1)


def test_a_table_with_both_kinds_says_both() -> None:
    both = first(**NAMED, approvals="approval_id,kind,account,state\nL1,loan,mhlil,approved\nL2,loan,mhill,aproved\n")
    lost, doubt = fold(both).unread(["approvals"])[0].said
    assert lost == 'approvals: 1 row could not be read: line 3, state "aproved"'
    assert doubt.startswith("approvals: 1 row was read and may be wrong: line 2,")


def test_judge_run_and_the_page_tell_them_apart(capsys: pytest.CaptureFixture[str]) -> None:
    say_unread(unread(slip().shelf))
    told = capsys.readouterr().err
    assert told.startswith("In doubt: approvals: 1 row was read and may be wrong")
    assert "Not read" not in told
    shown = unread_list(unread(slip().shelf))
    assert "could not be read" not in shown
    assert "until they are corrected" in shown


def test_a_doubt_is_taken_back_once_the_row_is_corrected() -> None:
    well = later(slip(), approvals="approval_id,kind,account,device_id,state\nL1,loan,mhill,LT-1,approved\n")
    assert fold(slip(), well).unread(["approvals"]) == []


def test_only_findings_that_a_doubted_row_may_concern_are_in_doubt() -> None:
    (row,) = fold(slip()).unread(["approvals"])
    assert row.said_of({"MHILL"}) == row.said_of({"LT-1"}) == row.said
    assert row.said_of({"mhlil"}) == row.said
    assert row.said_of({"pkim", "LAB-07"}) == ()


# Slips in the digits of an id


@pytest.mark.parametrize(
    ("person", "device", "told"),
    [
        ("88231", "LT-1040", 'person "88231" is in no row of users.csv (did you mean 88213?)'),
        ("88213", "LT-1O40", 'device_id "LT-1O40" is in no row of devices.csv (did you mean LT-1040?)'),
        ("88213", "LT-1400", 'device_id "LT-1400" is in no row of devices.csv (did you mean LT-1040?)'),
        ("88999", "LT-1040", 'person "88999" is in no row of users.csv'),
    ],
)
def test_a_device_given_to_an_id_that_is_nobodys_is_in_doubt(person: str, device: str, told: str) -> None:
    loaded = first(users=PEOPLE, devices=LAPTOPS, assignments=f"device_id,person\n{device},{person}\n")
    assert told_of(loaded, "assignments") == f"assignments: 1 row was read and may be wrong: line 2, {told}"
    assert [one.warning for one in loaded.problems] == ["mean" not in told]


@pytest.mark.parametrize(
    "files",
    [
        {"assignments": "device_id,person\nLT-1040,88213\n"},
        {"assignments": "device_id,person,valid_to\nLT-1040,88999,2025-06-01\n"},  # who has left, and gave it back
        {"exemptions": "exemption_id,detection,person\nE1,shared_account,88241\n"},  # the next number is another pupil
        {"exemptions": "exemption_id,detection,person\nE1,shared_account,88999\n"},
    ],
)
def test_an_id_of_its_own_is_no_slip(files: dict[str, str]) -> None:
    loaded = first(users=PEOPLE, devices=LAPTOPS, **files)
    assert loaded.problems == []
    assert [row.said for table in files for row in fold(loaded).unread([table])] == []


@pytest.mark.parametrize("written", ["KMOSS", "kMoss", "LAKE\\KMoss", "KMoss@lake.example"])
@pytest.mark.parametrize("table", ["approvals", "exemptions"])
def test_an_account_is_the_same_in_capitals_and_with_its_realm(table: str, written: str) -> None:
    rows = {
        "approvals": f"approval_id,kind,account,state\nA1,loan,{written},approved\n",
        "exemptions": f"exemption_id,detection,account\nE1,shared_account,{written}\n",
    }
    assert first(accounts="account,kind\nkmoss,personal\n", **{table: rows[table]}).problems == []


def test_an_account_that_only_a_mail_address_tells_is_known() -> None:
    people = "sourcedId,username,email\n88213,88213,mhill@lake.example\n88240,mhilll,m2@lake.example\n"
    loaded = first(users=people, exemptions="exemption_id,detection,account\nE1,shared_account,mhill\n")
    assert loaded.problems == []


def test_a_slip_in_a_name_in_capitals_is_shown_as_it_is_written() -> None:
    rows = "approval_id,kind,account,state\nL1,loan,MHLIL,approved\n"
    said = 'approvals: 1 row was read and may be wrong: line 2, account "MHLIL" is in no row of accounts.csv'
    assert told_of(first(**NAMED, approvals=rows), "approvals") == f"{said} (did you mean mhill?)"


ORGS = "sourcedId,name\nhs,Lake High\n"
FIRMS = "vendor,name\nnorthwind,Northwind\n"


@pytest.mark.parametrize(
    ("table", "rows", "told"),
    [
        (
            "accounts",
            "account,person,kind\nkm,88213X,personal\n",
            'person "88213X" is in no row of users.csv (did you mean 88213x?)',
        ),
        (
            "accounts",
            "account,vendor,kind\nnv,NorthWind,vendor\n",
            'vendor "NorthWind" is in no row of vendors.csv (did you mean northwind?)',
        ),
        ("networks", "cidr,kind,org\n10.1.0.0/16,site,HS\n", 'org "HS" is in no row of orgs.csv (did you mean hs?)'),
        ("devices", "device_id,class,org\nLT-1,staff,Hs\n", 'org "Hs" is in no row of orgs.csv (did you mean hs?)'),
    ],
)
def test_an_id_in_other_capitals_than_its_own_table_writes_is_in_doubt(table: str, rows: str, told: str) -> None:
    loaded = first(**{"users": "sourcedId,username\n88213x,kmoss\n", "orgs": ORGS, "vendors": FIRMS, table: rows})
    assert told_of(loaded, table) == f"{table}: 1 row was read and may be wrong: line 2, {told}"


def test_a_network_of_a_school_in_other_capitals_may_concern_everybody() -> None:
    loaded = first(orgs=ORGS, networks="cidr,kind,org\n10.1.0.0/16,site,HS\n")
    (row,) = fold(loaded).unread(["networks"])
    assert row.said_of({"whoever"}) == row.said


@pytest.mark.parametrize("org", ["hs", "es", ""])
def test_a_school_of_its_own_or_as_its_table_writes_it_is_no_slip(org: str) -> None:
    assert first(orgs=ORGS, networks=f"cidr,kind,org\n10.1.0.0/16,site,{org}\n").problems == []


def test_where_the_people_are_not_listed_nobody_is_missed() -> None:
    assert first(assignments="device_id,person\nLT-1040,88999\n").problems == []
    before = first(users=PEOPLE, devices=LAPTOPS, assignments="device_id,person\n")
    changes = later(
        before, delta=True, users="sourcedId,username\n88300,new\n", assignments="device_id,person\nLT-1,88213\n"
    )
    assert changes.problems == []


def test_ten_thousand_unknown_people_are_one_remark() -> None:
    rows = "".join(f"LT-{n},{n + 100_000}\n" for n in range(10_000))
    loaded = first(users=PEOPLE, assignments=f"device_id,person\n{rows}")
    assert [str(one) for one in loaded.problems] == [
        'assignments.csv:2: person: "100000" is in no row of users.csv, and 9,999 more like it'
    ]
    (row,) = fold(loaded).unread(["assignments"])
    assert (row.doubted, len(row.doubts), row.touched) == (10_000, 5, ())


def test_who_uses_a_laptop_that_is_given_to_nobody_known_is_not_accused_with_certainty() -> None:
    def found(person: str) -> Violation:
        day = [sat("2026-03-04 09:00:00", "kim"), sat("2026-03-04 09:40:00", "kim", action="account.logged_off")]
        tables = {"devices": "device_id,hostname,class\nLT-1,lt-1,assigned\n"}
        (one,) = judged(*day, **tables, assignments=f"device_id,person\nLT-1,{person}\n")
        return one

    assert found("p-bell").confidence != "low"
    assert found("p-blel").confidence == found("p-nobody").confidence == "low"
    assert found("p-nobody").headline.startswith("In doubt (mistakes in assignments.csv): ")


# One id, two times


def test_a_grant_whose_id_stands_for_another_time_already_is_remarked() -> None:
    other = GRANT.replace("09:55", "12:00").replace("11:05", "13:00")
    loaded = first(approvals=f"{HEAD}\n{GRANT}\n{other}\n")
    assert loaded.errors == []
    assert [str(one) for one in loaded.problems] == [
        'approvals.csv:3: approval_id: "A1" stands in line 2 for another time already, and both count;'
        " to correct a row, change that row"
    ]


@pytest.mark.parametrize(
    "second",
    [
        GRANT.replace("approved", "revoked").replace("09:55", "10:30").replace("2026-03-04T11:05", ""),
        GRANT.replace("A1", "A2").replace("09:55", "10:30"),
        GRANT.replace("principal", "ext:it"),  # two people sign one request
        GRANT,
    ],
)
def test_what_a_grant_may_have_beside_it_is_not_remarked(second: str) -> None:
    assert first(approvals=f"{HEAD}\n{GRANT}\n{second}\n").problems == []
