"""What does not happen is found by the log's own time: the same in one go and in turns with restarts, never early."""

import dataclasses
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch import Batch, Tick
from model.violation import Violation, decode_violation, finding_of
from streams.detection import Keeps
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from streams.engine.whole import judge_whole
from streams.memory.kept import Kept
from streams.sighting import Sighting
from tests.streams.test_engine_properties import PATIENT
from tests.support.absence import MORE, NOT_RETURNED, engine
from tests.support.small_district import (
    CATEGORIES,
    DISTRICT,
    ZONE,
    at_ms,
    ended,
    event,
    event_batches,
    fact,
    fact_batch,
    facts,
    tick_batch,
)

DUE = "2026-03-04 15:00:00"
WORLD: dict[str, list[dict[str, Any]]] = {
    "devices": [
        {"device_id": "LT-1", "hostname": "lt-1", "class": "staff"},
        {"device_id": "LN-1", "hostname": "ln-1", "class": "loaner"},
    ],
    "assignments": [{"device_id": "LT-1", "person": "p0", "valid_from": "2026-01-07", "valid_to": DUE}],
}
OUT = {"device_id": "LN-1", "person": "p0", "valid_from": "2026-01-07"}


def opening(world: dict[str, Any] = WORLD, pack: Any = MORE) -> Batch:
    row = {"pack": pack.model_dump_json()}
    known = facts(world, ZONE, "base")
    return fact_batch([msgspec.structs.replace(one, row=row) if one.table == "policy" else one for one in known])


def reached(at: str, *but: str) -> Batch:
    """Every source has been read so far, those of the categories `but` left out."""
    names = [name for category, name in CATEGORIES.items() if category not in but]
    return tick_batch(*(Tick(source_id=name, reached_at=at_ms(at, ZONE)) for name in names))


def wiped(at: str, number: int = 1) -> Batch:
    (batch,) = event_batches([event(number, ZONE, at=at, category="device", action="device.wiped", device="lt-1")])
    return batch


def found(batches: list[Batch], started: Engine | None = None, of: str = "not_returned") -> list[Violation]:
    """One detection's violations as they stand at the end, each batch a turn of its own."""
    judge, said = started or engine(DISTRICT), {}
    for batch in batches:
        judge.observe(batch)
        judge.judge()
        said |= {v.violation_id: v for v in map(decode_violation, judge.take().violations)}
    standing = [v for v in said.values() if v.status != "withdrawn" and v.detection == of]
    return sorted(standing, key=lambda v: (v.started_at, v.reason))


def reasons(batches: list[Batch], started: Engine | None = None) -> list[str]:
    return [violation.reason for violation in found(batches, started)]


def quiet_spells(batches: list[Batch]) -> list[Violation]:
    return found(batches, of="quiet_source")


HEARD = [opening(), reached("2026-03-02 08:00:00")]


# A deadline after a fact


def test_a_deadline_that_passes_is_found_with_the_sources_it_rests_on() -> None:
    (late,) = found([*HEARD, reached("2026-03-04 16:01:00")])
    assert (late.reason, late.device_id, late.status) == ("late", "LT-1", "open")
    assert late.started_at == "2026-03-04T22:00:00.000Z"
    assert [(one.source_id, one.note) for one in late.evidence.coverage] == [("dhcp", "complete")]


def test_nothing_is_missing_before_its_time() -> None:
    assert reasons([*HEARD, reached("2026-03-04 15:59:00")]) == []


def test_what_happened_in_time_is_not_missing_however_late_it_is_read() -> None:
    assert reasons([*HEARD, wiped("2026-03-04 10:00:00"), reached("2026-03-04 16:01:00")]) == []
    assert reasons([*HEARD, reached("2026-03-04 16:01:00"), wiped("2026-03-04 10:00:00"), ended()]) == []


def test_a_deadline_that_a_fact_moves_is_withdrawn_and_found_at_its_new_time() -> None:
    extended = fact("assignments", {**WORLD["assignments"][0], "valid_to": "2026-03-05 15:00:00"}, ZONE)
    extended = msgspec.structs.replace(extended, recorded_at=at_ms("2026-03-04 17:00:00", ZONE))
    before = [*HEARD, reached("2026-03-04 16:01:00"), fact_batch([extended])]
    assert reasons(before) == []
    assert [v.started_at for v in found([*before, reached("2026-03-05 16:01:00")])] == ["2026-03-05T22:00:00.000Z"]


