"""`hallmonitor parse` and `hallmonitor products`, as a person or a pipe uses them: the real program in a process."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard

from model.event import Event
from producers.catalog import PRODUCTS

CONTRACT = [
    "event_id",
    "source_id",
    "product",
    "category",
    "action",
    "occurred_at",
    "received_at",
    "time_quality",
    "outcome",
    "reason",
    "account",
    "account_domain",
    "target_account",
    "person",
    "device_id",
    "device",
    "mac",
    "address",
    "site",
    "session_id",
    "url",
    "domain",
    "verdict",
    "url_category",
    "bytes_in",
    "bytes_out",
    "user_agent",
    "vendor_action",
    "vendor_code",
    "raw",
]
LINES = (
    b"<38>Mar  4 14:00:00 files1 sshd[1]: Accepted password for tbell from 10.1.2.3 port 51022 ssh2\n"
    b"\n"
    b"not a log line\n"
    b"<38>Mar  4 14:00:01 files1 sshd[1]: message repeated 2 times: [ Failed password for root from 10.1.2.3 port 1]\n"
)


def _run(*arguments: str, stdin: bytes = b"", code: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", *arguments],
        input=stdin,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr.decode()
    return done


def _answers(*arguments: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run("parse", *arguments, stdin=stdin).stdout.splitlines()]


def test_every_record_gives_its_events_in_order_with_every_key_of_the_contract() -> None:
    """Known, refused, and two from one line; null where the record does not say."""
    answers = _answers("sshd", "--received-at", "2026-03-05T00:00:00Z", stdin=LINES)
    assert [answer.get("action", "refused") for answer in answers] == ["account.logged_on", "refused"] + 2 * [
        "account.logged_on"
    ]
    for event in (answers[0], answers[2]):
        assert set(CONTRACT) <= set(Event.__struct_fields__) <= set(event)
        assert event["person"] is None
    assert answers[1]["refused"]
    assert answers[1]["raw"] == "not a log line"
    assert len({answer["event_id"] for answer in answers if "event_id" in answer}) == 3


def test_one_per_record_gives_as_many_lines_as_records() -> None:
    """The first event where there are several; blank lines are no records."""
    assert len(_answers("sshd", "--one-per-record", stdin=LINES)) == 3


def test_a_file_a_gzip_and_a_zstd_give_the_same_events(tmp_path: Path) -> None:
    """The same ids too: they hang on the bytes, not on the file."""
    plain, packed, zst = tmp_path / "a.log", tmp_path / "a.log.gz", tmp_path / "a.log.zst"
    plain.write_bytes(LINES)
    packed.write_bytes(gzip.compress(LINES))
    zst.write_bytes(zstandard.ZstdCompressor().compress(LINES))
    options = ("--received-at", "2026-03-05T00:00:00Z")
    answers = [_answers("sshd", str(path), *options) for path in (plain, packed, zst)]
    assert answers[0] == answers[1] == answers[2] == _answers("sshd", *options, stdin=LINES)


def test_the_year_comes_from_the_files_mtime_and_the_zone_from_the_option(tmp_path: Path) -> None:
    """Where --received-at does not say; and mtime is no receipt."""
    path = tmp_path / "auth.log"
    path.write_bytes(LINES)
    os.utime(path, (1583380000, 1583380000))  # 2020-03-05
    event = _answers("sshd", str(path), "--timezone", "America/New_York")[0]
    assert (event["occurred_at"], event["time_quality"]) == ("2020-03-04T19:00:00.000Z", "year_assumed")
    assert event["received_at"] is None


def test_ocsf_adds_class_and_activity() -> None:
    """3002/1 is Authentication: Logon."""
    event = _answers("sshd", "--ocsf", stdin=LINES)[0]
    assert (event["class_uid"], event["activity_id"], event["type_uid"]) == (3002, 1, 300201)


def test_raw_that_is_not_utf8_is_base64() -> None:
    """And says so."""
    event = _answers("sshd", stdin="<38>Mar  4 14:00:00 files1 sshd[1]: Zoë\n".encode("latin-1"))[0]
    assert event["raw_encoding"] == "base64"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nagios"], b"cisco_asa"),
        (["sshd", "--timezone", "Mars/Base"], b"IANA"),
        (["sshd", "--received-at", "yesterday"], b"ISO 8601"),
        (["sshd", "/nowhere/at/all"], b"does not exist"),
    ],
)
def test_wrong_use_exits_2_and_says_what_would_be_right(arguments: list[str], word: bytes) -> None:
    """Nothing on stdout."""
    done = _run("parse", *arguments, code=2)
    assert word in done.stderr
    assert done.stdout == b""


def test_a_damaged_archive_gives_what_is_readable_and_exits_1(tmp_path: Path) -> None:
    """What was lost is said, where it is said to people."""
    path = tmp_path / "a.log.gz"
    path.write_bytes(gzip.compress(LINES)[:-12])
    done = _run("parse", "sshd", str(path), code=1)
    assert b"decompressed" in done.stderr


def test_products_lists_every_product_with_what_it_yields() -> None:
    """As a table and as JSON."""
    listed = json.loads(_run("products", "--json").stdout)
    assert {row["product"]: tuple(row["yields"]) for row in listed} == {p.name: p.yields for p in PRODUCTS.values()}
    table = _run("products").stdout.decode()
    assert all(name in table for name in PRODUCTS)
