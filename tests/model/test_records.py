"""Timetables, hand-outs, standings and duties: read as a district writes them, looked up as of an instant."""

import pytest

from model.batch import Fact
from model.fact_text import fact_of
from model.tables import TABLES
from producers.reference_folder import load
from tests.support.known_rows import NOON, ZONE, known, ms
from tests.support.loads import T1, T2, first, fold, later, said

CONTRACT = {"contract_id": "c", "person": "p", "kind": "student_contract"}
UNBLOCK = {"request_id": "u", "domain": "a.example", "requested_at": "2026-03-04"}


def wrong(table: str, **row: str) -> list[str]:
    found = fact_of(TABLES[table], row, ZONE)
    return [] if isinstance(found, Fact) else [one.column for one in found]


def test_a_class_knows_its_room_terms_and_members() -> None:
    reference = known(
        "classes",
        {"sourcedId": "c1", "title": "Biology", "schoolSourcedId": "hs", "termSourcedIds": "t1,t2",
         "location": "R-12", "periods": "1, 2"},
    )  # fmt: skip
    ended = {
        "sourcedId": "e2",
        "classSourcedId": "c1",
        "userSourcedId": "p2",
        "role": "student",
        "endDate": "2026-03-03",
    }
    known(
        "enrollments",
        {"sourcedId": "e1", "classSourcedId": "c1", "userSourcedId": "p1", "role": "teacher"},
        ended,
        into=reference,
    )
    found = reference.school_class("c1", NOON)
    assert found is not None
    assert (found.room, found.terms, found.periods) == ("R-12", ("t1", "t2"), ("1", "2"))
    assert [(one.person, one.role) for one in reference.members("c1", NOON)] == [("p1", "teacher")]
    assert [one.class_id for one in reference.classes_of("p2", ms("2026-03-03T23:59"))] == ["c1"]
    assert reference.classes_of("p2", ms("2026-03-04T00:00")) == []


def test_bells_are_told_in_order_however_the_clock_is_written() -> None:
    rows = [("2", "MWF", "1:05 PM", "1:50 PM"), ("1", "f m w", "7:45", "08:30:00")]
    reference = known(
        "bells",
        *({"org": "hs", "period": p, "days": d, "starts": s, "ends": e} for p, d, s, e in rows),
    )
    found = [(bell.period, bell.days, bell.starts, bell.ends) for bell in reference.bells("hs", NOON)]
    assert found == [("1", "MWF", "07:45", "08:30"), ("2", "MWF", "13:05", "13:50")]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"days": "MX"}, "days"),
        ({"days": "MM"}, "days"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "soon"}, "ends"),
        ({"ends": "07:00"}, "ends"),
        ({"org": ""}, "org"),
    ],
)
def test_a_bell_that_cannot_ring_is_named(changed: dict[str, str], column: str) -> None:
    row = {"org": "hs", "period": "1", "days": "MTWRF", "starts": "07:45", "ends": "8:30", **changed}
    assert wrong("bells", **row) == [column]


def test_a_cart_is_handed_to_a_class_for_the_hour() -> None:
    hour = {"valid_from": "2026-03-04T11:30", "valid_to": "2026-03-04T12:30"}
    reference = known("checkouts", {"checkout_id": "k1", "device_id": "d1; d2", "class": "c1", **hour})
    assert [one.class_id for one in reference.checkouts("d2", NOON)] == ["c1"]
    assert reference.checkouts("d2", ms("2026-03-04T12:30")) == []
    assert wrong("checkouts", checkout_id="k1", device_id="d1") == ["class"]


def test_a_visit_is_a_persons_an_accounts_or_a_companys() -> None:
    reference = known(
        "visits",
        {"visit_id": "v1", "vendor": "acme", "org": "hs"},
        {"visit_id": "v2", "account": "ACME.Lee", "org": "ms"},
        {"visit_id": "v3", "person": "acme", "org": "do"},
    )
    assert [one.org for one in reference.visits(NOON, vendor="acme", account="acme.lee")] == ["hs", "ms"]
    assert [one.org for one in reference.visits(NOON, person="acme")] == ["do"]


def test_a_standing_of_one_account_is_not_the_persons() -> None:
    reference = known(
        "standings",
        {"standing_id": "s1", "person": "p1", "kind": "suspended", "valid_to": "2026-03-05"},
        {"standing_id": "s2", "person": "p2", "account": "p2-admin", "kind": "privileges_revoked"},
    )
    assert [one.kind for one in reference.standings(NOON, person="p1")] == ["suspended"]
    assert reference.standings(ms("2026-03-05"), person="p1") == []
    assert reference.standings(NOON, person="p2") == []
    assert [one.kind for one in reference.standings(NOON, person="p2", account="P2-Admin")] == ["privileges_revoked"]