def test_a_fact_that_comes_after_its_deadline_opens_its_case() -> None:
    row = fact("assignments", WORLD["assignments"][0], ZONE)
    without = {**WORLD, "assignments": []}
    log = [opening(without), reached("2026-03-02 08:00:00"), reached("2026-03-04 17:00:00")]
    assert reasons([*log, fact_batch([row])]) == ["late"]


def test_the_end_of_a_finished_log_makes_nothing_overdue() -> None:
    assert reasons([*HEARD, reached("2026-03-04 12:00:00"), ended()]) == []


def test_one_clock_that_runs_ahead_makes_nothing_overdue() -> None:
    ahead = tick_batch(Tick(source_id="dc1", reached_at=at_ms("2027-03-04 12:00:00", ZONE)))
    assert reasons([*HEARD, ahead, reached("2026-03-04 12:00:00", "auth"), ended()]) == []


def test_one_clock_that_runs_ahead_makes_no_other_source_quiet() -> None:
    ahead = tick_batch(Tick(source_id="dc1", reached_at=at_ms("2027-03-04 12:00:00", ZONE)))
    assert quiet_spells([*HEARD, ahead, reached("2026-03-02 08:05:00", "auth")]) == []


def test_a_case_that_an_event_opened_is_overdue_after_a_restart_too() -> None:
    (stopped,) = event_batches(
        [event(5, ZONE, at="2026-03-03 10:00:00", category="device", action="device.stopped", device="lt-1")]
    )
    judge = engine(DISTRICT)
    assert reasons([*HEARD, stopped, reached("2026-03-03 10:30:00")], judge) == []
    again = engine(DISTRICT)
    again.restore((key, value) for key, value in judge.changes() if value is not None)
    assert reasons([reached("2026-03-03 11:01:00")], again) == ["late"]


def test_silence_proves_nothing_while_a_needed_source_was_not_read() -> None:
    late_start = [opening(), reached("2026-03-02 08:00:00", "device"), reached("2026-03-04 08:00:00")]
    assert reasons([*late_start, reached("2026-03-04 16:01:00")]) == []
    spell = {"category": "device", "outcome": "unknown"}
    silent = event(7, ZONE, at="2026-03-04 09:00:00", action="source.silent", **spell)
    resumed = event(8, ZONE, at="2026-03-04 11:00:00", action="source.resumed", **spell)
    assert reasons([*HEARD, *event_batches([silent, resumed]), reached("2026-03-04 16:01:00")]) == []


def test_a_verdict_waits_for_the_sources_of_its_own_reason() -> None:
    assert reasons([*HEARD, reached("2026-03-04 16:01:00", "device")]) == []
    assert reasons([*HEARD, reached("2026-03-04 16:01:00", "proxy")]) == ["late"]


def test_a_case_that_grows_worse_is_the_same_violation_revised() -> None:
    (late,) = found([*HEARD, reached("2026-03-04 16:01:00")])
    (later,) = found([*HEARD, reached("2026-03-04 16:01:00"), reached("2026-03-05 16:01:00")])
    assert (later.violation_id, later.revision) == (late.violation_id, 2)
    assert later.ended_at == "2026-03-05T22:00:00.000Z"


# A sweep at a local time of day


@pytest.mark.parametrize(
    ("before", "after", "times"),
    [
        ("2026-03-04 05:00:00", "2026-03-05 07:00:00", ["2026-03-04T12:00:00.000Z", "2026-03-05T12:00:00.000Z"]),
        (
            "2026-03-07 08:00:00",
            "2026-03-08 07:00:00",
            ["2026-03-08T11:00:00.000Z"],
        ),  # clocks go forward
        (
            "2026-10-31 08:00:00",
            "2026-11-01 07:00:00",
            ["2026-11-01T12:00:00.000Z"],
        ),  # and back
    ],
)
def test_a_sweep_is_made_each_local_day_at_its_time(before: str, after: str, times: list[str]) -> None:
    world = {**WORLD, "assignments": [OUT]}
    swept = found([opening(world), reached(before), reached(after)])
    assert [(v.reason, v.device_id, v.started_at) for v in swept] == [("overnight", "LN-1", at) for at in times]


