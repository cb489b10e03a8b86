"""What a load could not read of a table is told to the judge, shows in findings, and is taken back once it is read."""

from zoneinfo import ZoneInfo

import msgspec
import pytest

from model.batch import Fact
from model.spelling import meant
from model.tables import UNREAD
from model.violation import decode_violation
from producers.reference_csv import read_table
from producers.reference_folder import Load, decode_shelf, encode_shelf, load, unread
from streams.engine.engine import Engine
from streams.engine.whole import judge_whole
from tests.streams.test_worker import log_of
from tests.support.loads import T1, T2, ZONE, first, fold, later, rows
from tests.support.small_district import DISTRICT, fact_batch

HEAD = "approval_id,kind,vendor,state,valid_from,valid_to\n"
GOOD = "A1,vendor_access,acme,approved,2026-03-04T09:55,2026-03-04T11:05\n"
LONDON = ZoneInfo("Europe/London")


def said(*loads: Load) -> list[str]:
    return [text for row in fold(*loads).unread(["approvals", "accounts"]) for text in row.said]


def test_a_row_that_was_dropped_is_told_with_its_line_column_and_value() -> None:
    text = HEAD + "A1,vendor_access,acme,approved,03/04/2026 1:00 PM,\n"
    told = load({"approvals.csv": text.encode()}, LONDON)
    assert said(told) == ['approvals: 1 row could not be read: line 2, valid_from "03/04/2026 1:00 PM"']
    assert "may be March 4 or April 3" in str(told.errors[0])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A1,vendor_acess,acme,approved,,\n", 'line 2, kind "vendor_acess"'),
        ("A1,vendor_access,acme,,soon,\n", 'line 2, state is empty, valid_from "soon"'),
        ("A1,vendor_access,acme,approved,,,more\n", "line 2, has 7 values, the header 6"),
        ('A1,vendor_access,acme,approved,"a\nb",\n', 'line 2, valid_from "a\\nb"'),
    ],
)
def test_every_way_to_lose_a_row_is_told_in_one_line(row: str, told: str) -> None:
    assert said(first(approvals=HEAD + row)) == [f"approvals: 1 row could not be read: {told}"]


def test_a_header_that_lacks_a_column_loses_every_row_and_says_so() -> None:
    loaded = first(approvals="approval_id,vendor,state\nA1,acme,approved\nA2,acme,approved\n")
    assert said(loaded) == [
        "approvals: the header lacks kind, without which no row says anything; 2 rows could not be read"
    ]


@pytest.mark.slow
def test_a_hundred_thousand_bad_rows_give_a_count_and_the_first_few() -> None:
    loaded = first(approvals=HEAD + "A1,vendor_access,acme,aproved,soon,\n" * 100_000)
    fact = next(fact for fact in loaded.facts if fact.table == UNREAD.name)
    assert len(msgspec.json.encode(fact)) < 1_000
    assert said(loaded)[0].startswith("approvals: 100,000 rows could not be read: line 2, ")
    assert said(loaded)[0].endswith("; and 99,995 more")
    assert len(loaded.problems) == 1_001


def test_it_is_taken_back_once_the_row_is_read_and_known_as_it_was_before() -> None:
    bad = first(approvals=HEAD + "A1,vendor_access,acme,approved,soon,\n", accounts="account,kind\n")
    well = later(bad, approvals=HEAD + GOOD)
    assert said(bad) != []
    assert said(bad, well) == []
    assert fold(bad, well).as_known_at(T1 - 1).unread(["approvals"]) != []
    again = later(well, T2, approvals=HEAD + "A1,vendor_access,acme,approved,soon,\n")
    assert said(bad, well, again) != []
    assert fold(bad, well, again).as_known_at(T1).unread(["approvals"]) == []


def test_a_load_that_says_nothing_new_tells_nothing() -> None:
    bad = first(approvals=HEAD + "A1,vendor_access,acme,approved,soon,\n")
    assert later(bad, approvals=HEAD + "A1,vendor_access,acme,approved,soon,\n").facts == []
    assert said(bad, later(bad, accounts="account,kind\n")) == said(bad)  # its file is missing: nothing is known of it
    assert said(bad, later(bad, delta=True, approvals=HEAD + GOOD)) == said(bad)  # changes only


def test_the_shelf_keeps_what_is_unread() -> None:
    bad = first(approvals=HEAD + "A1,vendor_access,acme,approved,soon,\n")
    kept = decode_shelf(encode_shelf(bad.shelf))
    assert [text for row in unread(kept) for text in row.said] == said(bad)
    assert unread(later(bad, approvals=HEAD + GOOD).shelf) == []


# Columns


