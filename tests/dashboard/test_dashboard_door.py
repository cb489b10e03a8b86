"""The dashboard's door: which names, which websockets, and what a browser is told; before a real Streamlit server."""

import asyncio
import http.client
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from cli.dashboard import end, serve
from dashboard.door import content_policy
from infra.local.child import Child
from model.settings import Settings

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """A dashboard whose servers are away: the door stands before all of it."""
    settings = Settings(
        clickhouse_url="http://127.0.0.1:9", kafka_bootstrap="127.0.0.1:9", hallmonitor_home=_home(tmp_path_factory)
    )
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS"):
            kept.setenv(name, "")
        kept.setenv("HALLMONITOR_HOSTS", "audit.maple.example, Audit2.example")
        child = serve(settings, port=0)
        yield child
        end(child)


def _home(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("door")


def ask_fully(
    served: Child, path: str, method: str, sent: dict[str, str], body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """A request with these headers and this body; nothing is followed."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def ask(
    served: Child, host: str, path: str = "/login", method: str = "GET", origin: str = ""
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host)
    if origin:
        connection.putheader("Origin", origin)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "audit.maple.example", "AUDIT2.example"])
def test_the_names_we_go_by_are_let_in_with_any_port(served: Child, name: str) -> None:
    assert ask(served, f"{name}:{served.port}")[0] == 200
    assert ask(served, name)[0] == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "evil.example:127.0.0.1", "maple.example", "x@localhost:1:2", ""]
)
def test_any_other_name_is_refused(served: Child, name: str) -> None:
    assert ask(served, name)[0] in (400, 403)


def test_a_link_on_another_site_exports_nothing_under_the_name_of_who_follows_it(served: Child) -> None:
    sent = {"Host": f"localhost:{served.port}"}
    for path, foreign, own in (("/download/timeline.zip?subject=account:x", 403, 401), ("/login", 200, 200)):
        for site, expected in (("cross-site", foreign), ("same-origin", own), ("none", own)):
            status = ask_fully(served, path, "GET", {**sent, "Sec-Fetch-Site": site})[0]
            assert (path, site, status) == (path, site, expected)


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/static/no-such-file"])
def test_every_answer_tells_the_browser_what_pages_may_load_and_that_none_may_frame_them(
    served: Child, path: str
) -> None:
    headers = ask(served, "localhost", path)[1]
    assert headers["Content-Security-Policy"] == content_policy()
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_a_page_of_another_site_sends_nothing_here(served: Child) -> None:
    path = "/_stcore/upload_file/a/b"
    ours = b"Only a page of this server may send something here."
    assert ask(served, "localhost", path, "PUT", "https://evil.example")[2] == ours
    assert ask(served, "localhost", path, "PUT", "http://localhost")[2] == b"Log in first."


def test_streamlits_interface_for_programs_is_shut(served: Child) -> None:
    assert ask(served, "localhost", "/_stcore/agent/openapi.json")[0] == 403


async def _dial(served: Child, headers: dict[str, str]) -> str:
    async with aiohttp.ClientSession() as session:
        where = f"http://127.0.0.1:{served.port}/_stcore/stream"
        try:
            async with session.ws_connect(where, headers=headers, protocols=("streamlit",)):
                return "open"
        except aiohttp.WSServerHandshakeError as refused:
            return str(refused.status)


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        ("http://127.0.0.1:{port}", "403"),  # for want of a session: tests/dashboard/test_dashboard_login.py opens one
        ("http://127.0.0.1:1", "403"),
        ("https://evil.example", "403"),
        ("null", "403"),
        ("", "403"),
    ],
)
def test_a_websocket_is_taken_from_nobody_else(served: Child, origin: str, answer: str) -> None:
    headers = {"Origin": origin.format(port=served.port)} if origin else {}
    assert asyncio.run(_dial(served, headers)) == answer


def test_a_websocket_for_another_name_is_refused_though_the_page_has_that_name(served: Child) -> None:
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert asyncio.run(_dial(served, headers)) == "403"