# The silence of a source


def test_a_source_that_two_others_have_outrun_is_quiet_and_the_stretch_grows() -> None:
    log = [*HEARD, reached("2026-03-02 08:20:00", "vpn")]
    assert quiet_spells(log) == []
    log.append(reached("2026-03-02 08:31:00", "vpn"))
    (quiet,) = quiet_spells(log)
    assert (quiet.reason, quiet.started_at) == ("quiet", "2026-03-02T14:30:00.000Z")
    (longer,) = quiet_spells([*log, reached("2026-03-02 09:00:00", "vpn")])
    assert (longer.violation_id, longer.ended_at) == (quiet.violation_id, "2026-03-02T15:00:00.000Z")
    (over,) = quiet_spells([*log, reached("2026-03-02 09:10:00"), reached("2026-03-02 09:12:00")])
    assert over.ended_at == "2026-03-02T15:10:00.000Z"


def test_silence_that_only_the_transport_made_is_taken_back() -> None:
    log = [*HEARD, reached("2026-03-02 08:31:00", "vpn")]
    sign = {"category": "vpn", "action": "tunnel.opened", "account": "x", "outcome": "success"}
    read_late = event_batches([event(n, ZONE, at=f"2026-03-02 08:{5 * n:02d}:00", **sign) for n in range(1, 8)])
    assert len(quiet_spells(log)) == 1
    assert quiet_spells([*log, *read_late, reached("2026-03-02 08:40:00")]) == []


# Listening


def test_what_a_detection_did_not_listen_to_is_not_missing() -> None:
    off = MORE.model_dump(mode="json")
    off["detections"]["not_returned"] |= {"enabled": False, "off_reason": "pilot"}
    pack_off = type(MORE).model_validate(off)
    log = [opening(pack=pack_off), reached("2026-03-02 08:00:00"), wiped("2026-03-04 10:00:00")]
    on = msgspec.structs.replace(fact_of_pack(), recorded_at=1)
    assert reasons([*log, reached("2026-03-04 12:00:00"), fact_batch([on]), reached("2026-03-04 17:00:00")]) == []


def fact_of_pack() -> Any:
    return next(
        msgspec.structs.replace(one, row={"pack": MORE.model_dump_json()})
        for one in facts({}, ZONE, "base")
        if one.table == "policy"
    )


def test_a_detection_that_comes_with_a_release_listens_from_then_on() -> None:
    before = Engine(DISTRICT)  # today's release: it knows neither of the two
    for batch in [*HEARD, wiped("2026-03-04 10:00:00"), reached("2026-03-04 12:00:00")]:
        before.observe(batch)
        before.judge()
    after = engine(DISTRICT)
    after.restore((key, value) for key, value in before.changes() if value is not None)
    assert reasons([reached("2026-03-04 17:00:00")], after) == []


# Turns and restarts


def test_what_was_found_and_forgotten_is_not_found_again_after_a_restart() -> None:
    judge = engine(DISTRICT)
    log = [*HEARD, reached("2026-03-04 16:01:00"), reached("2026-03-12 12:00:00"), reached("2026-03-12 14:00:00")]
    assert reasons(log, judge) == ["late"]
    again = engine(DISTRICT)
    again.restore((key, value) for key, value in judge.changes() if value is not None)
    assert reasons([reached("2026-03-12 15:00:00")], again) == []


MOMENTS = st.lists(st.integers(min_value=0, max_value=96), min_size=3, max_size=30)
WORLDS = st.sampled_from([WORLD, {**WORLD, "assignments": [*WORLD["assignments"], OUT]}])