def test_a_column_that_is_nearly_one_of_ours_is_a_mistake_that_findings_show() -> None:
    loaded = first(approvals="approval_id,kind,vendor,state,approverrole\nA1,vendor_access,acme,approved,principal\n")
    assert [str(problem) for problem in loaded.errors] == ["approvals.csv:1: approverrole: did you mean approver_role?"]
    assert len(rows(loaded)) == 1
    assert said(loaded) == ["approvals: column approverrole: did you mean approver_role?"]


def test_rows_whose_end_stands_under_a_mistaken_name_are_not_taken_to_hold_for_ever() -> None:
    loaded = first(approvals=HEAD.replace("valid_to", "vaild_to") + GOOD)
    assert rows(loaded) == []
    assert said(loaded) == ["approvals: column vaild_to: did you mean valid_to?; 1 row could not be read"]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        *(("approverrole", "approver_role"), ("Approver Role", "approver_role"), ("valid_form", "valid_from")),
        *(("knd", "kind"), ("statee", "state"), ("approval id", "approval_id"), ("vendr", "vendor")),
        *(("colour", ""), ("phone", ""), ("ticket", ""), ("approver_2", ""), ("", ""), ("x" * 5_000, "")),
    ],
)
def test_a_slip_of_the_pen_is_told_from_another_name(written: str, known: str) -> None:
    columns = ["approval_id", "kind", "vendor", "approver", "approver_role", "state", "valid_from", "valid_to"]
    assert meant(written, columns) == known


def test_a_column_that_stands_beside_the_one_it_resembles_is_another() -> None:
    loaded = first(users="sourcedId,grades,grade\np1,09,9\n")
    assert loaded.errors == []


def test_times_understood_are_remarked_once_for_each_column() -> None:
    text = HEAD + "A1,vendor_access,acme,approved,3/4/2026 1:00 PM,\nA2,vendor_access,acme,approved,3/5/2026,\n"
    loaded = load({"approvals.csv": text.encode()}, ZONE)
    assert loaded.errors == []
    assert [str(problem) for problem in loaded.problems] == [
        'approvals.csv:2: valid_from: "3/4/2026 1:00 PM" read as March 4, 2026, 1:00 PM, and 1 more like it'
    ]


def test_a_file_that_is_nearly_a_table_is_a_mistake() -> None:
    assert [str(problem) for problem in first(approval=HEAD).errors] == [
        "approval.csv: is no table and is not read; did you mean approvals.csv?"
    ]


# Judgement


def judged(*more: Fact) -> list[tuple[str, list[str]]]:
    log = log_of(40)
    found = judge_whole(lambda: [log[0], fact_batch(list(more)), *log[1:]]).violations
    return [(one.confidence, one.evidence.not_known) for one in found]


def notice(table: str, **more: int) -> Fact:
    row = {"table": table, "rows": "1", "shown": 'line 2, class "sofa"'}
    return Fact(table=UNREAD.name, key=table, row=row, **more)


def test_a_finding_that_asked_the_table_says_so_and_has_low_confidence() -> None:
    ((_, known),) = judged()
    ((confidence, not_known),) = judged(notice("devices"))
    assert confidence == "low"
    assert not_known == [*known, 'devices: 1 row could not be read: line 2, class "sofa"']


def test_a_finding_that_did_not_ask_the_table_is_as_it_was() -> None:
    assert judged(notice("vendors")) == judged()


def test_a_notice_that_was_taken_back_leaves_the_finding_as_it_was() -> None:
    assert judged(notice("devices"), notice("devices", valid_to=T1, recorded_at=T1)) == judged()


def test_what_is_unread_survives_a_restart_of_the_judge() -> None:
    engine = Engine(DISTRICT)
    engine.observe(log_of(0)[0])
    engine.observe(fact_batch([notice("devices")]))
    memories = [(name, value) for name, value in engine.changes() if value is not None]
    again = Engine(DISTRICT)
    again.restore(memories)
    assert [row.table for row in again.reference.unread(["devices"])] == ["devices"]


def test_a_notice_that_comes_later_judges_again_what_asked_the_table() -> None:
    engine = Engine(DISTRICT)
    for batch in log_of(40):
        engine.observe(batch)
    engine.judge()
    assert len(engine.take().violations) == 1
    engine.observe(fact_batch([notice("vendors", recorded_at=T1)]))
    engine.judge()
    assert engine.take().violations == []
    engine.observe(fact_batch([notice("pairings", recorded_at=T1)]))
    engine.judge()
    (line,) = engine.take().violations
    assert decode_violation(line).revision == 2


def test_a_row_that_lost_a_word_and_contradicts_another_is_counted_once() -> None:
    body = b"account,kind,vendor\nvtech,vendor,acme\nvtech,vendr,other\n"
    stated = read_table("accounts", "accounts.csv", body, ZoneInfo("America/Chicago"))
    assert (stated.lost, len(stated.problems)) == (1, 1)
