"""The gateway, spoken to by an unmodified clickhouse-connect over HTTP."""

import datetime
import gzip
import http.client
import json
import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlencode, urlsplit

import clickhouse_connect
import lz4.frame
import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError

from infra.local.stack import Stack

UTC = datetime.UTC


def connect(stack: Stack, **options: Any) -> Client:
    return clickhouse_connect.get_client(dsn=stack.clickhouse_url, **key(stack), **options)


def key(stack: Stack) -> dict[str, str]:
    settings = stack.settings()
    return {"username": settings.clickhouse_user, "password": settings.clickhouse_password}


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """A client in a database of its own."""
    name = f"t{uuid.uuid4().hex[:12]}"
    with connect(stack) as first:
        first.command(f"CREATE DATABASE {name}")
        with connect(stack, database=name) as ours:
            yield ours
        first.command(f"DROP DATABASE {name}")


def proof(stack: Stack) -> dict[str, str]:
    return {"X-ClickHouse-User": "default", "X-ClickHouse-Key": stack.settings().clickhouse_password}


def post(stack: Stack, body: bytes, headers: dict[str, str] | None = None, **parameters: str) -> tuple[Any, bytes]:
    """A bare HTTP request, for what clickhouse-connect would never send."""
    connection = http.client.HTTPConnection(str(urlsplit(stack.clickhouse_url).netloc), timeout=30)
    connection.request("POST", f"/?{urlencode(parameters)}", body, {**proof(stack), **(headers or {})})
    response = connection.getresponse()
    return response, response.read()


def test_values_of_many_types_come_back_as_they_went(client: Client) -> None:
    client.command(
        "CREATE TABLE t (n UInt64, s String, l LowCardinality(String), d DateTime64(3, 'UTC'), a Array(String),"
        " m Map(String, Int32), i IPv4, o Nullable(Float64), e Decimal(9, 2), u UUID, b Bool)"
        " ENGINE = MergeTree ORDER BY n"
    )
    at = datetime.datetime(2026, 3, 8, 2, 30, 0, 123000, tzinfo=UTC)
    row = [2**63, "ü\t'\\\n", "low", at, ["x", ""], {"k": -1}, IPv4Address("192.0.2.7"), None, Decimal("1.25")]
    row += [uuid.UUID(int=7), True]
    client.insert("t", [row, [*row[:1], "", *row[2:]]])
    found = client.query("SELECT * FROM t ORDER BY s DESC", tz_mode="aware").result_rows
    assert [list(line) for line in found] == [row, [*row[:1], "", *row[2:]]]