@pytest.mark.slow
@given(hours=MOMENTS, world=WORLDS, chance=st.randoms(use_true_random=False))
@PATIENT
def test_one_go_and_turns_with_restarts_find_the_same(hours: list[int], world: Any, chance: Any) -> None:
    log = [opening(world), reached("2026-03-02 08:00:00")]
    for number, hour in enumerate(sorted(hours)):
        at = f"2026-03-{3 + hour // 24:02d} {hour % 24:02d}:{number % 60:02d}:00"
        quiet = [one for one in ("vpn", "device") if chance.random() < 0.3]
        log.append(wiped(at, number) if chance.random() < 0.2 else reached(at, *quiet))
    log += [reached("2026-03-07 00:30:00"), ended()]
    whole = {one.violation_id: one for one in judge_whole(lambda: log, begin=engine).violations}
    assert plain(turns(log, chance)) == plain(whole)


def turns(log: list[Batch], chance: Any) -> dict[str, Violation]:
    memory: dict[str, bytes] = {}
    said: dict[str, Violation] = {}
    judge = engine(DISTRICT)
    for number, batch in enumerate(log):
        judge.observe(batch)
        if chance.random() < 0.4 and number < len(log) - 1:
            continue
        judge.judge()
        said |= {v.violation_id: v for v in map(decode_violation, judge.take().violations)}
        for key, value in judge.changes():
            memory.pop(key, None)
            memory.update({key: value} if value is not None else {})
        if chance.random() < 0.4:
            judge = engine(DISTRICT)
            judge.restore(memory.items())
    return {key: one for key, one in said.items() if one.status != "withdrawn"}


def plain(found: dict[str, Violation]) -> dict[str, Violation]:
    return {key: finding_of(one) for key, one in found.items()}


# What every detection declares


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda d: d.name)
def test_every_reason_says_what_it_needs_and_every_detection_how_long_it_remembers(detection: Any) -> None:
    assert set(detection.needs) >= set(detection.reasons)
    assert detection.remembers.total_seconds() > 0


def test_a_vendors_shared_account_rests_on_the_vpn_and_says_so() -> None:
    def tunnel(number: int, at: str, action: str, address: str) -> Any:
        said = {"action": action, "account": "vtech", "address": address, "outcome": "success"}
        return event(number, ZONE, at=f"2026-03-04 {at}:00", category="vpn", **said)

    world = {"accounts": [{"account": "vtech", "kind": "vendor", "vendor": "acme"}]}
    both = [
        tunnel(1, "09:00", "tunnel.opened", "198.51.100.7"),
        tunnel(2, "09:10", "tunnel.opened", "203.0.113.9"),
        tunnel(3, "09:50", "tunnel.closed", "198.51.100.7"),
        tunnel(4, "09:55", "tunnel.closed", "203.0.113.9"),
    ]
    log = [opening(world), *event_batches(both), reached("2026-03-04 12:00:00", "vpn")]
    (shared,) = found(log, of="shared_account")
    assert (shared.status, [one.source_id for one in shared.evidence.coverage]) == ("provisional", ["edge-vpn"])
    (settled,) = found([*log, reached("2026-03-04 12:00:00")], of="shared_account")
    assert settled.status == "open"


# What is kept for longer than a case


def test_what_tells_a_state_is_remembered_long_after_its_day() -> None:
    stopped = event(1, ZONE, at="2026-03-02 10:00:00", category="device", action="device.stopped", device="lt-1")
    (batch,) = event_batches([stopped])
    long = dataclasses.replace(NOT_RETURNED, keeps=Keeps(lambda sighting: True, timedelta(days=400)))
    judge = Engine(DISTRICT, [long], defaults=MORE)
    found([*HEARD, batch, reached("2026-03-25 10:00:00")], judge)
    again = Engine(DISTRICT, [long], defaults=MORE)
    again.restore((key, value) for key, value in judge.changes() if value is not None)
    assert [one.event_id for one in again._dockets[0].kept.of("LT-1")] == [stopped.event_id]  # type: ignore[union-attr]
    assert not any(cell.sightings for cell in again._dockets[0].cells.items.values())


