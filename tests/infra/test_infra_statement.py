"""Where the SQL of a request ends and an INSERT's rows begin."""

import pytest

from infra.local.statement import data_insert, needs_session, result_format, streams


@pytest.mark.parametrize(
    ("head", "sql", "data"),
    [
        (
            b"INSERT INTO t FORMAT Native\n\x01\x02",
            "INSERT INTO t FROM INFILE 'F' COMPRESSION 'none' FORMAT Native",
            28,
        ),
        (
            b"insert into t (a, b) format CSV 1,2",
            "insert into t (a, b) FROM INFILE 'F' COMPRESSION 'none' format CSV",
            32,
        ),
        (
            b"INSERT INTO `FORMAT x` (`a)b`) FORMAT TSV\n1",
            "INSERT INTO `FORMAT x` (`a)b`) FROM INFILE 'F' COMPRESSION 'none' FORMAT TSV",
            42,
        ),
        (
            b"/* SELECT */ INSERT INTO t -- VALUES\n SETTINGS x=1 FORMAT JSONEachRow\n{}",
            "/* SELECT */ INSERT INTO t -- VALUES\n FROM INFILE 'F' COMPRESSION 'none' SETTINGS x=1 FORMAT JSONEachRow",
            70,
        ),
        (
            b"INSERT INTO t SELECT a + 1 FROM input('a UInt8') WHERE a FORMAT CSV\n7",
            "INSERT INTO t SELECT a + 1 FROM file('F', 'CSV', 'a UInt8') WHERE a ",
            68,
        ),
    ],
)
def test_an_insert_is_split_from_its_rows(head: bytes, sql: str, data: int) -> None:
    insert = data_insert(head)
    assert insert is not None
    assert (insert.sql("F"), insert.data_at) == (sql, data)


@pytest.mark.parametrize(
    "head",
    [
        b"SELECT 1 FORMAT Native",
        b"INSERT INTO t VALUES (1, 'FORMAT CSV')",
        b"INSERT INTO t SELECT * FROM u",
        b"INSERT INTO t SELECT format('{}', a) FROM u",
        b"",
    ],
)
def test_a_whole_statement_is_left_alone(head: bytes) -> None:
    assert data_insert(head) is None


def test_rows_that_begin_with_a_blank_line_keep_it() -> None:
    insert = data_insert(b"INSERT INTO t FORMAT Native\n\n\x01")
    assert insert is not None
    assert insert.data_at == 28


@pytest.mark.parametrize(
    "text", ["SET a = 1", " use x", "-- x\nCREATE TEMPORARY TABLE t (a Int8)", "BEGIN TRANSACTION"]
)
def test_a_statement_that_needs_a_session_is_named(text: str) -> None:
    assert needs_session(text)


@pytest.mark.parametrize("text", ["SELECT 1", "CREATE TABLE temporary (a Int8)", "SHOW CREATE TEMPORARY TABLE t"])
def test_other_statements_need_none(text: str) -> None:
    assert not needs_session(text)


def test_the_format_of_the_statement_comes_before_that_of_the_request() -> None:
    assert result_format("SELECT 'FORMAT x' FORMAT JSON;", "TSV") == "JSON"
    assert result_format("SELECT 'FORMAT x'", "TSV") == "TSV"


def test_totals_are_never_streamed_since_the_engine_would_leave_them_out() -> None:
    assert streams("SELECT a FROM t", "Native", {})
    assert not streams("SELECT a, sum(b) FROM t GROUP BY a WITH TOTALS", "Native", {})
    assert not streams("SELECT a FROM t", "Native", {"extremes": "1"})
    assert not streams("SELECT a FROM t", "JSON", {})