def test_the_directory_says_what_it_last_said() -> None:
    reference = known(
        "directory",
        {"account": "TBell", "state": "enabled"},
        {"account": "tbell", "state": "disabled", "valid_from": "2026-03-04"},
    )
    found = [reference.directory("tbell", at) for at in (ms("2026-03-03"), NOON)]
    assert [one and one.state for one in found] == ["enabled", "disabled"]


def test_contracts_losses_returns_and_unblocks_tell_their_times() -> None:
    reference = known(
        "contracts", {"contract_id": "c", "person": "p1", "kind": "student_contract", "school_year": "2026"}
    )
    lost = {"loss_id": "l", "device_id": "d1", "kind": "stolen", "reported_at": "3/4/2026 12:00 PM"}
    known("losses", {**lost, "reported_to": "ext:it; ext:police"}, into=reference)
    known("returns", {"return_id": "r", "device_id": "d1", "due_at": "2026-03-04T12:00"}, into=reference)
    asked = {"request_id": "u", "domain": "games.example", "requested_at": "2026-03-04T12:00"}
    known("unblocks", asked, into=reference)
    assert [one.school_year for one in reference.contracts("p1", NOON)] == ["2026"]
    (loss,) = reference.losses("d1", NOON)
    assert (loss.reported_at, loss.discovered_at, loss.reported_to) == (NOON, None, ("ext:it", "ext:police"))
    assert [(one.due_at, one.returned_at) for one in reference.returns("d1", NOON)] == [(NOON, None)]
    assert [(one.requested_at, one.decision) for one in reference.unblocks("www.games.example", NOON)] == [(NOON, "")]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("contracts", {**CONTRACT, "school_year": "2025-26"}, "school_year"),
        ("losses", {"loss_id": "l", "device_id": "d", "kind": "lost", "reported_to": "ext:it;mum"}, "reported_to"),
        ("losses", {"loss_id": "l", "device_id": "d", "kind": "lost", "discovered_at": "noon"}, "discovered_at"),
        ("unblocks", {**UNBLOCK, "decision": "denied"}, "decided_at"),
        ("unblocks", {**UNBLOCK, "domain": "http://a"}, "domain"),
        ("software", {"app": "Zo*m", "decision": "approved"}, "app"),
        ("apps", {"app": "Payroll", "roles": "teacher;headmaster"}, "roles"),
        ("systems", {"system": "sis", "holds": "everybody"}, "holds"),
        ("users", {"sourcedId": "p", "state": "Oklahoma"}, "state"),
        ("devices", {"device_id": "d", "class": "lab", "encryption_required": "maybe"}, "encryption_required"),
    ],
)  # fmt: skip
def test_what_a_column_cannot_say_is_named(table: str, row: dict[str, str], column: str) -> None:
    assert wrong(table, **row) == [column]


def test_software_is_decided_by_its_version_then_its_name_then_what_it_begins_with() -> None:
    reference = known(
        "software",
        {"app": "Zoom", "decision": "approved"},
        {"app": "Zoom", "version": "5.1", "decision": "remove"},
        {"app": "Zoo*", "decision": "denied"},
    )
    asked = [("zoom", "5.1"), ("Zoom", "6"), ("Zoomer", "1"), ("Word", "1")]
    found = [reference.software(app, version, NOON) for app, version in asked]
    assert [one and one.decision for one in found] == ["remove", "approved", "denied", None]


def test_an_app_is_for_the_roles_of_its_whole_name_before_those_of_what_it_begins_with() -> None:
    reference = known(
        "apps",
        {"app": "Gradebook*", "roles": "Teacher; EXT:IT"},
        {"app": "Gradebook for Families", "roles": "student"},
    )
    found = [reference.app(app, NOON) for app in ("gradebook for families", "Gradebook Pro", "Grade")]
    assert [one and one.roles for one in found] == [("student",), ("teacher", "ext:it"), None]


