"""Clocks that are off: measured from sign-ins that the domain controller told, too; then corrected or doubted."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.violation_document import violation_document
from documents.document import Table
from model.batch import Batch, Reached
from model.event import encode_event
from model.reference import Reference
from model.violation import Violation, decode_violation
from storage.queries.districts import District
from streams.engine.engine import Engine
from streams.memory.clocks import DAY_MS, Clocks
from streams.seen import decode_seen
from tests.support.small_district import DISTRICT, ZONE, at_ms, ended, event, event_batches, fact_batch, facts

WORLD: dict[str, list[dict[str, Any]]] = {
    "orgs": [{"sourcedId": "hs", "name": "Maple High", "type": "school"}],
    "users": [{"sourcedId": "p1", "username": "tbell", "givenName": "Tess", "familyName": "Bell"}],
    "accounts": [{"account": "tbell", "person": "p1", "kind": "personal"}],
    "devices": [
        {"device_id": "DC", "hostname": "dc01", "class": "server", "org": "hs"},
        {"device_id": "CB-1", "hostname": "cb-1", "class": "assigned", "org": "hs", "mac": "02:00:00:00:00:09"},
        *({"device_id": f"LAB-{n}", "hostname": f"lab-{n}", "class": "lab", "org": "hs"} for n in range(1, 9)),
    ],
}
MAPLE_FALLS = District("maple-falls", "Maple Falls", "America/Chicago")
MINUTE = 60_000
decode_reached = msgspec.json.Decoder(Reached).decode
MARCH_4 = at_ms("2026-03-04 12:00:00", ZONE) // DAY_MS


def seconds(clock: str, shift: int) -> str:
    at = sum(int(part) * unit for part, unit in zip(clock.split(":"), (3600, 60, 1), strict=False)) + shift
    return f"2026-03-04 {at // 3600:02d}:{at // 60 % 60:02d}:{at % 60:02d}"


def pairs(number: int, ahead: int = 420, computers: int = 4, **said: Any) -> list[dict[str, Any]]:
    """Sign-ins at so many computers of the lab whose clocks are so many seconds ahead; each half an hour one each."""
    found: list[dict[str, Any]] = []
    for n in range(number):
        who = {"account": f"pupil{n % computers}", "outcome": "success", "account_basis": "authenticated"}
        at, name = f"{6 + n // computers // 2:02d}:{n // computers % 2 * 30:02d}", f"lab-{1 + n % computers}"
        ticket = {"action": "ticket.requested", "vendor_code": "4768", "reporter": "dc01"} | said
        logon = {"action": "account.logged_on", "logon_type": "interactive", "source_id": "lab", "reporter": name}
        found += [{"at": seconds(at, 0), **who, **ticket}, {"at": seconds(at, ahead), **who, **logon, "device": name}]
    return found


def session(device: str, *steps: tuple[str, str], ahead: int = 0) -> list[dict[str, Any]]:
    """tbell at a device: (what, true clock time) told by a clock that is so many seconds ahead."""
    more: dict[str, Any] = {"source_id": "lab", "reporter": device} if device.startswith("lab") else {}
    kinds = {"on": "account.logged_on", "here": "session.unlocked", "off": "account.logged_off"}
    said = {"account": "tbell", "outcome": "success", "device": device, "logon_type": "interactive", **more}
    return [{"at": seconds(at, ahead), "action": kinds[what], **said} for what, at in steps]


LEAVES = session("lab-2", ("on", "09:20"), ("here", "09:29"), ("off", "09:30"), ahead=420)
COMES = session("cb-1", ("on", "09:31"), ("here", "09:38"), ("here", "09:45"))
LOOKALIKE = [*LEAVES, *COMES]
SHARED = [
    *session("cb-1", ("on", "09:50"), ("here", "09:59"), ("off", "10:07")),
    *session("lab-2", ("on", "10:00"), ("here", "10:06"), ("off", "10:08"), ahead=420),
]


def told(*parts: list[dict[str, Any]], world: dict[str, Any] | None = None) -> list[Violation]:
    """What stands after each part was judged before the next one came."""
    engine, standing, number = Engine(DISTRICT), dict[str, Violation](), 0
    batches: list[Batch] = [fact_batch(facts({**WORLD, **(world or {})}, ZONE))]
    for part in parts:
        made = [event(number + n, ZONE, **said) for n, said in enumerate(part)]
        number += len(made)
        batches += [*event_batches(made), ended()]
    for batch in batches:
        engine.observe(batch)
        engine.judge()
        for line in engine.take().violations:
            violation = decode_violation(line)
            standing[violation.violation_id] = violation
    return [v for v in standing.values() if v.detection == "shared_account" and v.status != "withdrawn"]


def test_without_sign_ins_to_compare_the_lab_clock_makes_an_overlap_that_never_was() -> None:
    found = told(LOOKALIKE)
    assert [v.reason for v in found] == ["two_devices"]
    answers = {one.explanation: one.answer for one in found[0].evidence.innocent_explanations}
    assert "No sign-in shows that they differ by more." in answers["skewed_clock"]


def test_twenty_sign_ins_that_show_the_clock_ahead_take_the_overlap_away() -> None:
    assert told([*pairs(20), *LOOKALIKE]) == []


def test_sign_ins_that_come_after_the_finding_withdraw_it() -> None:
    assert told(LOOKALIKE, pairs(20)) == []
    assert told(LOOKALIKE, pairs(19)[:4], pairs(20)[4:]) == []


def test_sharing_that_only_the_corrected_clock_shows_is_found_and_says_how_it_was_measured() -> None:
    assert told(SHARED) == []
    (found,) = told([*pairs(24), *SHARED])
    assert "on two devices at once for 7 minutes" in found.headline
    assert "was 7 min ahead, measured from 24 sign-ins at 4 computers of lab" in found.explanation
    assert (found.started_at, found.ended_at) == ("2026-03-04T16:00:00.000Z", "2026-03-04T16:07:00.000Z")


def test_a_record_of_a_corrected_clock_is_shown_with_the_time_that_it_tells() -> None:
    (found,) = told([*pairs(24), *SHARED])
    shown = [one for one in found.evidence.exhibits if one.source_id == "lab" and one.account == "tbell"]
    assert [one.occurred_at[11:19] for one in shown] == ["16:07:00", "16:13:00", "16:15:00"]
    assert shown[0].shows.endswith("(by a clock that was off; the right time is 10:00 AM)")


def test_the_sign_ins_that_show_a_clock_are_exhibits_and_name_nobody() -> None:
    (found,) = told([*pairs(24), *SHARED])
    aside = [one for one in found.evidence.exhibits if one.event_id not in found.event_ids]
    assert len(aside) == 40
    assert all(one.account is None for one in aside)
    assert all(one.person is None for one in aside)
    (measure,) = [one for one in found.evidence.measures if one.name.startswith("sign-ins")]
    assert (measure.value, measure.threshold, len(measure.event_ids)) == (24, 20, 48)
    assert {one.event_id for one in aside} <= set(measure.event_ids)


def test_on_paper_the_sign_ins_come_last_and_nothing_says_that_their_records_have_expired() -> None:
    (found,) = told([*pairs(24), *SHARED])
    own = [found.own(one) for one in found.evidence.exhibits]
    assert own == sorted(own, reverse=True)
    document = violation_document([found], {}, {}, MAPLE_FALLS, "2026-03-05T14:00:00.000Z")
    (records,) = [one for one in document.blocks if isinstance(one, Table) and one.caption == "Records"]
    texts = [cell.text for row in records.rows for cell in row]
    assert sum("somebody else's sign-in" in text for text in texts) == own.count(False)
    assert sum("has expired" in text for text in texts) == own.count(True)


def test_fewer_than_twenty_correct_nothing_and_nothing_rests_on_an_overlap_within_the_difference() -> None:
    assert told([*pairs(19), *LOOKALIKE]) == []
    assert told([*pairs(19), *SHARED]) == []


def test_an_overlap_longer_than_the_doubt_still_stands_with_low_confidence() -> None:
    long = [
        *session("cb-1", ("on", "09:30"), ("here", "10:00"), ("here", "10:20")),
        *session("lab-2", ("on", "09:30"), ("here", "09:45"), ("here", "10:00"), ("off", "10:10"), ahead=420),
    ]
    (found,) = told([*pairs(10), *long])
    assert found.confidence == "low"
    assert "fewer than the 20 that a correction needs" in found.explanation


@pytest.mark.parametrize("ahead", [0, 60, -100, 119])
def test_a_clock_within_the_tolerance_is_left_alone(ahead: int) -> None:
    (found,) = told([*pairs(24, ahead), *LOOKALIKE])
    assert "clock of" not in found.explanation


def test_a_clock_more_than_ten_minutes_off_is_never_corrected() -> None:
    long = [
        *session("cb-1", ("on", "09:30"), ("here", "10:00"), ("here", "10:20")),
        *session("lab-2", ("on", "09:30"), ("here", "09:45"), ("here", "10:00"), ("off", "10:10"), ahead=700),
    ]
    (found,) = told([*pairs(24, 700), *long])
    assert "more than 10 minutes is not corrected" in found.explanation
    assert found.confidence == "low"
    assert told([*pairs(24, 700), *LOOKALIKE]) == []


def test_a_clock_that_was_set_right_in_the_meantime_is_not_corrected() -> None:
    morning, later = pairs(12), pairs(24, 0)[24:]
    assert told([*morning, *later, *SHARED]) == []
    reading = engine_of([*morning, *later]).clocks.reading("lab", "lab-1", MARCH_4)
    assert reading is not None
    assert (reading.ahead, reading.doubt, reading.why) == (0, 420_000, "they do not agree with each other")


def test_one_computer_alone_moves_nobody_elses_times() -> None:
    alone = pairs(24, computers=1)
    assert told([*alone, *SHARED]) == []  # lab-1 tells nothing of lab-2
    engine = engine_of(alone)
    assert _ahead(engine, "lab-1") == 420_000
    assert _ahead(engine, "lab-2") == 0


def test_a_computer_that_shows_itself_right_is_not_moved_by_the_others() -> None:
    right = [
        {**one, **({"reporter": "lab-8", "device": "lab-8"} if one["action"] == "account.logged_on" else {}),
         "account": "pupil9"}
        for one in pairs(6, 0, computers=1)
    ]  # fmt: skip
    engine = engine_of([*pairs(24), *right])
    assert _ahead(engine, "lab-8") == 0
    assert _ahead(engine, "lab-1") == 420_000


def test_a_computer_that_people_sit_at_is_no_domain_controller() -> None:
    assert _ahead(engine_of(pairs(24, reporter="lab-7")), "lab-1") == 0
    assert _ahead(engine_of(pairs(24, reporter="dc01")), "lab-1") == 420_000


def test_a_name_that_the_client_claims_measures_nothing() -> None:
    assert _ahead(engine_of(pairs(24, account_basis="claimed")), "lab-1") == 0
    assert _ahead(engine_of(pairs(24, outcome="failure")), "lab-1") == 0


def test_a_ticket_that_went_to_another_computer_is_another_sign_in() -> None:
    lease = {"at": "2026-03-04 05:00:00", "category": "device", "action": "lease.granted", "address": "10.1.0.9"}
    elsewhere = [{**lease, "mac": "02:00:00:00:00:09"}, *pairs(24, address="10.1.0.9")]
    assert _ahead(engine_of(elsewhere), "lab-1") == 0
    assert _ahead(engine_of([*elsewhere[1:], elsewhere[0]]), "lab-1") == 0  # the lease may come late
    assert _ahead(engine_of(elsewhere[1:]), "lab-1") == 420_000


def test_where_every_source_differs_from_the_controller_alike_the_controller_is_wrong() -> None:
    other = [
        {**one, "account": "s" + one["account"], **({"source_id": "staff"} if one["source_id_"] else {})}
        for one in ({**each, "source_id_": "source_id" in each} for each in pairs(24))
    ]
    other = [{key: value for key, value in one.items() if key != "source_id_"} for one in other]
    engine = engine_of([*pairs(24), *other])
    assert _ahead(engine, "lab-1") == 0
    reading = engine.clocks.reading("lab", "lab-1", MARCH_4)
    assert reading is not None
    assert reading.doubt >= 420_000


def test_a_sign_in_told_twice_within_seconds_is_one() -> None:
    twice = [{**one, "at": one["at"][:-2] + "02"} for one in pairs(24)]
    assert _ahead(engine_of([*pairs(24), *twice]), "lab-1") == 420_000


def test_sign_ins_that_cannot_be_told_apart_measure_nothing() -> None:
    more = [{**one, "at": one["at"].replace(":07:", ":12:").replace(":37:", ":42:")} for one in pairs(24)[1::2]]
    assert _ahead(engine_of([*pairs(24), *more]), "lab-1") == 0


@given(ahead=st.integers(-800, 800), number=st.integers(0, 30))
def test_only_twenty_sign_ins_and_two_to_ten_minutes_correct_a_clock(ahead: int, number: int) -> None:
    clocks = Clocks(Reference(), lambda address, at: None)
    for n, said in enumerate(pairs(number, ahead)):
        one = event(n, ZONE, **said)
        seen = decode_seen(encode_event(one))
        seen.at = at_ms(one.occurred_at or "", ZONE)
        clocks.hear(seen)
    clocks.settle()
    reading = clocks.reading("lab", "lab-1", MARCH_4)
    corrected, doubt = (reading.ahead, reading.doubt) if reading else (0, 0)
    assert corrected == (ahead * 1000 if number >= 20 and 120 < abs(ahead) <= 600 else 0)
    assert doubt >= (abs(ahead) * 1000 if number >= 3 and abs(ahead) > 120 and not corrected else 0)


def test_what_is_remembered_of_sign_ins_comes_back_and_is_forgotten() -> None:
    engine = engine_of(pairs(24))
    again = Engine(DISTRICT)
    again.restore([(key, value) for key, value in engine.changes() if value is not None])
    again.judge()
    assert _ahead(again, "lab-1") == 420_000
    again.clocks.forget((MARCH_4 + 1) * DAY_MS)
    assert not again.clocks.sign_ins.items
    assert _ahead(again, "lab-1") == 0


def test_the_judge_says_of_a_source_how_far_its_clocks_are_off_and_of_one_without_sign_ins_nothing() -> None:
    told = {one.source_id: one for one in map(decode_reached, engine_of([*pairs(24), *COMES]).take().reached)}
    assert (told["lab"].sign_ins, told["lab"].computers, told["lab"].ahead) == (24, 4, 420_000)
    assert (told["lab"].off, told["lab"].doubt) == (4, 0)
    assert {(one.sign_ins, one.ahead) for name, one in told.items() if name != "lab"} == {(0, None)}


def test_clocks_of_which_too_few_sign_ins_tell_are_off_and_in_doubt() -> None:
    told = {one.source_id: one for one in map(decode_reached, engine_of(pairs(12)).take().reached)}
    assert (told["lab"].off, told["lab"].doubt) == (4, 450_000)


def engine_of(said: list[dict[str, Any]]) -> Engine:
    engine = Engine(DISTRICT)
    made = [event(n, ZONE, **one) for n, one in enumerate(said)]
    for batch in [fact_batch(facts(WORLD, ZONE)), *event_batches(made), ended()]:
        engine.observe(batch)
        engine.judge()
    return engine


def _ahead(engine: Engine, computer: str) -> int:
    reading = engine.clocks.reading("lab", computer, MARCH_4)
    return reading.ahead if reading else 0
