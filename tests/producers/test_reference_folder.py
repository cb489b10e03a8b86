"""Reference CSVs as districts write them: what is read, and what is wrong in which line and column."""

from hypothesis import given
from hypothesis import strategies as st

from producers.reference_folder import load
from tests.support.loads import ZONE, first, fold, rows, said


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_data() -> None:
    loaded = load({"accounts.csv": b"\xef\xbb\xbfaccount,kind\r\nvtech,vendor\r\n"}, ZONE)
    assert said(loaded) == []
    assert [fact.row for fact in rows(loaded)] == [{"account": "vtech", "kind": "vendor"}]


def test_a_bad_row_is_named_by_file_line_and_column_and_the_rest_is_loaded() -> None:
    loaded = first(accounts="account,kind\nvtech,vendor\nbob,wizard\n,personal\ntbell,personal\n")
    assert [fact.key for fact in rows(loaded)] == ["vtech", "tbell"]
    assert [(p.file, p.line, p.column) for p in loaded.errors] == [
        ("accounts.csv", 3, "kind"),
        ("accounts.csv", 4, "account"),
    ]


def test_every_bad_column_of_a_row_is_named() -> None:
    loaded = first(devices="device_id,class,mac,valid_from\n,sofa,zz,yesterday\n")
    assert [problem.column for problem in loaded.errors] == ["device_id", "class", "valid_from", "mac"]


def test_strict_loads_nothing_when_a_row_is_bad() -> None:
    loaded = load({"accounts.csv": b"account,kind\nvtech,vendor\nbob,wizard\n"}, ZONE, strict=True)
    assert loaded.facts == []
    assert len(loaded.errors) == 1


def test_unknown_columns_get_one_warning_and_lose_no_row() -> None:
    loaded = first(accounts="account,kind,shoe size,hat\na,personal,42,7\nb,personal,43,8\n")
    assert len(rows(loaded)) == 2
    assert loaded.errors == []
    assert said(loaded) == ["accounts.csv:1: unknown columns are ignored: shoe size, hat; leave them out of the export"]


def test_a_line_number_counts_lines_inside_quotes() -> None:
    loaded = first(vendors='vendor,name\nacme,"Acme\nHeating\nand Air"\n,nobody\n')
    assert [problem.line for problem in loaded.errors] == [5]


def test_a_row_that_is_not_utf8_is_bad_and_the_next_one_is_not() -> None:
    loaded = load({"vendors.csv": b"vendor,name\nacme,Caf\xe9\nglobex,Caf\xc3\xa9\n"}, ZONE)
    assert [(p.line, p.column) for p in loaded.errors] == [(2, "name")]
    assert [fact.key for fact in rows(loaded)] == ["globex"]


def test_utf16_is_refused_with_what_to_do() -> None:
    loaded = load({"vendors.csv": "vendor\nacme\n".encode("utf-16")}, ZONE)
    assert said(loaded) == ["vendors.csv: is UTF-16; save it as UTF-8"]


def test_a_row_with_more_values_than_columns_is_bad() -> None:
    assert [problem.line for problem in first(vendors="vendor,name\nacme,Acme, Inc.\n").errors] == [2]


def test_a_header_without_a_required_column_is_one_problem_not_a_thousand() -> None:
    loaded = first(accounts="person,kind\n" + "p,personal\n" * 50)
    assert [(p.line, p.column) for p in loaded.errors] == [(1, "account")]


def test_a_second_row_of_one_key_that_says_something_else_is_refused() -> None:
    loaded = first(accounts="account,kind\nvtech,vendor\nVTECH,service\nvtech,vendor\n")
    assert len(rows(loaded)) == 1
    assert [problem.line for problem in loaded.errors] == [3]
    assert "line 2" in loaded.errors[0].problem


def test_a_date_may_be_a_holiday_on_which_the_office_is_closed_too() -> None:
    loaded = first(calendar="date,kind\n2026-11-26,holiday\n2026-11-26,office_closed\n")
    assert loaded.errors == []
    assert fold(loaded).calendar_rows("2026-11-26")[0].kinds == ("holiday", "office_closed")


def test_a_table_with_a_header_only_is_there_and_empty() -> None:
    loaded = first(networks="cidr,kind\n")
    assert fold(loaded).known("networks")
    assert not fold(loaded).known("devices")


def test_a_file_of_no_table_is_said_and_not_read() -> None:
    assert [problem.warning for problem in first(courses="sourcedId\nc1\n").problems] == [True]


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(noise: bytes) -> None:
    loaded = load({"accounts.csv": b"account,kind\nvtech,vendor\n" + noise}, ZONE)
    assert rows(loaded)[:1] or loaded.errors
