"""What no vendor should answer, and no secret file should hold: one feed fails, in words that anybody may read."""

import gzip
import json
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from click.testing import CliRunner
from structlog.testing import capture_logs

from cli.main import main
from model.district import Pull
from producers.pull import client, kept
from producers.pull.client import exchange, http, post_form
from producers.pull.failure import PullFailed, plain
from producers.pull.kept import pulls
from producers.pull.page import Ask, NotAPage, page_of, value_at
from producers.pull.run import Turns
from producers.pull.told import secret_of
from producers.source import Source
from tests.support.pulling import Clock, okta, pull, source_of, spooled
from tests.support.vendor_server import OKTA_TOKEN, SECRET, Reply, VendorServer, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        server.records["logs"] = [okta(n, n) for n in range(10)]
        yield server


@pytest.fixture
def source(tmp_path: Path, vendors: VendorServer) -> Source:
    return source_of(tmp_path, "okta", vendors)


def following(link: str) -> Reply:
    """An empty page that names the next."""
    return Reply(200, b"[]", {"Link": f'<{link}>; rel="next"'})


# Secrets


@pytest.mark.parametrize("secret", [f"{OKTA_TOKEN}\nmade by Mary", f"{OKTA_TOKEN}\0", f"a\x1b{OKTA_TOKEN}"])
def test_a_token_of_several_lines_is_refused_before_it_is_sent(tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(PullFailed, match="one line") as failed:
        secret_of(Pull(secret_file="secret"), tmp_path, "okta_token")
    assert OKTA_TOKEN not in str(failed.value)


def test_the_key_of_a_service_account_has_several_lines(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('{\n"client_email": "a"\n}\n')
    assert secret_of(Pull(secret_file="secret"), tmp_path, "service_account") == '{\n"client_email": "a"\n}'


def test_a_token_that_no_header_can_hold_is_neither_sent_nor_shown(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    (tmp_path / "secret").write_text(f"{OKTA_TOKEN}é")
    with capture_logs() as logged:
        said = pull(source, tmp_path, Clock())
    files = b"".join(path.read_bytes() for path in source.folder.iterdir())
    assert "no header can hold" in said[0]
    assert OKTA_TOKEN not in f"{said}{logged}{files!r}"
    assert vendors.asked == []


HARD = 's3cret of "the" test+/='


@pytest.mark.parametrize(
    "written",
    [
        quote_plus(HARD),
        quote_plus(HARD).replace("2B%2F%3D", "2b%2f%3d"),
        json.dumps(HARD),
        json.dumps(HARD).replace("/", "\\/"),
    ],
)
def test_a_secret_that_a_vendor_writes_in_another_way_is_hidden(written: str) -> None:
    said = plain(f"you sent {written}", (HARD,))
    assert "***" in said
    assert "s3cret" not in said


def test_id_and_secret_of_a_header_are_hidden_as_they_were_sent(vendors: VendorServer) -> None:
    sent = b64encode(f"id:{SECRET}".encode()).decode()
    vendors.grant = lambda path, form: Reply(400, f"Basic {sent}".encode())  # type: ignore[method-assign]
    with http() as client, pytest.raises(PullFailed) as failed:
        post_form(client, lambda _: True, (SECRET,), ("id", SECRET))(f"{vendors.url}/t", {"scope": "x"})
    assert "Basic ***" in str(failed.value)


# The next page


def test_of_an_address_that_is_none_only_its_beginning_is_said_and_no_command_to_a_terminal(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    vendors.records["logs"] = []
    vendors.next = [following("ftp://x/" + "A" * 5_000 + "\x9b2J")]
    said = pull(source, tmp_path, Clock())[0]
    assert "no https:// address" in said
    assert len(said) < 300
    assert said.isprintable()


@pytest.mark.parametrize("path", ["/pa\tth", "/" + "a" * 66_000], ids=["tab", "long"])
def test_a_next_page_that_cannot_be_asked_for_is_a_failure_of_that_feed(
    tmp_path: Path, vendors: VendorServer, source: Source, path: str
) -> None:
    vendors.next = [following(vendors.url + path)]
    assert pull(source, tmp_path, Clock()) != []


# Size and time


@pytest.mark.parametrize("packing", ["gzip, gzip", "zstd", "br", "deflate"])
def test_packing_that_was_not_asked_for_is_refused(
    tmp_path: Path, vendors: VendorServer, source: Source, packing: str
) -> None:
    vendors.every = Reply(200, gzip.compress(gzip.compress(b"[]")), {"Content-Encoding": packing})
    assert f"packed as {packing}" in pull(source, tmp_path, Clock())[0]


def test_a_packed_answer_that_is_cut_off_is_asked_for_again(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    content = gzip.compress(json.dumps([okta(1, 1)]).encode())
    vendors.next = [Reply(200, content[:-9], {"Content-Encoding": "gzip"})]
    assert pull(source, tmp_path, Clock()) == []
    assert len(spooled(source)) == 10


# Time between


def asked_since(vendors: VendorServer, before: int) -> str:
    return dict(parse_qsl(urlsplit(vendors.asked[before][0]).query))["since"]


def test_after_two_weeks_without_a_pull_the_whole_time_between_is_asked_for(
    tmp_path: Path, vendors: VendorServer
) -> None:
    source, clock = source_of(tmp_path, "okta", vendors, since=None), Clock()
    pull(source, tmp_path, clock)
    before, clock.at = len(vendors.asked), clock.at + timedelta(days=14)
    pull(source, tmp_path, clock)
    assert asked_since(vendors, before) == "2026-03-04T17:00:00.000Z"


def test_what_is_too_old_to_be_asked_for_is_said_to_be_missing(
    tmp_path: Path, vendors: VendorServer, source: Source
) -> None:
    clock = Clock()
    pull(source, tmp_path, clock)
    clock.at += timedelta(days=40)
    pull(source, tmp_path, clock)
    gap = "nothing was pulled from 2026-03-04T18:00:00.000Z to 2026-03-15T18:00:00.000Z, "
    assert [row["missed"] for row in pulls(source.folder.parents[1])] == [
        f"{gap}which is too old to be asked for: export it to files"
    ]


# This machine's own settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SSL_CERT_FILE", "/nowhere/ca.pem"), ("HTTPS_PROXY", "htp://u:hunter2@proxy.example")],
)
def test_a_variable_that_holds_nothing_usable_is_named_and_ends_no_process(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    turns = Turns(source, tmp_path, Flag(), Clock())
    said = turns.once()
    turns.close()
    assert variable in said[0]
    assert "hunter2" not in said[0]


def test_sources_test_names_the_variable(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    result = CliRunner().invoke(main, ["sources", "test", "--district", str(tmp_path)])
    assert result.exit_code == 1
    assert "SSL_CERT_FILE" in result.output


def test_of_too_many_known_records_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_SEEN", 3)
    seen = kept.Seen(tmp_path / "seen")
    seen.add("abcde")
    seen.save()
    assert [one in kept.Seen(tmp_path / "seen") for one in "abcde"] == [False, False, True, True, True]


# Time and size


@contextmanager
def dripping(prefix: bytes) -> Iterator[str]:
    """A server that sends `prefix` and then a sign at a time, for as long as somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(prefix)
                    while True:
                        connection.sendall(b"x")
                        Flag().wait(0.02)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize(
    "prefix",
    [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n[", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n["],
    ids=["header", "body without a length", "body"],
)
def test_an_answer_that_drips_is_given_up_wherever_it_stands(monkeypatch: pytest.MonkeyPatch, prefix: bytes) -> None:
    monkeypatch.setattr(client, "LONGEST_ANSWER", 0.3)
    with dripping(prefix) as url, http() as asking, pytest.raises(PullFailed, match="to answer") as failed:
        exchange(asking, asking.build_request("GET", url), ())
    assert failed.value.passing


def test_a_page_of_too_many_records_is_refused_before_they_are_held() -> None:
    with pytest.raises(NotAPage, match="over 100000 records on one page"):
        page_of(Ask("https://vendor.example"), b'{"value":[' + b"{}," * 100_000 + b"{}]}", ("value",))


def test_what_is_too_large_to_lead_on_is_not_unpacked() -> None:
    page = page_of(Ask("https://vendor.example"), b'{"value":[],"others":[' + b"[]," * 30_000 + b"[]]}", ("value",))
    with pytest.raises(NotAPage, match="over 65536 bytes where the next page should stand: others"):
        value_at(page.body, ("others",))


def test_a_large_member_beside_the_records_stands_in_nobodys_way() -> None:
    large = b'"others":[' + b"[]," * 30_000 + b"[]]"
    page = page_of(Ask("https://vendor.example"), b'{"value":[1],' + large + b',"next":"two"}', ("value",))
    assert (page.records, value_at(page.body, ("next",))) == ([b"1"], "two")


def test_an_answer_of_too_many_members_is_refused_before_they_are_held() -> None:
    members = b",".join(b'"%d":0' % n for n in range(1_001))
    with pytest.raises(NotAPage, match="over 1000 members around the records"):
        page_of(Ask("https://vendor.example"), b"{" + members + b"}", ("value",))


def test_a_page_of_few_records_with_many_members_is_read() -> None:
    record = b'{"a":"' + b"," * 60_000 + b'","b":[' + b"1," * 60_000 + b"1]}"
    assert page_of(Ask("https://vendor.example"), b"[" + record + b"," + record + b"]", ()).records == [record] * 2