def test_of_what_is_kept_the_same_is_kept_once_and_the_oldest_goes_first() -> None:
    kept = Kept("d")
    seen = [Sighting(at=n, until=n, event_id=f"e{n}", last_event_id=f"e{n}", kind="k", source_id="s") for n in range(4)]
    for one in [seen[3], seen[1], seen[1], seen[0], seen[2]]:
        kept.add("LT-1", one, most=3)
    assert [one.event_id for one in kept.of("LT-1")] == ["e1", "e2", "e3"]
    kept.take_back("LT-1", "e2")
    kept.forget(2)
    assert [one.event_id for one in kept.of("LT-1")] == ["e3"]
    kept.forget(9)
    assert kept.subjects.items == {}


# What was due before the log began


UNBOUGHT = {
    "devices": [
        {"device_id": "LT-1", "class": "staff", "purchase_id": "PO-1"},
        {"device_id": "LT-2", "class": "staff", "valid_from": "2025-08-01"},
    ]
}


def unbought(*batches: Batch) -> list[tuple[str, str]]:
    log = [fact_batch(facts(UNBOUGHT, ZONE)), *batches, reached("2026-03-20 12:00:00")]
    return [(v.reason, v.started_at) for v in found(log, Engine(DISTRICT), "overdue_duty")]


def spoken(at: str, number: int, source: str = "proxy") -> Batch:
    (batch,) = event_batches(
        [event(number, ZONE, at=at, category=source, action="web.requested", domain="example.org")]
    )
    return batch


def test_what_was_overdue_before_the_log_began_is_found_in_its_first_hour_however_it_is_cut() -> None:
    first = spoken("2026-03-18 08:10:00", 1)
    begins = [("purchase", "2026-03-18T13:00:00.001Z")]
    assert unbought(reached("2026-03-18 08:09:51"), first) == begins
    assert unbought(first, reached("2026-03-18 08:10:09")) == begins


def test_a_log_that_turns_out_to_begin_a_day_earlier_moves_what_was_found_then() -> None:
    late = spoken("2026-03-17 09:00:00", 2, "vpn")
    log = [spoken("2026-03-18 08:10:00", 1), reached("2026-03-18 08:11:00", "vpn"), late]
    assert unbought(*log) == [("purchase", "2026-03-17T14:00:00.001Z")]


def test_a_record_with_a_clock_of_long_ago_does_not_begin_the_log() -> None:
    log = [spoken("2026-03-18 08:10:00", 1), reached("2026-03-18 08:11:00"), spoken("1970-01-01 00:00:00", 3)]
    assert unbought(*log) == [("purchase", "2026-03-18T13:00:00.001Z")]


def test_a_first_record_with_a_clock_of_long_ago_does_not_begin_the_log() -> None:
    log = [spoken("2000-01-01 00:00:20", 3), reached("2000-01-01 00:00:21", "vpn"), spoken("2026-03-18 08:10:00", 1)]
    assert unbought(*log, reached("2026-03-18 08:11:00", "vpn")) == [("purchase", "2026-03-18T13:00:00.001Z")]


def test_a_log_whose_records_come_newest_first_begins_with_the_earliest_of_them() -> None:
    times = ("2026-03-18 08:10:00", "2026-03-17 16:00:00", "2026-03-16 09:00:00", "2026-03-13 08:20:00")
    log = [spoken(at, number) for number, at in enumerate(times, 1)]
    assert unbought(*log) == [("purchase", "2026-03-13T13:00:00.001Z")]


def test_a_date_that_a_table_puts_off_by_days_revises_the_violation_and_withdraws_nothing() -> None:
    devices = [{**UNBOUGHT["devices"][1], "valid_from": valid_from} for valid_from in ("2026-02-26", "2026-02-27")]
    before, after = ({**UNBOUGHT, "devices": [UNBOUGHT["devices"][0], one]} for one in devices)
    judge = Engine(DISTRICT)
    log = [fact_batch(facts(before, ZONE)), spoken("2026-03-02 08:10:00", 1), reached("2026-03-31 12:00:00")]
    (first,) = found(log, judge, "overdue_duty")
    correction = [one for one in facts(after, ZONE) if one not in facts(before, ZONE)]
    (second,) = found([fact_batch(correction)], judge, "overdue_duty")
    assert second.violation_id == first.violation_id
    assert second.started_at[:10] != first.started_at[:10]
    assert second.revision > first.revision
