"""Standing: what of a person or account had ended at an instant, by which row, and what ends nothing."""

from typing import Any

import pytest

from model.reference import Reference
from streams.patterns.standing import endings, is_vendors, listed, person_ended, signed, signing_known
from tests.support.small_district import ZONE, at_ms, fact

HOME: dict[str, list[dict[str, Any]]] = {
    "orgs": [
        {"sourcedId": "district", "type": "district"},
        {"sourcedId": "north", "type": "school", "parentSourcedId": "district"},
        {"sourcedId": "south", "type": "school", "parentSourcedId": "district"},
    ],
    "academicSessions": [
        {
            "sourcedId": "f",
            "title": "Fall",
            "type": "semester",
            "startDate": "2025-08-18",
            "endDate": "2025-12-19",
            "schoolYear": "2026",
        },
        {
            "sourcedId": "s",
            "title": "Spring",
            "type": "semester",
            "startDate": "2026-01-05",
            "endDate": "2026-05-22",
            "schoolYear": "2026",
        },
        {
            "sourcedId": "y",
            "title": "2025-26",
            "type": "schoolYear",
            "startDate": "2025-08-18",
            "endDate": "2026-05-22",
            "schoolYear": "2026",
        },
    ],
    "accounts": [
        {"account": "vtech", "kind": "vendor", "vendor": "acme"},
        {"account": "tbell", "kind": "personal", "person": "p-bell"},
        {"account": "wkline", "kind": "personal", "person": "p-kline"},
    ],
    "roles": [
        {"sourcedId": "r1", "userSourcedId": "p-bell", "role": "teacher", "orgSourcedId": "north"},
        {"sourcedId": "r2", "userSourcedId": "p-kline", "role": "ext:vendor", "orgSourcedId": "south"},
    ],
}


def district(**tables: list[dict[str, Any]]) -> Reference:
    reference = Reference()
    for table, rows in {**HOME, **tables}.items():
        for row in rows:
            reference.apply(fact(table, row, ZONE))
    return reference


def ended(reference: Reference, name: str, at: str, *, semesters: bool = True) -> list[str]:
    account = listed(reference, name, at_ms(at, ZONE))
    assert account is not None
    found = endings(reference, account, at_ms(at, ZONE), semesters=semesters)
    return [f"{one.reason}: {one.says}" for one in found]


def role(**said: str) -> dict[str, str]:
    return {"sourcedId": "r1", "userSourcedId": "p-bell", "role": "teacher", "orgSourcedId": "north", **said}


def standing(**said: str) -> dict[str, str]:
    return {"standing_id": "S-1", "person": "p-bell", "kind": "separated", "valid_from": "2026-03-02T12:00", **said}


def test_a_person_with_a_role_has_lost_nothing() -> None:
    assert ended(district(), "tbell", "2026-03-04 10:00:00") == []


def test_a_vendors_account_ends_between_semesters_though_the_school_year_runs() -> None:
    assert ended(district(), "vtech", "2025-12-19 23:59:59") == []
    assert ended(district(), "vtech", "2025-12-20 00:00:00") == ["past_term: the semester Fall ended"]
    assert ended(district(), "vtech", "2026-01-05 00:00:00") == []
    assert ended(district(), "vtech", "2025-12-20 00:00:00", semesters=False) == []


def test_a_school_with_semesters_of_its_own_goes_by_them() -> None:
    own = {"sourcedId": "f2", "title": "Fall", "type": "semester", "startDate": "2025-08-18", "endDate": "2026-01-16"}
    reference = district(academicSessions=[*HOME["academicSessions"], {**own, "org": "south"}])
    assert ended(reference, "wkline", "2026-01-02 10:00:00") == []
    assert ended(reference, "wkline", "2026-01-20 10:00:00") == ["past_term: the semester Fall ended"]


def test_an_agreement_that_ended_is_sooner_than_the_semester() -> None:
    row = {"vendor": "acme", "name": "Acme", "agreement_id": "AG-1", "valid_to": "2026-02-28"}
    assert ended(district(vendors=[row]), "vtech", "2026-03-04 10:00:00") == [
        "past_term: the agreement AG-1 with Acme ended"
    ]


def test_one_of_several_agreements_that_runs_is_enough() -> None:
    old = {"vendor": "acme", "agreement_id": "AG-1", "valid_to": "2026-02-28"}
    new = {"vendor": "acme", "agreement_id": "AG-2", "valid_from": "2026-02-01"}
    assert ended(district(vendors=[old, new]), "vtech", "2026-03-04 10:00:00") == []


def test_the_last_role_that_ended_is_a_separation_from_the_end_of_its_last_day() -> None:
    reference = district(roles=[role(endDate="2026-02-27")])
    assert ended(reference, "tbell", "2026-02-27 23:59:59") == []
    assert ended(reference, "tbell", "2026-02-28 00:00:00") == ["separated: the last role (teacher) ended"]


def test_a_second_job_keeps_a_person() -> None:
    coach = {"sourcedId": "r9", "userSourcedId": "p-bell", "role": "aide", "orgSourcedId": "south"}
    assert ended(district(roles=[role(endDate="2026-02-27"), coach]), "tbell", "2026-03-04 10:00:00") == []


@pytest.mark.parametrize(("begins", "kept"), [("2026-08-17", True), ("2027-01-04", False)])
def test_a_summer_between_two_school_years_is_no_separation_and_a_missed_semester_is(begins: str, kept: bool) -> None:
    fall = {"sourcedId": "f27", "type": "semester", "startDate": "2026-08-17", "endDate": "2026-12-18"}
    roles = [role(endDate="2026-05-22"), role(sourcedId="r7", beginDate=begins)]
    reference = district(roles=roles, academicSessions=[*HOME["academicSessions"], fall])
    assert (ended(reference, "tbell", "2026-07-01 10:00:00") == []) is kept


