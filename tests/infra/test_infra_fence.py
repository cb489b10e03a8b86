"""What SQL may not reach through the embedded ClickHouse, and beside each attack a twin that must go on working."""

import base64
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import clickhouse_connect
import pytest
import yaml
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.home import Home
from infra.local.stack import PROJECT, Stack
from tests.infra.test_infra_clickhouse import key, post, proof

SECRET = "/etc/hostname"
CANARY = Path(SECRET)


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """A client in a database of its own, with one table."""
    with clickhouse_connect.get_client(dsn=stack.clickhouse_url, **key(stack)) as first:
        first.command("DROP DATABASE IF EXISTS fence")
        first.command("CREATE DATABASE fence")
    with clickhouse_connect.get_client(dsn=stack.clickhouse_url, database="fence", **key(stack)) as ours:
        ours.command("CREATE TABLE t (n Int64, url String, file String) ENGINE = MergeTree ORDER BY n")
        ours.command("INSERT INTO t VALUES (1, 'file(', 'url(')")
        yield ours


ATTACKS = yaml.safe_load(Path(__file__).with_name("fence_attacks.yaml").read_text())


@pytest.mark.parametrize("attack", [one["attack"] for one in ATTACKS])
def test_an_attack_is_refused(client: Client, tmp_path: Path, attack: str) -> None:
    target = tmp_path / "written"
    with pytest.raises(DatabaseError) as caught:
        client.command(attack.format(f=SECRET, w=target))
    assert caught.value.code in (497, 48, 62), str(caught.value)
    assert CANARY.read_text().strip() not in str(caught.value)
    assert not target.exists()


@pytest.mark.parametrize("twin", [one["twin"] for one in ATTACKS])
def test_its_twin_works(client: Client, twin: str) -> None:
    client.command(twin.format(f=SECRET))


@pytest.mark.parametrize("name", ["format_schema", "input_format_record_errors_file_path", "dialect", "url_base"])
def test_a_setting_of_the_request_names_no_file_either(client: Client, name: str) -> None:
    with pytest.raises(DatabaseError, match="Not enough privileges"):
        client.command("SELECT 1", settings={name: "kusto"})
    client.command("SELECT 1", settings={"max_threads": 1, "log_comment": name})


def test_a_parameter_is_no_path(client: Client) -> None:
    with pytest.raises(DatabaseError, match="Not enough privileges"):
        client.query("SELECT * FROM {x:Identifier}", {"x": SECRET})
    assert client.query("SELECT count() > 0, {y:String} FROM {x:Identifier}", {"x": "t", "y": SECRET}).result_rows


def test_rows_in_the_body_are_never_computed(client: Client) -> None:
    with pytest.raises(DatabaseError):
        client.raw_insert("t", ["n", "url", "file"], f"(8, file('{SECRET}'), '')", fmt="Values")
    client.raw_insert("t", ["n", "url", "file"], "(8, 'file(', '')", fmt="Values")


def test_the_file_of_the_rows_is_read_once_and_in_its_place(client: Client) -> None:
    """An attack on the place where our own file() is put in: a text that ends where a heredoc began."""
    sql = "INSERT INTO t SELECT 1, $$ ' $$, ' input( ' || file('{f}') || ' ' FROM input('a Int8') FORMAT CSV"
    with pytest.raises(DatabaseError):
        client.command(sql.format(f=SECRET), data="1\n")
    with pytest.raises(DatabaseError):
        client.command("INSERT INTO t SELECT 1, '', line FROM file('/proc/self/fd/rows', 'CSV', 'a Int8')", data="1\n")
    client.command("INSERT INTO t SELECT a, $$ '' $$, 'input(' FROM input('a Int8') FORMAT CSV", data="9\n")


SQL_WORDS = """SELECT
INSERT INTO FROM file( `file`( url( ( ) ' " ` $$ , ; VALUES SETTINGS FORMAT /* */ -- '/etc/hostname'
`/etc/hostname` t n 1 AS INFILE input( CSV UNION ALL WITH x = \\ IN"""
WORDS = st.sampled_from([*SQL_WORDS.split(), "\n"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=14))
def test_whatever_is_put_together_nothing_of_the_file_comes_out(client: Client, words: list[str]) -> None:
    sql = "SELECT " + " ".join(words)
    try:
        said = str(client.raw_query(sql, fmt="TSVRaw"))
    except DatabaseError as error:
        said = str(error)
    assert CANARY.read_text().strip() not in said.replace(SECRET, "")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-ClickHouse-User": "", "X-ClickHouse-Key": ""},
        {"X-ClickHouse-User": "default", "X-ClickHouse-Key": "wrong"},
        {"X-ClickHouse-User": "root", "X-ClickHouse-Key": "{secret}"},
        {"Authorization": "Basic " + base64.b64encode(b"default:wrong").decode()},
        {"Authorization": "Basic !!"},
        {"Authorization": "Bearer {secret}"},
    ],
)
def test_without_the_password_nothing_is_answered(stack: Stack, headers: dict[str, str]) -> None:
    secret = stack.settings().clickhouse_password
    given = dict.fromkeys(proof(stack), "") | {name: value.format(secret=secret) for name, value in headers.items()}
    response, words = post(stack, b"SELECT 1", given)
    assert (response.status, response.headers["X-ClickHouse-Exception-Code"]) == (403, "516"), words
    assert secret not in words.decode()