def test_systems_devices_users_and_vendors_say_more() -> None:
    reference = known("systems", {"system": "SIS.maple.example", "holds": "all_students;org:hs"})
    known("devices", {"device_id": "d1", "class": "lab", "room": "R-12", "encryption_required": "TRUE"}, into=reference)
    known("users", {"sourcedId": "p1", "state": "tx"}, into=reference)
    known("vendors", {"vendor": "acme", "remote_tools": "help.example; AnyDesk"}, into=reference)
    system, device = reference.system("sis.maple.example", NOON), reference.device("d1", NOON)
    person, vendor = reference.person("p1", NOON), reference.vendor("acme", NOON)
    assert system is not None
    assert system.records_of == ("all_students", "org:hs")
    assert device is not None
    assert (device.room, device.encryption_required) == ("R-12", True)
    assert person is not None
    assert person.state == "TX"
    assert vendor is not None
    assert vendor.remote_tools == ("help.example", "AnyDesk")


def test_a_student_information_system_is_a_category_by_either_name() -> None:
    reference = known("domains", {"domain": "sis.example", "category": "student_information"})
    found = reference.domain_category("sis.example", NOON)
    assert found is not None
    assert found.category == "sis"


def test_every_one_of_them_is_known_since_when_it_was_written_down() -> None:
    head = "standing_id,person,kind,valid_from\n"
    start = first(standings=head)
    reference = fold(start, later(start, standings=head + "s1,p1,separated,2026-03-01\n"))
    assert reference.standings(NOON, person="p1") != []
    assert reference.as_known_at(T1 - 1).standings(NOON, person="p1") == []
    gone = fold(
        start,
        later(start, T1, standings=head + "s1,p1,separated,2026-03-01\n"),
    )
    assert gone.known("standings")
    assert not gone.known("contracts")


# A OneRoster 1.2 folder, every file and column of the standard, as a student information system exports it.

ONEROSTER = {
    "manifest": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,bulk\n",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear\n"
    "SY26,,,2025-2026,schoolYear,2025-08-15,2026-05-22,,2026\nS1,,,Fall,semester,2025-08-15,2025-12-19,SY26,2026\n",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "do,,,Maple Falls,district,4012345,\nhs,,,Maple High,school,401,do\n",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.lunch\n"
    'p1,,,true,tbell,"{LDAP:tbell}",Terry,Bell,J,100,terry.bell@maple.example,,555-0143,"g1,g2","09,10",hunter2,m1,,Tee,,,'
    "hs,,free\n",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId\nr1,,,p1,primary,student,2025-08-15,,hs,\n",
    "userProfiles": "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,username,password\n"
    "u1,,,p1,lms,v,tbell,hunter2\n",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,"
    "subjectCodes\nco1,,,SY26,Biology,BIO,09,hs,Science,03\n",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nc1,,,Biology 1,09,co1,BIO-1,scheduled,R-12,hs,"
    '"S1,S2",Science,03,"1,2"\n',
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate\ne1,,,c1,hs,p1,student,,2025-08-15,2025-12-19\n"
    "e2,tobedeleted,2025-09-01T00:00:00.000Z,c1,hs,p9,student,,,\n",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex\np1,,,2011-09-13,female\n",
}


def test_a_oneroster_folder_as_a_student_information_system_exports_it_loads() -> None:
    loaded = load({f"{name}.csv": text.encode() for name, text in ONEROSTER.items()}, ZONE)
    assert loaded.errors == []
    reference = fold(loaded)
    assert [one.person for one in reference.members("c1", ms("2025-10-01"))] == ["p1"]
    assert [one.person for one in reference.members("c1", ms("2025-08-20"))] == ["p1", "p9"]
    assert reference.members("c1", ms("2025-12-20")) == []
    account = reference.account("tbell", ms("2025-10-01"))
    assert account is not None
    assert account.person == "p1"
    warned = [(problem.file, problem.warning) for problem in loaded.problems]
    assert {file for file, _ in warned} >= {"manifest.csv", "courses.csv", "demographics.csv", "userProfiles.csv"}
    assert all(warning for _, warning in warned)
    assert not [fact for fact in loaded.facts if "hunter2" in str(fact.row) or "2011" in str(fact.row)]


def test_what_a_delta_marks_for_deletion_ends_and_comes_back_as_known_then() -> None:
    head = "sourcedId,status,dateLastModified,classSourcedId,userSourcedId,role\n"
    start = first(enrollments=head + "e1,,,c1,p1,student\n")
    gone = later(start, T2, delta=True, enrollments=head + "e1,tobedeleted,2026-03-04T12:00:00-06:00,c1,p1,student\n")
    reference = fold(start, gone)
    assert said(gone) == []
    assert reference.members("c1", T2) == []
    assert reference.as_known_at(T1).members("c1", T2) != []