def test_a_separation_holds_until_the_person_is_hired_again() -> None:
    reference = district(standings=[standing()])
    assert ended(reference, "tbell", "2026-03-02 11:59:59") == []
    assert ended(reference, "tbell", "2026-03-02 12:00:00") == ["separated: the person was separated"]
    again = district(standings=[standing()], roles=[role(), role(sourcedId="r8", beginDate="2026-03-10")])
    assert ended(again, "tbell", "2026-03-09 10:00:00") != []
    assert ended(again, "tbell", "2026-03-10 10:00:00") == []


def test_withdrawn_and_enrolled_again_on_one_day_is_no_end() -> None:
    rows = [standing(kind="withdrawn", valid_from="2026-03-02T09:00")]
    roles = [role(endDate="2026-03-01"), role(sourcedId="r8", beginDate="2026-03-02")]
    assert ended(district(standings=rows, roles=roles), "tbell", "2026-03-02 10:00:00") == []


def test_a_transfer_between_two_schools_is_no_separation_though_days_lie_between() -> None:
    roles = [role(endDate="2026-02-27"), role(sourcedId="r8", orgSourcedId="south", beginDate="2026-03-02")]
    assert ended(district(roles=roles), "tbell", "2026-02-28 10:00:00") == []


def test_a_role_that_ended_in_a_leave_ends_nothing() -> None:
    on_leave = standing(kind="on_leave", valid_from="2026-02-20")
    assert (
        ended(district(roles=[role(endDate="2026-02-27")], standings=[on_leave]), "tbell", "2026-03-04 10:00:00") == []
    )


def test_leave_ends_nothing_and_a_suspension_does_for_as_long_as_it_lasts() -> None:
    assert ended(district(standings=[standing(kind="on_leave")]), "tbell", "2026-03-04 10:00:00") == []
    suspended = district(standings=[standing(kind="suspended", reason="AUP 4", valid_to="2026-03-05")])
    assert ended(suspended, "tbell", "2026-03-04 10:00:00") == ["suspended: the person was suspended"]
    assert ended(suspended, "tbell", "2026-03-05 00:00:00") == []


def test_a_standing_of_one_account_leaves_the_others_alone() -> None:
    accounts = [*HOME["accounts"], {"account": "tbell2", "kind": "personal", "person": "p-bell"}]
    row = standing(kind="privileges_revoked", account="tbell2")
    reference = district(accounts=accounts, standings=[row])
    assert ended(reference, "tbell2", "2026-03-04 10:00:00") == ["suspended: the account's privileges were revoked"]
    assert ended(reference, "tbell", "2026-03-04 10:00:00") == []


def test_what_was_written_down_later_says_since_when_it_was_known() -> None:
    reference = district(standings=[standing(recorded_at="2026-03-06T09:00")])
    account = listed(reference, "tbell", 0)
    assert account is not None
    (one,) = endings(reference, account, at_ms("2026-03-04", ZONE), semesters=True)
    assert not one.known_at(at_ms("2026-03-04", ZONE))
    assert one.known_at(at_ms("2026-03-07", ZONE))
    assert one.told_at == at_ms("2026-03-06 09:00:00", ZONE)


def test_the_last_day_of_a_person_is_the_earliest_that_a_row_says() -> None:
    reference = district(standings=[standing()], roles=[role(endDate="2026-03-31")])
    last = person_ended(reference, "p-bell", at_ms("2026-04-02", ZONE))
    assert last is not None
    assert last.at == at_ms("2026-03-02 12:00:00", ZONE)
    assert person_ended(reference, "p-bell", at_ms("2026-03-01", ZONE)) is None


def test_an_account_is_a_vendors_by_its_kind_or_its_persons_role() -> None:
    reference, at = district(), at_ms("2026-03-04", ZONE)
    known = {name: listed(reference, name, at) for name in ("vtech", "wkline", "tbell")}
    assert [is_vendors(one, reference, at) for one in known.values() if one] == [True, True, False]


def test_an_account_whose_row_ended_is_still_known_as_it_was() -> None:
    accounts = [{"account": "vtech", "kind": "vendor", "vendor": "acme", "valid_to": "2026-02-01"}]
    assert ended(district(accounts=accounts), "vtech", "2026-03-04 10:00:00") == [
        "past_term: the account's own entry in accounts.csv ended"
    ]


# What was signed


def contract(**said: str) -> dict[str, str]:
    return {"contract_id": "C-1", "person": "p-bell", "kind": "acknowledgement", **said}


@pytest.mark.parametrize(("year", "found"), [("2026", True), ("", True), ("2025", False)])
def test_what_is_signed_counts_for_its_school_year(year: str, found: bool) -> None:
    reference = district(contracts=[contract(school_year=year, valid_from="2025-08-20")])
    at = at_ms("2026-03-04", ZONE)
    assert (signed(reference, "p-bell", "acknowledgement", at) is not None) is found
    assert signed(reference, "p-bell", "student_contract", at) is None
    assert signed(reference, "p-bell", "acknowledgement", at_ms("2025-08-19", ZONE)) is None


def test_a_list_of_other_papers_says_nothing_of_this_one() -> None:
    assert not signing_known(district(), "acknowledgement")
    assert signing_known(district(contracts=[contract()]), "acknowledgement")
    assert not signing_known(district(contracts=[contract()]), "student_contract")
