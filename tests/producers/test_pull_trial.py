"""`hallmonitor sources test`: whether a pull would succeed, in plain words, and what to do if not."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from cli.main import main
from model.clock import now
from tests.support.pulling import district_of, okta
from tests.support.vendor_server import OKTA_TOKEN, Reply, VendorServer, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        published = (now() - timedelta(hours=2)).isoformat()
        server.records["logs"] = [okta(n, n) | {"published": published} for n in range(10)]
        yield server


def ask(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["sources", "test", *words, "--district", str(folder)])


def row(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[0])
    return found


def test_what_works_is_said_and_nothing_is_written(
    tmp_path: Path, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    district_of(tmp_path, "okta", vendors)
    monkeypatch.setenv("HALLMONITOR_HOME", str(tmp_path / "home"))
    result = ask(tmp_path)
    assert (result.exit_code, result.stdout) == (0, "cloud logs: works; 6 records of the last day read\n")
    assert not (tmp_path / "home").exists()


def test_a_feed_is_a_line_of_json(tmp_path: Path, vendors: VendorServer) -> None:
    district_of(tmp_path, "okta", vendors)
    found = row(ask(tmp_path, "cloud", "--json"))
    assert (found["source"], found["feed"], found["well"], found["do"]) == ("cloud", "logs", True, "")


def test_no_record_is_well_and_makes_one_think(tmp_path: Path, vendors: VendorServer) -> None:
    vendors.records.clear()
    district_of(tmp_path, "okta", vendors)
    result = ask(tmp_path)
    assert result.exit_code == 0
    assert "there is no record of the last day. Is that right?" in result.stdout


def test_a_token_that_is_refused_is_to_be_made_anew(tmp_path: Path, vendors: VendorServer) -> None:
    district_of(tmp_path, "okta", vendors)
    (tmp_path / "secret").write_text("00other")
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert "answers 401" in result.stdout
    assert "Make a new token" in result.stdout
    assert "00other" not in result.stdout


@pytest.mark.parametrize(("product", "words"), [("okta", "Read-only Administrator"), ("entra_id", "AuditLog.Read.All")])
def test_what_is_forbidden_names_the_permission(
    tmp_path: Path, vendors: VendorServer, product: str, words: str
) -> None:
    district_of(tmp_path, product, vendors)
    vendors.every = Reply(403, b'{"error":"forbidden"}')
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert 'answers 403: {"error":"forbidden"}\n  Give it' in result.stdout
    assert words in result.stdout


def test_a_clock_that_is_off_is_said_with_how_much(tmp_path: Path, vendors: VendorServer) -> None:
    district_of(tmp_path, "okta", vendors)
    date = format_datetime(now() + timedelta(minutes=17), usegmt=False)
    vendors.every = Reply(200, b"[]", {"Date": date})
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert "The clock of this machine is 17 minutes behind: set it." in result.stdout


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b"<html>"), "not of a page to sign in at"),
        (Reply(302, b"", {"Location": "https://sso.example"}), "Check `url`"),
        (Reply(404, b"{}"), "Check `url`"),
        (Reply(429, b"{}", {"Retry-After": "3"}), "Wait until"),
        (Reply(503, b""), "Try again later"),
    ],
    ids=["html", "redirect", "404", "429", "503"],
)
def test_each_refusal_says_what_to_do_and_is_asked_for_once(
    tmp_path: Path, vendors: VendorServer, reply: Reply, words: str
) -> None:
    district_of(tmp_path, "okta", vendors)
    vendors.every = reply
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert words in result.stdout
    assert len(vendors.asked) == 1


def test_a_host_that_nobody_knows(tmp_path: Path, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    district_of(tmp_path, "okta", vendors, url="https://maplefalls.okta.example")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert "there is no host maplefalls.okta.example" in result.stdout
    assert "can resolve names" in result.stdout


def test_a_proxy_that_lets_nothing_through(
    tmp_path: Path, vendors: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    district_of(tmp_path, "okta", vendors, url="https://maplefalls.okta.example")
    monkeypatch.setenv("HTTPS_PROXY", vendors.url)  # it answers CONNECT with 501
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert "the proxy lets nothing through to maplefalls.okta.example" in result.stdout


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server whose certificate an authority of the test's own has signed: its address, the authority's file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", tmp_path / "ca.pem"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path, vendors: VendorServer, tls: tuple[str, Path]
) -> None:
    district_of(tmp_path, "okta", vendors, url=tls[0])
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert "the certificate of 127.0.0.1 is not trusted" in result.stdout
    assert "SSL_CERT_FILE" in result.stdout


def test_the_districts_own_authority_is_trusted_where_it_is_named(
    tmp_path: Path, vendors: VendorServer, tls: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    district_of(tmp_path, "okta", vendors, url=tls[0])
    monkeypatch.setenv("SSL_CERT_FILE", str(tls[1]))
    assert ask(tmp_path).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [(["clod"], "no source 'clod'"), (["clod"], "did you mean cloud?"), (["--what"], "No such option")],
)
def test_a_source_that_is_none_is_used_wrongly(
    tmp_path: Path, vendors: VendorServer, words: list[str], said: str
) -> None:
    district_of(tmp_path, "okta", vendors)
    result = ask(tmp_path, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_secret_that_cannot_be_read_is_said_by_its_path(tmp_path: Path, vendors: VendorServer) -> None:
    district_of(tmp_path, "okta", vendors)
    (tmp_path / "secret").unlink()
    result = ask(tmp_path)
    assert result.exit_code == 1
    assert f"{tmp_path / 'secret'} cannot be read" in result.stdout
    assert OKTA_TOKEN not in result.output
