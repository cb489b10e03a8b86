"""The scope of incidents, worked by hand: an account abroad, a vendor that ran over, a lost iPad, a stolen backup."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.incidents.exposure import NO_END, NO_START, Exposure, Gap, Horizon, Mark, exposure
from casework.incidents.incident import Answer
from casework.incidents.scope import as_json, vendor_sessions
from casework.incidents.touched import words_for_people
from storage.queries.incidents import Use
from tests.support.incident_cases import ABROAD, HOME, SIS, Listed, bounds, district, incident, scoped, use

INSIDE = "10.1.0.7"
# Tess at school each morning, at home on four evenings; then abroad at night, and a new password the next day.
USUAL = [
    *(use(n, f"2026-02-{n + 2:02d} 08:00", address=INSIDE) for n in range(20)),
    *(use(100 + n, f"2026-02-{n + 10:02d} 20:00", address=HOME) for n in range(4)),
]
LAST = use(30, "2026-03-04 16:10", address=INSIDE)
TAKEN = [
    use(40, "2026-03-05 02:14", "account.authenticated", address=ABROAD),
    use(41, "2026-03-05 02:20", "web.requested", address=ABROAD, domain=SIS, url=f"https://{SIS}/students/s1"),
    use(42, "2026-03-05 03:02", "web.requested", address=ABROAD, domain=SIS, url=f"https://{SIS}/list"),
]
RESET = use(50, "2026-03-06 09:00", "password.reset", account="admin", target_account="tbell")
PHISHED = [*USUAL, LAST, *TAKEN, RESET]


def test_an_account_abroad_is_exposed_from_its_owners_last_use_to_the_new_password() -> None:
    found = scoped(PHISHED)
    assert bounds(found) == ["2026-03-04 16:10", "2026-03-05 02:14", "2026-03-05 03:02", "2026-03-06 09:00"]
    assert [one.event_id for one in found.exposure.because] == ["e30", "e40", "e42", "e50"]
    assert "is not in networks.csv" in found.exposure.because[1].says
    assert [one.address for one in found.addresses] == [ABROAD]


def test_it_touched_the_student_system_and_names_one_student_for_certain() -> None:
    found = scoped(PHISHED)
    assert [(one.system, one.events, one.records.low, one.records.high) for one in found.touched] == [(SIS, 2, 1, 3)]
    assert {state: (one.low, one.high) for state, one in found.by_state.items()} == {
        "MA": (0, 1), "OK": (1, 1), "WA": (0, 1)}  # fmt: skip
    assert {one.person: one.event_ids for one in found.people} == {"s1": ("e41",), "s2": (), "s3": ()}
    assert {one.kind for one in found.people} == {"student"}


def test_a_proof_of_innocence_within_a_silence_proves_nothing() -> None:
    """The filter was silent around her last use: what else was done then nobody can tell."""
    silent = district([("filter", "2026-03-04 12:00", "2026-03-04 18:00")])
    found = scoped([*PHISHED, use(31, "2026-03-04 08:05", address=INSIDE)], place=silent)
    assert bounds(found)[0] == "2026-03-04 08:05"
    assert [(one.source_id, one.since < one.until) for one in found.exposure.gaps] == [("filter", True)]
    assert any("silent" in one for one in found.not_known)


def test_a_new_password_within_a_silence_still_shuts_out() -> None:
    silent = district([("filter", "2026-03-06 07:00", "2026-03-06 12:00")])
    assert bounds(scoped(PHISHED, place=silent))[3] == "2026-03-06 09:00"


def test_a_password_that_the_intruder_chose_ends_nothing() -> None:
    own = use(43, "2026-03-05 03:30", "password.changed", address=ABROAD, target_account="tbell")
    found = scoped([*PHISHED, own])
    assert bounds(found)[2:] == ["2026-03-05 03:30", "2026-03-06 09:00"]


def test_use_after_a_new_password_is_exposure_again() -> None:
    again = use(60, "2026-03-07 01:00", "account.authenticated", address=ABROAD)
    found = scoped([*PHISHED, again])
    assert bounds(found)[2] == "2026-03-07 01:00"
    assert found.exposure.because[3] == msgspec.structs.replace(found.exposure.because[3], event_id=None, says=NO_END)


def test_an_intruder_who_stays_for_a_week_does_not_become_usual() -> None:
    week = [use(70 + n, f"2026-03-{n + 2:02d} 04:00", address=ABROAD) for n in range(7)]
    found = scoped([*USUAL, *week], incident(discovered="2026-03-09 08:00"))
    assert bounds(found)[1:3] == ["2026-03-02 04:00", "2026-03-08 04:00"]


def test_an_address_at_home_that_came_later_is_usual_after_three_days() -> None:
    early = [use(10 + n, f"2026-02-{n + 2:02d} 08:00", address=INSIDE) for n in range(10)]
    home = [use(100 + n, f"2026-02-{n + 20:02d} 20:00", address=HOME) for n in range(4)]
    assert bounds(scoped([*early, *home, *TAKEN]))[1] == "2026-03-05 02:14"


def test_two_evenings_at_an_address_do_not_make_it_usual() -> None:
    twice = [use(100 + n, f"2026-02-{n + 24:02d} 20:00", address="198.51.100.99") for n in range(2)]
    assert bounds(scoped([*PHISHED, *twice]))[1] == "2026-02-24 20:00"


def test_a_person_says_whose_an_address_is() -> None:
    twice = [use(100 + n, f"2026-02-{n + 24:02d} 20:00", address="198.51.100.99") for n in range(2)]
    answer = Answer(question="address:198.51.100.99", answer=True, reason="her sister's", by="prue", at="")
    found = scoped([*PHISHED, *twice], incident(answers={answer.question: answer}))
    assert bounds(found)[1] == "2026-03-05 02:14"
    no = msgspec.structs.replace(answer, question=f"address:{HOME}", answer=False)
    assert bounds(scoped(PHISHED, incident(answers={no.question: no})))[1] == "2026-02-10 20:00"


def test_what_comes_through_a_strangers_tunnel_is_the_strangers() -> None:
    tunnel: dict[str, Any] = {"category": "vpn", "assigned_address": "10.250.0.8", "session_id": "s9"}
    uses = [
        *USUAL,
        use(40, "2026-03-05 02:00", "tunnel.opened", address=ABROAD, **tunnel),
        use(41, "2026-03-05 02:10", address="10.250.0.8", reporter="sis.maple.example"),
        use(42, "2026-03-05 02:40", "tunnel.closed", address=ABROAD, **tunnel),
        use(43, "2026-03-05 08:00", address="10.250.0.8"),
    ]
    found = scoped(uses)
    assert bounds(found)[1:3] == ["2026-03-05 02:00", "2026-03-05 08:00"]
    assert [(one.system, one.events) for one in found.touched] == [(SIS, 1)]


def test_what_was_refused_blocked_or_only_claimed_proves_nothing() -> None:
    refused = use(40, "2026-03-05 02:14", address=ABROAD, outcome="failure")
    blocked = use(41, "2026-03-05 02:20", "web.requested", address=ABROAD, verdict="blocked")
    claimed = use(42, "2026-03-05 02:30", address=ABROAD, account_basis="claimed")
    stranger = use(43, "2026-03-05 02:40", address=ABROAD, account_domain="gmail.com")
    found = scoped([*USUAL, LAST, refused, blocked, claimed, stranger, RESET])
    assert bounds(found) == ["2026-03-04 16:10", None, None, "2026-03-06 09:00"]
    assert (found.touched, found.people, found.by_state) == ([], [], {})


def test_use_that_names_no_place_is_the_intruders_only_after_the_first_foreign_one() -> None:
    cloud: dict[str, Any] = {"action": "record.exported", "app": "drive"}
    found = scoped([*PHISHED, use(35, "2026-03-04 17:00", **cloud), use(44, "2026-03-05 04:00", **cloud)])
    assert bounds(found)[1:3] == ["2026-03-05 02:14", "2026-03-05 04:00"]
    at_school = use(45, "2026-03-05 08:00", device="hs-lab-1", logon_type="interactive")
    assert bounds(scoped([*PHISHED, at_school]))[2] == "2026-03-05 03:02"


def test_without_any_proof_the_bounds_are_those_of_the_records_and_said_to_be() -> None:
    found = scoped(TAKEN)
    assert bounds(found) == ["2026-02-01 00:00", "2026-03-05 02:14", "2026-03-05 03:02", "2026-03-10 00:00"]
    assert [one.says for one in found.exposure.because][::3] == [NO_START, NO_END]


def test_a_host_that_domains_csv_calls_sis_holds_all_students() -> None:
    seen = use(41, "2026-03-05 02:20", "web.requested", address=ABROAD, domain="grades.maple.example")
    found = scoped([*USUAL, seen])
    assert [(one.system, one.records.low, one.records.high) for one in found.touched] == [
        ("grades.maple.example", 0, 3)
    ]


def test_a_system_that_no_table_knows_counts_nobody_and_says_so() -> None:
    sent = use(44, "2026-03-05 04:00", "record.exported", address=ABROAD, app="drive")
    found = scoped([*USUAL, sent])
    assert [(one.system, one.records.low, one.records.high) for one in found.touched] == [("drive", 1, 1)]
    assert found.by_state == {}
    assert any("drive" in one and "systems.csv" in one for one in found.not_known)


# A vendor

TUNNEL: dict[str, Any] = {"account": "vtech", "category": "vpn", "source_id": "edge", "session_id": "v1",
                          "address": "192.0.2.50", "assigned_address": "10.250.0.9"}  # fmt: skip
RAN_OVER = [
    use(1, "2026-03-04 13:05", "tunnel.opened", **TUNNEL),
    use(2, "2026-03-04 14:00", "connection.recorded", **{**TUNNEL, "destination": SIS}),
    use(3, "2026-03-04 14:55", "tunnel.reported", **TUNNEL),
    use(4, "2026-03-04 16:20", "connection.recorded", **{**TUNNEL, "destination": SIS}),
    use(5, "2026-03-04 17:40", "tunnel.closed", **TUNNEL),
]


def test_a_vendor_whose_session_ran_over_is_exposure_from_the_approvals_end_to_the_close() -> None:
    found = scoped(RAN_OVER, incident("vendor", "acme"))
    assert bounds(found) == ["2026-03-04 14:00", "2026-03-04 16:20", "2026-03-04 17:40", "2026-03-04 17:40"]
    assert [(one.system, one.events) for one in found.touched] == [(SIS, 1)]
    assert scoped(RAN_OVER, incident("vendor", "vtech")).exposure == found.exposure


def test_all_that_an_approved_vendor_reached_is_possible_exposure() -> None:
    found = scoped(RAN_OVER[:2], incident("vendor", "acme"))
    assert bounds(found) == ["2026-03-04 13:05", None, None, "2026-03-04 14:00"]
    assert [(one.system, one.records.low, one.records.high) for one in found.touched] == [(SIS, 0, 3)]


def test_a_system_that_the_approval_does_not_name_is_exposure() -> None:
    named = district(tables={"approvals": [{**_approval(), "system": "hvac.maple.example"}]})
    found = scoped(RAN_OVER[:2], incident("vendor", "acme"), named)
    assert bounds(found)[1:3] == ["2026-03-04 14:00", "2026-03-04 14:00"]
    assert "does not name" in found.exposure.because[1].says


def test_each_session_of_a_vendor_has_a_receipt() -> None:
    place = district([("filter", "2026-03-04 14:00", "2026-03-04 14:30")])
    again = use(6, "2026-03-05 10:00", "tunnel.opened", **{**TUNNEL, "session_id": "v2"})
    told = vendor_sessions(Listed([*RAN_OVER, again]), place, "acme")
    first, second = told["sessions"]
    reached = {"system": SIS, "first": "2026-03-04T20:00:00.000Z", "last": "2026-03-04T22:20:00.000Z", "events": 2}
    assert (told["vendor"], told["accounts"], told["systems"]) == ("acme", ["vtech"], [reached])
    assert (first["approvals"], first["events"], first["uncovered"], first["close"]) == (["A1"], 4, 2, "recorded")
    assert (first["ended_at"], first["event_ids"]) == ("2026-03-04T23:40:00.000Z", ["e4", "e5"])
    assert [gap["source_id"] for gap in first["gaps"]] == ["filter"]
    assert (second["approvals"], second["uncovered"], second["close"], second["gaps"]) == ([], 1, "open", [])


def _approval() -> dict[str, Any]:
    return {"approval_id": "A1", "kind": "vendor_access", "vendor": "acme", "state": "approved", "approver": "pat",
            "approver_role": "ext:it", "valid_from": "2026-03-04T13:00:00",
            "valid_to": "2026-03-04T15:00:00"}  # fmt: skip


# A device and a store

IPAD: dict[str, Any] = {"device_id": "ipad-7", "category": "device", "source_id": "jamf"}
LOSS = {"loss_id": "L1", "device_id": "ipad-7", "kind": "lost", "last_seen_at": "2026-03-03T15:30:00",
        "discovered_at": "2026-03-04T08:00:00"}  # fmt: skip
WALKED_OFF = [
    use(1, "2026-03-03 14:00", "device.checked_in", **IPAD, address=INSIDE),
    use(2, "2026-03-03 15:10", "lease.expired", **IPAD, address=INSIDE),
    use(3, "2026-03-05 02:10", "device.checked_in", **IPAD, address=ABROAD),
    use(4, "2026-03-05 02:30", "web.requested", **{**IPAD, "category": "proxy"}, domain=SIS, address=ABROAD),
    use(5, "2026-03-06 09:00", "device.wiped", **IPAD, account="admin"),
]


def test_a_lost_ipad_is_exposed_from_when_it_was_last_seen_until_it_was_wiped() -> None:
    found = scoped(WALKED_OFF, incident("device", "ipad-7"), district(tables={"losses": [LOSS]}))
    assert bounds(found) == ["2026-03-03 15:30", "2026-03-05 02:10", "2026-03-05 02:30", "2026-03-06 09:00"]
    assert found.exposure.because[0].event_id is None
    assert "losses:L1" in found.exposure.because[0].says
    assert any("stored on the device itself" in one for one in found.not_known)


def test_without_a_row_about_the_loss_the_last_lease_bounds_it() -> None:
    found = scoped(WALKED_OFF, incident("device", "SN7"))
    assert bounds(found) == ["2026-03-03 15:10", "2026-03-05 02:10", "2026-03-05 02:30", "2026-03-06 09:00"]


def test_use_at_school_while_it_was_lost_is_the_finders() -> None:
    inside = use(6, "2026-03-05 09:00", "web.requested", **{**IPAD, "category": "proxy"}, address=INSIDE)
    found = scoped([*WALKED_OFF, inside], incident("device", "ipad-7"), district(tables={"losses": [LOSS]}))
    assert bounds(found)[2] == "2026-03-05 09:00"


def test_a_device_that_came_back_is_exposed_no_longer() -> None:
    back = {**LOSS, "recovered_at": "2026-03-05T12:00:00"}
    found = scoped(WALKED_OFF[:4], incident("device", "ipad-7"), district(tables={"losses": [back]}))
    assert bounds(found)[3] == "2026-03-05 12:00"


def test_a_stolen_backup_proves_nothing_and_may_have_shown_all_that_it_holds() -> None:
    told: dict[str, Any] = {"destination": "backup01.maple.example", "account": "svc-backup", "address": INSIDE}
    nightly = [use(n, f"2026-03-0{n} 01:00", "connection.recorded", **told) for n in range(1, 5)]
    found = scoped(nightly, incident("store", "backup01.maple.example", "2026-03-05 07:45"))
    assert bounds(found) == ["2026-03-04 01:00", None, None, "2026-03-10 00:00"]
    assert [(one.system, one.first, one.events, one.records.low, one.records.high) for one in found.touched] == [
        ("backup01.maple.example", None, 0, 0, 4)
    ]
    assert {state: (one.low, one.high) for state, one in found.by_state.items()} == {
        "MA": (0, 1), "OK": (0, 2), "WA": (0, 1)}  # fmt: skip


def test_a_store_that_strangers_read_is_proven_to_be_read() -> None:
    taken = use(9, "2026-03-04 03:00", "connection.recorded", destination="backup01", address=ABROAD, account="")
    found = scoped([taken], incident("store", "backup01", "2026-03-05 07:45"))
    assert bounds(found)[1:3] == ["2026-03-04 03:00", "2026-03-04 03:00"]


# The answer's form


def test_the_scope_as_json_has_the_keys_of_the_contract() -> None:
    told = json.loads(json.dumps(as_json(scoped(PHISHED))))
    assert told["exposure"].keys() == {
        "earliest_possible", "earliest_proven", "latest_proven", "latest_possible", "because", "gaps"}  # fmt: skip
    assert [one["bound"] for one in told["exposure"]["because"]] == [
        "earliest_possible", "earliest_proven", "latest_proven", "latest_possible"]  # fmt: skip
    assert told["touched"][0].keys() == {"system", "first", "last", "events", "records"}
    assert told["people"][0].keys() == {"person", "state", "kind", "why", "event_ids"}
    assert told["exposure"]["earliest_proven"] == "2026-03-05T08:14:00.000Z"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://sis/students/P17/grades", ["p17"]),
        ("https://sis/view?student_id=p17&page=3", ["p17"]),
        ("https://sis/page/12?size=40", []),
        ("http://[::1", []),
        ("", []),
    ],
)
def test_only_what_stands_where_an_id_stands_names_a_person(url: str, words: list[str]) -> None:
    assert list(words_for_people(url)) == words


# Properties

MARK = st.builds(
    Mark,
    st.integers(0, 100),
    st.sampled_from(["legitimate", "subject", "other", "neutral"]),
    st.just("says"),
    st.builds(lambda n: Use(event_id=f"e{n}", at=0), st.integers(0, 9)),
    st.booleans(),
)
MARKS = st.lists(MARK, max_size=14).map(lambda found: sorted(found, key=lambda mark: mark.at))
GAP = st.tuples(st.integers(0, 100), st.integers(1, 30)).map(lambda one: Gap(one[0], one[0] + one[1], "s"))
GAPS = st.lists(GAP, max_size=4)
HORIZON = Horizon(60, 0, 100)


def widens(wide: Exposure, narrow: Exposure) -> bool:
    return wide.earliest_possible <= narrow.earliest_possible and narrow.latest_possible <= wide.latest_possible


@given(MARKS, GAPS)
def test_what_is_proven_lies_within_what_is_possible(marks: list[Mark], gaps: list[Gap]) -> None:
    found = exposure(marks, gaps, HORIZON)
    moments = [found.earliest_possible, found.earliest_proven, found.latest_proven, found.latest_possible]
    known = [one for one in moments if one is not None]
    assert known == sorted(known)
    assert (found.earliest_proven is None) == (not any(mark.standing == "subject" for mark in marks))
    assert all(gap.since < found.latest_possible and gap.until > found.earliest_possible for gap in found.gaps)


@given(MARKS, GAPS, st.data())
def test_more_coverage_never_widens(marks: list[Mark], gaps: list[Gap], data: st.DataObject) -> None:
    kept = [gap for gap in gaps if data.draw(st.booleans())]
    assert widens(exposure(marks, gaps, HORIZON), exposure(marks, kept, HORIZON))


@given(MARKS, GAPS, st.integers(0, 100), st.booleans())
def test_one_more_proof_of_innocence_never_widens(marks: list[Mark], gaps: list[Gap], at: int, closes: bool) -> None:
    more = sorted([*marks, Mark(at, "legitimate", "says", None, closes)], key=lambda mark: mark.at)
    assert widens(exposure(marks, gaps, HORIZON), exposure(more, gaps, HORIZON))


@given(st.lists(st.tuples(st.integers(1, 27), st.integers(0, 23)), max_size=6))
def test_one_more_use_at_school_never_widens_the_exposure_of_an_account(times: list[tuple[int, int]]) -> None:
    more = [use(200 + n, f"2026-02-{day:02d} {hour:02d}:00", address=INSIDE) for n, (day, hour) in enumerate(times)]
    assert widens(scoped([*TAKEN, RESET]).exposure, scoped([*TAKEN, *more, RESET]).exposure)
