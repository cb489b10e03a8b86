"""What approvals leave of a session: against instants counted one by one, and by hand. Times are minutes."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.reference import Approval
from streams.patterns.approval_cover import Cover, Grace, Grant, cover, failures, grant_of, why_not
from streams.patterns.intervals import Interval

NO_GRACE = Grace(0, 0)
GRACE = Grace(10, 15, frozenset({"after_hours"}))


def approval(start: int | None, end: int | None, **more: Any) -> Approval:
    said = {"approval_id": "AP", "kind": "vendor_access", "state": "approved", **more}
    return Approval(reference=f"approvals:AP@{start}", valid_from=start, valid_to=end, **said)


def passed(*windows: tuple[int, int], grace: Grace = GRACE, session: tuple[int, int] = (0, 120)) -> Cover:
    """The cover of a session by approvals that pass every test."""
    grants = [grant_of(approval(*window), session[0]) for window in windows]
    return cover(Interval(*session), grants, (), lambda touching, piece: frozenset(), grace)


def left(found: Cover) -> list[tuple[int, int, list[str]]]:
    return [(*segment.interval, sorted(segment.reasons)) for segment in found.uncovered]


def test_a_session_that_no_approval_touches_is_none() -> None:
    assert left(passed((130, 200))) == [(0, 120, ["none"])]


def test_none_has_no_grace() -> None:
    assert left(passed((6, 60), session=(0, 5))) == [(0, 5, ["none"])]


def test_before_the_first_touched_moment_is_early() -> None:
    assert left(passed((11, 120))) == [(0, 11, ["early"])]


def test_after_the_last_and_between_two_is_overrun() -> None:
    assert left(passed((0, 40), (60, 100))) == [(40, 60, ["overrun"]), (100, 120, ["overrun"])]


def test_the_grace_is_a_length_each_stretch_may_have() -> None:
    assert left(passed((10, 40), (55, 105))) == []


def test_a_failed_test_has_no_grace() -> None:
    grants = [grant_of(approval(0, 5), 0), grant_of(approval(5, 120), 0)]
    found = cover(
        Interval(0, 120),
        grants,
        (),
        lambda touching, piece: frozenset({"wrong_approver"}) if piece.start < 5 else frozenset(),
        GRACE,
    )
    assert left(found) == [(0, 5, ["wrong_approver"])]


def evening(granted_until: int, session_until: int) -> Cover:
    """An approval that does not allow after hours, which begin at 60."""
    late = frozenset({"after_hours"})
    grants = [grant_of(approval(0, granted_until), 0)]
    return cover(Interval(0, session_until), grants, (60,), lambda _, p: late if p.start >= 60 else frozenset(), GRACE)


def test_a_quarter_of_an_hour_after_closing_is_within_the_grace() -> None:
    assert left(evening(120, 75)) == []


def test_a_minute_more_is_not() -> None:
    assert left(evening(120, 76)) == [(60, 76, ["after_hours"])]


def test_after_hours_and_uncovered_together_use_the_grace_up_once() -> None:
    assert left(evening(70, 80)) == [(60, 70, ["after_hours"]), (70, 80, ["overrun"])]


def test_after_hours_alone_leans_on_nothing() -> None:
    late = frozenset({"after_hours"})
    found = cover(Interval(0, 5), [grant_of(approval(0, 9), 0)], (), lambda _, p: late, GRACE)
    assert left(found) == [(0, 5, ["after_hours"])]


def test_the_best_of_several_approvals_counts() -> None:
    grants = [Grant(approval(0, 9, approver=name), Interval(0, 9)) for name in ("a", "b")]
    tests = {"a": frozenset({"wrong_approver", "after_hours"}), "b": frozenset({"after_hours"})}
    assert failures(grants, lambda grant: tests[grant.row.approver]) == {"after_hours"}


def test_an_approval_written_down_after_session_and_window_began_is_late() -> None:
    assert grant_of(approval(0, 100, recorded_at=11), 10).late


def test_an_approval_written_down_before_its_own_window_is_not_late() -> None:
    assert not grant_of(approval(50, 100, recorded_at=40), 10).late


def test_a_row_without_a_start_holds_since_it_was_written_down() -> None:
    assert grant_of(approval(None, 100, recorded_at=40), 0).window == Interval(40, 100)


def test_why_an_approval_does_not_touch_is_said_in_words() -> None:
    judged = Interval(50, 60)
    said = [
        why_not(row, judged, str) for row in (approval(0, 50), approval(60, 90), approval(0, 50, ended_by="revoked"))
    ]
    assert said == [
        "it ended on 50, before the session began",
        "it began on 60, after the session",
        "it was revoked on 50, before the session began",
    ]


def test_a_denied_approval_says_so() -> None:
    assert why_not(approval(0, 90, state="denied"), Interval(50, 60), str) == "it is denied"


WINDOWS = st.lists(st.tuples(st.integers(-20, 140), st.integers(1, 60)).map(lambda w: (w[0], w[0] + w[1])), max_size=5)


@given(WINDOWS)
def test_without_grace_exactly_the_instants_of_no_approval_are_left(windows: list[tuple[int, int]]) -> None:
    found = passed(*windows, grace=NO_GRACE)
    bare = {at for at in range(120) if not any(start <= at < end for start, end in windows)}
    assert {at for start, end, _ in left(found) for at in range(start, end)} == bare


@given(WINDOWS)
def test_the_segments_tile_the_session(windows: list[tuple[int, int]]) -> None:
    segments = passed(*windows).segments
    assert (segments[0].interval.start, segments[-1].interval.end) == (0, 120)
    assert all(a.interval.end == b.interval.start for a, b in pairwise(segments))


@given(WINDOWS, st.permutations(range(5)))
def test_the_order_of_approvals_does_not_matter(windows: list[tuple[int, int]], order: list[int]) -> None:
    shuffled = [windows[n] for n in order if n < len(windows)]
    assert left(passed(*windows)) == left(passed(*shuffled))


@given(WINDOWS, st.tuples(st.integers(0, 119), st.integers(1, 60)))
def test_another_approval_never_uncovers_time(windows: list[tuple[int, int]], more: tuple[int, int]) -> None:
    extra = (more[0], more[0] + more[1])
    before, after = passed(*windows, grace=NO_GRACE), passed(*windows, extra, grace=NO_GRACE)
    instants = [{at for s, e, _ in left(found) for at in range(s, e)} for found in (before, after)]
    assert instants[1] <= instants[0]
