"""What the page of sources says of one: every record accounted for, how far it was read, whether it is silent."""

from datetime import UTC, datetime

import msgspec

from dashboard.local_time import Wall
from dashboard.parts.clock_list import clock_table, meaning
from dashboard.parts.source_list import Account, account, source_table, spell_table, totals
from storage.queries.sources import Source, Spell

WALL = Wall("America/New_York")
NOON = datetime(2026, 3, 4, 17, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
PROXY = Source(district="d", source_id="proxy1", records=90, unrecognised=5, dead_letters=2, read=100)


def test_what_was_read_and_is_not_stored_anew_was_repeated_or_is_on_its_way() -> None:
    assert account(PROXY) == Account(read=100, recognized=90, unrecognized=5, dead_letters=2, repeated=3)


def test_where_the_judge_has_not_counted_what_is_stored_stands_for_it() -> None:
    assert account(Source(district="d", source_id="s", records=4)) == Account(4, 4, 0, 0, 0)


def test_the_sum_is_said_over_all_sources() -> None:
    assert "200 records read</b> = 180 recognized + 10 unrecognized + 4 dead letters" in totals([PROXY, PROXY])


def test_a_source_that_is_read_says_how_far_and_how_long_ago() -> None:
    one = Source(district="d", source_id="s", reached_at=NOON_MS - 90_000)
    shown = source_table([one], {}, WALL, NOON)
    assert "Mar 4, 2026, 11:58 AM EST" in shown
    assert "1 min" in shown


def test_a_file_that_has_ended_has_no_lag() -> None:
    one = Source(district="d", source_id="s", reached_at=NOON_MS - 90_000, ended=True)
    shown = source_table([one], {}, WALL, NOON)
    assert "its end" in shown
    assert "1 min" not in shown


def test_a_source_that_is_silent_says_since_when_beside_its_name() -> None:
    spell = Spell("d", "proxy1", "2026-03-04T16:00:00.000Z", None)
    assert "silent since Mar 4, 2026, 11:00 AM EST" in source_table([PROXY], {"proxy1": spell}, WALL, NOON)


def test_silences_come_newest_first_and_one_that_lasts_is_measured_to_now() -> None:
    past = Spell("d", "dhcp1", "2026-03-04T13:00:00.000Z", "2026-03-04T13:20:00.000Z")
    lasting = Spell("d", "proxy1", "2026-03-04T16:00:00.000Z", None)
    shown = spell_table([past, lasting], WALL, "2026-03-04T17:00:00.000Z")
    assert shown.index("proxy1") < shown.index("dhcp1")
    assert "silent still" in shown
    assert ">1 h<" in shown
    assert ">20 min<" in shown


LAB = Source(district="d", source_id="lab", sign_ins=240, computers=30, ahead=420_000)


def test_clocks_that_are_right_let_a_finding_say_what_came_first_two_minutes_apart() -> None:
    assert meaning(LAB) == "Which of two records came first is said only if they are more than 2 min apart."


def test_clocks_in_doubt_widen_that_and_the_page_says_how_many_computers_are_off() -> None:
    doubted = msgspec.structs.replace(LAB, off=4, doubt=450_000)
    shown = clock_table([PROXY, doubted])
    assert "4 computers of 30 may be off by more than 2 min." in shown
    assert "more than 8 min apart" in shown
    assert "7 min ahead" in shown


def test_a_source_without_sign_ins_to_compare_is_not_said_to_be_right() -> None:
    shown = clock_table([PROXY])
    assert "proxy1" not in shown
    assert "not measured" in shown
