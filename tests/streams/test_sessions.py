"""Remote sessions out of tunnel sightings: merging, missing opens and closes, the cap. Times are seconds in a day."""

import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.patterns.sessions import TUNNEL, Limits, Session, build
from streams.sighting import Sighting

SECOND, HOUR, DAY = 1000, 3_600_000, 86_400_000
LIMITS = Limits(
    idle=30 * 60 * SECOND,
    merge=120 * SECOND,
    cap=DAY,
    known_from=-DAY,
    settled_at=10 * DAY,
    next_day=lambda at: (at // DAY + 1) * DAY,
)


def sighting(kind: str, seconds: float, **more: Any) -> Sighting:
    """A sighting of vtech from 198.51.100.7 unless said otherwise."""
    at = round(seconds * SECOND)
    name = f"{kind}@{at}#{more.get('session_id')}"
    told: dict[str, Any] = {"account": "vtech", "address": "198.51.100.7", **more}
    return Sighting(at=at, until=at, event_id=name, last_event_id=name, kind=kind, source_id="vpn", **told)


def opened(seconds: float, **more: Any) -> Sighting:
    return sighting("tunnel.opened", seconds, **more)


def closed(seconds: float, **more: Any) -> Sighting:
    return sighting("tunnel.closed", seconds, **more)


def spans(sightings: list[Sighting], limits: Limits = LIMITS) -> list[tuple[float, float, str]]:
    """Start, end (s) and close of each session."""
    return [(s.started_at / SECOND, s.ended_at / SECOND, s.close) for s in build(sightings, limits)]


def test_an_open_and_its_close_are_a_session() -> None:
    assert spans([opened(0), closed(600)]) == [(0, 600, "recorded")]


def test_a_reconnect_within_the_merge_gap_goes_on() -> None:
    assert spans([opened(0), closed(600), opened(720), closed(900)]) == [(0, 900, "recorded")]


def test_a_reconnect_after_the_merge_gap_is_another_session() -> None:
    assert len(spans([opened(0), closed(600), opened(721), closed(900)])) == 2


def test_a_reconnect_from_elsewhere_is_another_session() -> None:
    again = {"address": "203.0.113.9"}
    assert len(spans([opened(0), closed(600), opened(610, **again), closed(900, **again)])) == 2


def test_a_missing_close_is_the_last_activity_and_the_idle_timeout() -> None:
    flow = sighting("connection.recorded", 1200, address="10.9.0.4")
    assert spans([opened(0, assigned_address="10.9.0.4"), flow]) == [(0, 1200 + 1800, "inferred")]


def test_the_inferred_tail_is_not_judged() -> None:
    session = build([opened(0)], LIMITS)[0]
    assert session.judged.length == 1


def test_a_tunnel_that_may_still_be_in_use_is_open() -> None:
    assert spans([opened(0)], replace(LIMITS, settled_at=60 * SECOND))[0][2] == "open"


def test_a_lost_opening_is_told_by_the_duration_of_the_close() -> None:
    session = build([closed(3600, duration_s=3600.0)], LIMITS)[0]
    assert (session.started_at, session.ended_at, session.opening) == (0, 3600 * SECOND, "inferred")


def test_a_rounded_duration_does_not_move_a_recorded_start() -> None:
    twice = [opened(1), closed(3600), closed(3600, duration_s=3600.0, session_id="other")]
    assert spans(twice) == [(1, 3600, "recorded")]


def test_a_session_resumed_after_the_idle_timeout_is_one_connection() -> None:
    resumed = [opened(600), opened(3900), closed(8400, duration_s=7800.0)]
    assert [(s.parts, s.started_at, s.opening) for s in build(resumed, LIMITS)] == [(1, 600 * SECOND, "recorded")]


def test_a_duration_of_nobody_knows_which_of_two_connections_moves_neither() -> None:
    told = [opened(600), opened(3000, address="203.0.113.9"), closed(3900, address=None, duration_s=3600.0)]
    assert [s.started_at // SECOND for s in build(told, LIMITS)] == [600, 3000]


def test_a_close_told_twice_is_one_connection() -> None:
    told = [opened(1), closed(3600), closed(3600, duration_s=3600.0, session_id="other")]
    assert [s.parts for s in build(told, LIMITS)] == [1]


def test_flows_from_the_inside_address_keep_a_tunnel_alive_beyond_the_idle_timeout() -> None:
    flow = sighting("connection.recorded", 7200, address="10.9.0.4")
    late = closed(7300)
    assert spans([opened(0, assigned_address="10.9.0.4"), flow, late]) == [(0, 7300, "recorded")]


def test_what_happens_outside_every_tunnel_is_nobodys_session() -> None:
    assert build([sighting("account.logged_on", 50, address=None)], LIMITS) == []


def test_a_logon_long_after_the_last_sign_of_life_is_not_the_tunnels() -> None:
    sessions = build([opened(0), sighting("account.logged_on", 5000, address=None)], LIMITS)
    assert sessions[0].activity == []


def test_two_technicians_behind_one_address_are_kept_apart_by_session_id_and_merged_by_address() -> None:
    one, two = {"session_id": "a"}, {"session_id": "b"}
    mixed = [opened(0, **one), opened(60, **two), closed(100, **one), closed(4000, **two)]
    assert spans(mixed) == [(0, 4000, "recorded")]


def test_a_reconnect_storm_is_one_session_that_counts_its_parts() -> None:
    storm = [make(100 * n + shift) for n in range(20) for make, shift in ((opened, 0), (closed, 60))]
    sessions = build(storm, LIMITS)
    assert [(s.parts, s.judged.length) for s in sessions] == [(20, (1900 + 60) * SECOND)]


def test_a_session_longer_than_the_cap_is_cut_and_goes_on_with_each_school_day() -> None:
    hours = [sighting("tunnel.reported", 3600 * n) for n in range(10, 70)]
    starts = [s.started_at // HOUR for s in build([opened(36000), *hours], LIMITS)]
    assert starts == [10, 34, 48]


def test_a_tunnel_older_than_memory_is_cut_at_the_same_instants_as_by_who_remembers() -> None:
    hours = [sighting("tunnel.reported", 3600 * n) for n in range(10, 70)]
    remembers = build([opened(36000), *hours], replace(LIMITS, known_from=-DAY))
    forgot = build([h for h in hours if h.at >= DAY], replace(LIMITS, known_from=DAY))
    of_day_two = [[s.started_at for s in known if s.started_at >= 2 * DAY] for known in (remembers, forgot)]
    assert of_day_two[0] == of_day_two[1] == [2 * DAY]


KINDS = st.sampled_from([*sorted(TUNNEL), "connection.recorded", "account.logged_on"])
STORIES = st.lists(st.tuples(KINDS, st.integers(0, 9000), st.sampled_from(["a", "b", None])), max_size=12, unique=True)


def story(told: list[tuple[str, int, str | None]]) -> list[Sighting]:
    return [sighting(kind, seconds, session_id=name) for kind, seconds, name in told]


def shape(sessions: list[Session]) -> list[tuple[Any, ...]]:
    return [(s.started_at, s.last_at, s.ended_at, s.close, [x.event_id for x in s.sightings]) for s in sessions]


@given(STORIES, st.randoms())
def test_the_order_of_arrival_does_not_matter(told: list[tuple[str, int, str | None]], chance: random.Random) -> None:
    sightings = story(told)
    shuffled = chance.sample(sightings, len(sightings))
    assert shape(build(sightings, LIMITS)) == shape(build(shuffled, LIMITS))


@given(STORIES)
def test_sessions_from_one_address_never_overlap(told: list[tuple[str, int, str | None]]) -> None:
    sessions = build(story(told), LIMITS)
    ends = [s.ended_at + LIMITS.merge for s in sessions]
    assert all(end < after.started_at for end, after in zip(ends, sessions[1:], strict=False))


@given(STORIES)
def test_every_tunnel_sighting_belongs_to_exactly_one_session(told: list[tuple[str, int, str | None]]) -> None:
    sightings = story(told)
    kept = sorted(s.event_id for session in build(sightings, LIMITS) for s in session.tunnel)
    assert kept == sorted(s.event_id for s in sightings if s.kind in TUNNEL)
