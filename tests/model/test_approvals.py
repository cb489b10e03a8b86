"""Approvals, exemptions and terms: whom a row covers, and where a permission really ends."""

from model.batch import Fact
from model.reference import Reference
from tests.support.known_rows import NOON, known, ms

DAY = 86_400_000


TERMS = (
    {"sourcedId": "y", "type": "schoolYear", "startDate": "2025-08-15", "endDate": "2026-05-22"},
    {"sourcedId": "a", "type": "semester", "startDate": "2025-08-15", "endDate": "2025-12-19"},
    {"sourcedId": "b", "type": "semester", "startDate": "2026-01-06", "endDate": "2026-05-22", "org": "s1"},
    {"sourcedId": "c", "type": "semester", "startDate": "2026-01-06", "endDate": "2026-05-29", "org": "s2"},
)


def test_the_term_of_a_school_is_its_semester_not_the_school_year() -> None:
    reference = known("academicSessions", *TERMS)
    assert reference.term_end(NOON, "s1") == ms("2026-05-23")
    assert reference.term_end(NOON, "s2") == ms("2026-05-30")
    assert reference.term_end(ms("2025-12-01"), "s1") == ms("2025-12-20")
    assert reference.term_end(ms("2026-07-01"), "s1") is None


def approval(**columns: str) -> dict[str, str]:
    return {"approval_id": "A1", "kind": "vendor_access", "vendor": "acme", "state": "approved", **columns}


def granted(reference: Reference, at: int = NOON, **named: str) -> list[tuple[int | None, str | None]]:
    found = reference.approvals("vendor_access", at, at + 3_600_000, **named)
    return [(row.valid_to, row.ended_by) for row in found if row.state == "approved"]


def test_a_revocation_ends_an_approval_and_leaves_what_went_before() -> None:
    reference = known(
        "approvals",
        approval(valid_from="2026-03-04", valid_to="2026-03-06"),
        approval(valid_from="2026-03-04T12:30", state="revoked"),
    )
    assert granted(reference, vendor="acme") == [(ms("2026-03-04T12:30"), "revoked")]


def test_a_revocation_that_repeats_the_grants_start_counts_from_when_it_was_recorded() -> None:
    window = {"valid_from": "2026-03-04", "valid_to": "2026-03-06"}
    reference = known(
        "approvals", approval(**window), approval(**window, state="revoked", recorded_at="2026-03-04T15:00")
    )
    assert granted(reference, vendor="acme") == [(ms("2026-03-04T15:00"), "revoked")]
    assert granted(reference.as_known_at(NOON), vendor="acme") == [(ms("2026-03-06"), None)]


def test_an_open_ended_approval_ends_with_the_term_it_was_granted_in() -> None:
    reference = known(
        "approvals", approval(valid_from="2025-11-01"), approval(approval_id="A2", valid_from="2026-02-01")
    )
    known("academicSessions", *TERMS, into=reference)
    assert granted(reference, vendor="acme") == [(ms("2025-12-20"), "term"), (ms("2026-05-30"), "term")]


def test_an_approval_for_more_than_365_days_is_cut_and_one_of_365_is_not() -> None:
    reference = known(
        "approvals",
        approval(valid_from="2026-01-10", valid_to="2027-01-10"),
        approval(approval_id="A2", valid_from="2026-01-10", valid_to="2027-01-11"),
    )
    known("academicSessions", *TERMS, into=reference)
    assert granted(reference, vendor="acme") == [(ms("2027-01-10"), None), (ms("2026-05-30"), "term")]


def test_an_open_ended_approval_without_terms_lasts_365_days() -> None:
    reference = known("approvals", approval(valid_from="2026-01-10"))
    assert granted(reference, vendor="acme") == [(ms("2026-01-10") + 365 * DAY, "term")]


def test_an_approval_that_names_an_account_covers_no_other_of_its_vendor() -> None:
    window = {"valid_from": "2026-03-04", "valid_to": "2026-03-06"}
    reference = known("approvals", approval(account="ACME\\vtech", **window), approval(approval_id="A2", **window))
    assert len(granted(reference, vendor="acme", account="vtech")) == 2
    assert len(granted(reference, vendor="acme", account="other")) == 1
    assert len(granted(reference, vendor="globex", account="vtech")) == 1


def test_two_people_may_sign_one_request() -> None:
    window = {"valid_from": "2026-03-04", "valid_to": "2026-03-06"}
    signed = [approval(approver_role=role, **window) for role in ("principal", "ext:it")]
    assert len(granted(known("approvals", *signed), vendor="acme")) == 2


def test_a_loan_may_name_its_device_as_its_system() -> None:
    reference = known(
        "approvals",
        {"approval_id": "L", "kind": "loan", "system": "d9", "state": "approved", "valid_from": "2026-03-01"},
    )
    assert [row.device_id for row in reference.approvals("loan", NOON, NOON, device_id="d9")] == ["d9"]
    assert reference.approvals("loan", NOON, NOON, device_id="d8") == []


def test_an_exemption_covers_only_who_agrees_with_all_that_it_names() -> None:
    reference = known(
        "exemptions", {"exemption_id": "E", "detection": "shared_account", "account": "lab", "device_id": "d1"}
    )
    assert reference.exemptions("shared_account", NOON, account="LAB", device_id="d1")
    assert not reference.exemptions("shared_account", NOON, account="lab", device_id="d2")
    assert not reference.exemptions("shared_account", NOON, account="lab")
    assert not reference.exemptions("filter_circumvention", NOON, account="lab", device_id="d1")


def test_its_facts_build_the_same_again() -> None:
    reference = known(
        "approvals", approval(valid_from="2026-03-04"), approval(state="revoked", recorded_at="2026-03-05")
    )
    reference.apply(Fact(table="district", key="maple", row={"timezone": "America/Chicago"}))
    again = Reference()
    for fact in reference.facts():
        again.apply(fact)
    assert granted(again, vendor="acme") == granted(reference, vendor="acme")
    assert again.setting("district") == {"timezone": "America/Chicago"}