def test_each_way_of_giving_the_password_is_taken(stack: Stack) -> None:
    secret = stack.settings().clickhouse_password
    basic = base64.b64encode(f"default:{secret}".encode()).decode()
    ways: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"Authorization": f"Basic {basic}"}, {}),
        ({"X-ClickHouse-Key": secret}, {}),
        ({}, {"user": "default", "password": secret}),
    ]
    for headers, parameters in ways:
        assert _bare(stack, headers, parameters) == (200, b"1\n")
    assert _bare(stack, ways[0][0], ways[2][1])[0] == 403, "two ways at once"


def _bare(stack: Stack, headers: dict[str, str], parameters: dict[str, str]) -> tuple[int, bytes]:

    connection = http.client.HTTPConnection(str(urlsplit(stack.clickhouse_url).netloc), timeout=30)
    connection.request("POST", f"/?{urlencode(parameters)}", b"SELECT 1", headers)
    response = connection.getresponse()
    return response.status, response.read()


def test_a_home_is_its_owners_alone_and_an_older_one_is_corrected(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "clickhouse" / "data").mkdir(parents=True)
    part = folder / "clickhouse" / "data" / "part.bin"
    part.write_bytes(b"x")
    for path in (folder, part, part.parent):
        path.chmod(0o755)
    outside = tmp_path / "outside"
    outside.write_bytes(b"")
    outside.chmod(0o644)
    (folder / "link").symlink_to(outside)
    home = Home(folder)
    home.create()
    secret = home.secret
    assert len(secret) >= 40
    assert {oct(path.stat().st_mode & 0o077) for path in (folder, part, part.parent, home.secret_file)} == {"0o0"}
    assert outside.stat().st_mode & 0o077
    home.create()
    assert home.secret == secret
    assert Home(_made(tmp_path / "other")).secret != secret


def _made(folder: Path) -> Path:
    Home(folder).create()
    return folder


CONFINED = """
import socket, sys
from pathlib import Path
from infra.local.confinement import confine
own, other = Path(sys.argv[1]), Path(sys.argv[2])
version = confine([own], [Path(place) for place in (sys.prefix, sys.base_prefix, "/usr", "/lib")])
def able(what):
    try:
        what()
        return True
    except PermissionError:
        return False
def connect():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[3])), timeout=2)
    except ConnectionRefusedError:
        pass
(own / "a").write_text("x")
print(version, able(lambda: other.read_text()), able(lambda: (other.parent / "new").write_text("x")), able(connect))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is the Linux kernel's")
def test_a_confined_process_reads_writes_and_reaches_nothing_else(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other.txt"
    own.mkdir()
    other.write_text("x")
    command = [sys.executable, "-c", CONFINED, str(own), str(other), "9"]
    said: Any = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
    if int(said[0]) < 4:
        pytest.skip(f"this kernel's Landlock is of version {said[0]}")
    assert said[1:] == ["False", "False", "False"]
    assert os.path.exists(own / "a")


FILTER_ATTACKS = [
    "{'t': '1 IN (SELECT 1 FROM file(\\'/etc/hostname\\', LineAsString))'}",
    "{'t': 'n = length(file(\\'/etc/hostname\\'))'}",
    "{'t': '1) UNION ALL SELECT * FROM file(\\'/etc/hostname\\', LineAsString) WHERE (1'}",
    "{'t': '1', 'u': '1 IN (SELECT 1 FROM url(\\'http://127.0.0.1/\\', LineAsString))'}",
    "{'t': '\\x66ile(\\'/etc/hostname\\') = \\'\\''}",
    "map('t', 'n = length(file(''/etc/hostname''))')",
    "{'t': 'n = 1",
]


@pytest.mark.parametrize("value", FILTER_ATTACKS)
def test_a_filter_on_a_table_reaches_nothing_outside(client: Client, value: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        client.query("SELECT n FROM t", settings={"additional_table_filters": value})
    assert caught.value.code in (497, 48, 62), str(caught.value)


def test_a_filter_on_a_table_holds_what_its_rows_must_be(client: Client) -> None:
    for condition, rows in (("n = 1", [(1,)]), ("url = \\'file(\\'", [(1,)]), ("n = 2", [])):
        answer = client.query("SELECT n FROM t", settings={"additional_table_filters": f"{{'t': '{condition}'}}"})
        assert answer.result_rows == rows