@pytest.mark.parametrize("compress", [False, "lz4", "zstd", "gzip"])
def test_an_insert_of_many_blocks_arrives_whole_under_every_compression(
    stack: Stack, client: Client, compress: Any
) -> None:
    client.command("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    # Rows this wide make clickhouse-connect cut some thirty blocks, each a frame of its own.
    rows = [[n, f"{n:0500d}"] for n in range(60_000)]
    with connect(stack, database=client.database, compress=compress) as other:
        summary = other.insert("t", rows)
        assert other.query("SELECT count(), sum(n), uniqExact(s) FROM t").result_rows == [(60_000, 1799970000, 60_000)]
    assert summary.written_rows == 60_000


def test_frames_that_another_client_concatenates_are_all_read(stack: Stack, client: Client) -> None:
    client.command("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
    body = b"".join(lz4.frame.compress(json.dumps({"n": n}).encode() + b"\n") for n in range(100))
    sql = f"INSERT INTO {client.database}.t FORMAT JSONEachRow"
    response, _ = post(stack, body, {"Content-Encoding": "lz4"}, query=sql)
    assert json.loads(response.headers["X-ClickHouse-Summary"])["written_rows"] == "100"
    assert client.command("SELECT count() FROM t") == 100


@pytest.mark.parametrize("damage", [b"garbage", gzip.compress(b'{"n":2}', mtime=0)[:-4]], ids=["garbage", "cut gzip"])
def test_a_damaged_body_is_refused_and_none_of_it_inserted(stack: Stack, client: Client, damage: bytes) -> None:
    client.command("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
    body = gzip.compress(b'{"n":1}\n') + damage
    sql = f"INSERT INTO {client.database}.t FORMAT JSONEachRow"
    response, words = post(stack, body, {"Content-Encoding": "gzip"}, query=sql)
    assert (response.status, response.headers["X-ClickHouse-Exception-Code"]) == (400, "117"), words
    assert client.command("SELECT count() FROM t") == 0


def test_one_bad_row_among_many_inserts_none(client: Client) -> None:
    client.command("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
    block = b'{"n":1}\n' * 300_000 + b'{"n":"x"}\n'
    with pytest.raises(DatabaseError):
        client.raw_insert("t", insert_block=block, fmt="JSONEachRow")
    assert client.command("SELECT count() FROM t") == 0


def test_an_insert_is_one_part(client: Client) -> None:
    client.command("CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
    client.insert_arrow("t", pa.table({"n": pa.array(range(5_000_000), pa.uint64())}))
    parts = "SELECT name, rows FROM system.parts WHERE database = currentDatabase()"
    assert client.query(parts).result_rows == [("all_1_1_0", 5_000_000)]  # not merged into one afterwards


def test_rows_can_be_transformed_on_their_way_in(client: Client) -> None:
    client.command("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    sql = "INSERT INTO t SELECT n * 2, upper(s) FROM input('n UInt64, s String') FORMAT JSONEachRow"
    client.command(sql, data='{"n": 21, "s": "a"}\n{"n": 1, "s": "b"}\n')
    assert client.query("SELECT * FROM t").result_rows == [(2, "B"), (42, "A")]


def test_values_in_the_statement_and_an_empty_body_are_inserts_too(client: Client) -> None:
    client.command("CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    client.command("INSERT INTO t VALUES (1, 'FORMAT CSV'), (2, '(')")
    client.raw_insert("t", insert_block=b"", fmt="JSONEachRow")
    assert client.query("SELECT * FROM t").result_rows == [(1, "FORMAT CSV"), (2, "(")]


def test_parameters_are_values_and_never_sql(client: Client) -> None:
    nasty = "'; DROP TABLE t; -- \\ \n\t{x:String} \x00 ü"
    sql = "SELECT {x:String}, {y:Array(String)}, {z:DateTime64(3)}, {i:Identifier} FROM (SELECT 1 AS one)"
    at = datetime.datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
    found = client.query(sql, {"x": nasty, "y": [nasty, ""], "z": at, "i": "one"}, tz_mode="aware")
    assert found.result_rows == [(nasty, [nasty, ""], at, 1)]


def test_a_long_list_of_parameters_fits(client: Client) -> None:
    ids = [f"{n:064d}" for n in range(5_000)]
    assert client.query("SELECT length({ids:Array(String)})", {"ids": ids}).result_rows == [(5_000,)]


def test_settings_hold_for_one_statement_only(client: Client) -> None:
    sql = "SELECT getSetting('max_block_size'), getSetting('max_threads')"
    assert client.query(sql, settings={"max_block_size": 7, "max_threads": 1}).result_rows == [(7, 1)]
    assert client.query(sql).result_rows[0][0] != 7


def test_an_unknown_setting_is_an_error(client: Client) -> None:
    with pytest.raises(DatabaseError) as caught:
        client.command("SELECT 1", settings={"no_such_setting": 1})
    assert caught.value.code == 115


@pytest.mark.parametrize(
    ("sql", "code", "status"),
    [
        ("SELEKT 1", 62, 400),
        ("SELECT * FROM no_such_table", 60, 404),
        ("SELECT no_such_column", 47, 404),
        ("SELECT toUInt8('x')", 6, 400),
        ("SELECT throwIf(1, 'stop')", 395, 500),
        ("SELECT 1; SELECT 2", 62, 400),
        (
            "SELECT sleep(3) SETTINGS max_execution_time = 1, function_sleep_max_microseconds_per_block = 5000000",
            159,
            408,
        ),
    ],
)
def test_errors_have_clickhouse_codes_and_statuses(stack: Stack, sql: str, code: int, status: int) -> None:
    response, words = post(stack, sql.encode(), query_id="q-7")
    assert (response.status, response.headers["X-ClickHouse-Exception-Code"]) == (status, str(code)), words
    assert words.decode().startswith(f"Code: {code}. DB::Exception: ")
    assert response.headers["X-ClickHouse-Query-Id"] == "q-7"


@pytest.mark.parametrize(
    "sql", ["SET max_threads = 1", "USE system", "CREATE TEMPORARY TABLE x (a Int8)", "BEGIN TRANSACTION"]
)
def test_what_needs_a_session_is_refused_in_words_though_a_session_id_is_taken(stack: Stack, sql: str) -> None:
    with connect(stack, session_id="s-1") as client, pytest.raises(DatabaseError, match="no session state") as caught:
        client.command(sql)
    assert caught.value.code == 48


def test_files_of_the_machine_are_not_written(stack: Stack, client: Client) -> None:
    with pytest.raises(DatabaseError, match="client's business"):
        client.command("SELECT 1 INTO OUTFILE '/tmp/never'")


def test_an_answer_larger_than_memory_should_hold_is_streamed(client: Client) -> None:
    rows = 0
    with client.query_row_block_stream("SELECT number, toString(number) FROM numbers(1000000)") as stream:
        for block in stream:
            rows += len(block)
    assert rows == 1_000_000


def test_an_error_in_the_middle_of_a_stream_reaches_the_reader(client: Client) -> None:
    sql = "SELECT number, throwIf(number = 900000, 'too far') FROM numbers(1000000) SETTINGS max_block_size = 1000"
    with pytest.raises(StreamFailureError, match="too far"), client.query_row_block_stream(sql) as stream:
        for _ in stream:
            pass


def test_a_stream_that_failed_does_not_look_finished(stack: Stack) -> None:
    sql = b"SELECT number, throwIf(number = 900000, 'too far') FROM numbers(1000000) SETTINGS max_block_size = 1000"
    with pytest.raises(http.client.IncompleteRead):
        post(stack, sql, default_format="Native")


def test_totals_are_part_of_an_answer(client: Client) -> None:
    sql = "SELECT number % 2 AS k, count() FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k"
    assert client.raw_query(sql, fmt="TabSeparated") == b"0\t5\n1\t5\n\n0\t10\n"


def test_other_faces_of_a_result_work(client: Client) -> None:
    assert client.query_arrow("SELECT number AS n FROM numbers(3)").column("n").to_pylist() == [0, 1, 2]
    assert list(client.query_df("SELECT number AS n FROM numbers(3)")["n"]) == [0, 1, 2]
    assert client.query("SELECT 1 AS x LIMIT 0").column_names == ("x",)
    assert client.query("SELECT 1 AS x WHERE 0").result_rows == []
    assert json.loads(client.raw_query("SELECT 1 AS x", fmt="JSON"))["data"] == [{"x": 1}]
    assert client.ping()


def test_a_link_changes_nothing(stack: Stack, client: Client) -> None:
    connection = http.client.HTTPConnection(str(urlsplit(stack.clickhouse_url).netloc), timeout=30)
    query = urlencode({"query": f"CREATE TABLE {client.database}.t (n Int8) ENGINE = Memory"})
    connection.request("GET", f"/?{query}", headers=proof(stack))
    response = connection.getresponse()
    assert response.headers["X-ClickHouse-Exception-Code"] == "164", response.read()
    assert client.command("EXISTS TABLE t") == 0


@pytest.mark.parametrize(
    "mark", [{"Origin": "https://example.org"}, {"Host": "rebound.example"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_web_page_is_refused(stack: Stack, mark: dict[str, str]) -> None:
    response, words = post(stack, b"SELECT 1", mark)
    assert response.status == 403, words


def test_several_clients_at_once_each_get_their_own_answers(stack: Stack, client: Client) -> None:
    client.command("CREATE TABLE t (who UInt8, n UInt64) ENGINE = MergeTree ORDER BY (who, n)")
    wrong: list[Any] = []

    def work(who: int) -> None:
        with connect(stack, database=client.database) as own:
            for turn in range(8):
                own.insert("t", [[who, turn * 500 + n] for n in range(500)])
                found = own.query("SELECT count(), min(who), max(who) FROM t WHERE who = {who:UInt8}", {"who": who})
                wrong.extend(row for row in found.result_rows if row != (500 * (turn + 1), who, who))

    threads = [threading.Thread(target=work, args=(who,)) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert client.query("SELECT count(), uniqExact(who, n) FROM t").result_rows == [(24_000, 24_000)]


async def test_the_asynchronous_client_works_too(stack: Stack) -> None:
    address = urlsplit(stack.clickhouse_url)
    async with await clickhouse_connect.get_async_client(
        host=address.hostname, port=address.port, **key(stack)
    ) as client:
        assert (await client.query("SELECT {x:Int8} + 1", {"x": 1})).result_rows == [(2,)]
