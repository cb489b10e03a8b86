"""Logging in to a real dashboard over a real store: pages, files and websockets are shut without a session."""

import asyncio
import io
import json
import re
import time
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from casework import users
from casework.register import Register
from cli.dashboard import end, serve
from dashboard.first_link import WrongLink, first_link, take_first_link
from dashboard.login import inside
from dashboard.sessions import COOKIE, IDLE, LONGEST, Sessions
from infra.local.child import Child
from infra.local.stack import Stack
from model import topics
from model.clock import now
from model.settings import Settings
from model.topics import Topic
from storage.client import Store
from storage.queries.casework import matching
from tests.dashboard.test_dashboard_door import ask_fully
from tests.support.dashboard_cases import stored_district

AT = datetime(2026, 3, 4, 14, tzinfo=UTC)
PASSWORD = "correct horse battery"


# Sessions, pure


def cookies(value: str) -> dict[str, str]:
    return {COOKIE: value}


def test_a_session_ends_when_idle_when_old_and_when_ended() -> None:
    sessions = Sessions()
    value = sessions.begin("gwen", None, AT)
    for minute in range(0, int(LONGEST.total_seconds() // 60), 29):
        assert sessions.of(cookies(value), AT + timedelta(minutes=minute))
    assert sessions.of(cookies(value), AT + LONGEST) is None
    value = sessions.begin("gwen", None, AT)
    assert sessions.of(cookies(value), AT + IDLE) is None
    value = sessions.begin("gwen", None, AT)
    session = sessions.of(cookies(value), AT)
    assert session is not None
    sessions.end(session)
    assert sessions.of(cookies(value), AT) is None
    assert not sessions.is_open(session, AT)


@pytest.mark.parametrize("change", [lambda v: v[:-1], lambda v: "x" + v, lambda v: "", lambda v: v.split(".")[0]])
def test_no_other_cookie_is_a_session(change) -> None:  # type: ignore[no-untyped-def]
    sessions = Sessions()
    value = sessions.begin("gwen", None, AT)
    assert sessions.of(cookies(change(value)), AT) is None
    assert Sessions().of(cookies(value), AT) is None


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "javascript:x", "/a\r\nb", ""]
)
def test_the_way_back_leads_nowhere_else(path: str) -> None:
    assert inside(path) == "/"
    assert inside("/violation?id=v1&district=d") == "/violation?id=v1&district=d"


# A real dashboard


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login")


@pytest.fixture(scope="module")
def store(stack: Stack, home: Path) -> Iterator[Store]:
    store = stored_district(stack, f"login_{uuid.uuid4().hex[:8]}", home)
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(stack: Stack, store: Store, home: Path) -> Settings:
    return stack.settings(clickhouse_url=store.url, hallmonitor_home=home, kafka_partitions=64)


@pytest.fixture(scope="module")
def register(settings: Settings, store: Store) -> Iterator[Register]:
    with Register(settings, store) as register:
        for name, role in (("ann", "analyst"), ("val", "viewer"), ("dot", "analyst")):
            register.write(users.added(name, [role], PASSWORD, now(), "ada", "administrator"))
        yield register


@pytest.fixture(scope="module")
def served(settings: Settings, register: Register) -> Iterator[Child]:
    with pytest.MonkeyPatch.context() as kept:
        for name in (*settings.environment(), "HALLMONITOR_HOME", "HALLMONITOR_DASHBOARD_FOLDERS", "KAFKA_PARTITIONS"):
            kept.setenv(name, "")
        kept.setenv("KAFKA_PARTITIONS", "64")
        child = serve(settings, port=0)
        yield child
        end(child)


class Browser:
    """What a browser keeps: its cookies."""

    def __init__(self, served: Child) -> None:
        self.served = served
        self.kept: dict[str, str] = {}

    def ask(self, path: str, fields: dict[str, str] | None = None, accept: str = "text/html") -> tuple[int, str, str]:
        """Status, where it leads, body."""
        sent = {"Accept": accept, "Cookie": "; ".join(f"{name}={value}" for name, value in self.kept.items())}
        body = urlencode(fields).encode() if fields is not None else None
        if body is not None:
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.served.port}",
            }
        status, headers, answer = ask_fully(self.served, path, "GET" if body is None else "POST", sent, body)
        for line in headers.get_all("Set-Cookie") or []:
            for name, one in SimpleCookie(line).items():
                assert "httponly" in line.lower()
                assert "samesite=lax" in line.lower()
                self.kept[name] = one.value
        return status, headers.get("Location", ""), answer.decode(errors="replace")

    def log_in(self, name: str, password: str = PASSWORD, back: str = "/") -> tuple[int, str, str]:
        form = self.ask(f"/login?{urlencode({'next': back})}")[2]
        found = re.search(r'name="csrf" value="([^"]+)"', form)
        assert found
        return self.ask("/login", {"csrf": found[1], "name": name, "password": password, "next": back})


@pytest.fixture
def browser(served: Child) -> Browser:
    return Browser(served)


FILES = (
    "/download/violation.pdf?district=maple-falls&id=v1abc",
    "/download/timeline.zip?district=maple-falls&subject=tbell",
)
CLOSED = (
    "/",
    "/violation?id=v1abc",
    "/timeline",
    "/sources",
    *FILES,
    "/static/index.html",
    "/_stcore/host-config",
    "/media/x",
)


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_is_shown_without_a_session(browser: Browser, path: str) -> None:
    status, leads, body = browser.ask(path)
    assert (status, leads.split("?")[0]) == (303, "/login")
    assert browser.ask(path, accept="*/*")[0] in (303, 401)
    assert "tbell" not in body


def test_who_logs_in_gets_where_they_wanted_to_go_and_out_again(browser: Browser) -> None:
    assert browser.log_in("ann", back="/violation?id=v1abc")[:2] == (303, "/violation?id=v1abc")
    assert browser.ask("/violation?id=v1abc")[0] == 200
    assert browser.ask(FILES[0])[0] == 200
    before = dict(browser.kept)
    form = browser.ask("/logout")[2]
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token
    assert browser.ask("/logout", {"csrf": token[1]})[:2] == (303, "/login")
    browser.kept = before  # a cookie that somebody copied is worth nothing any more
    assert browser.ask("/violation?id=v1abc")[0] == 303


def test_a_wrong_password_and_an_unknown_name_are_told_alike_and_recorded(browser: Browser, register: Register) -> None:
    for name in ("ann", "nobody"):
        status, _, body = browser.log_in(name, "wrong password")
        assert status == 403
        assert "The name and the password do not fit together." in body
    assert COOKIE not in browser.kept
    assert {one.actor for one in matching(register.store, kinds=("user.login_failed",))} >= {"ann", "nobody"}


def test_a_form_that_another_site_sends_logs_nobody_in(browser: Browser, served: Child) -> None:
    fields = {"name": "ann", "password": PASSWORD}
    assert browser.ask("/login", fields)[0] == 403
    foreign = re.search(r'name="csrf" value="([^"]+)"', Browser(served).ask("/login")[2])
    assert foreign
    assert browser.ask("/login", {**fields, "csrf": foreign[1]})[0] == 403
    assert COOKIE not in browser.kept


def test_a_file_holds_what_its_reader_may_read_and_nothing_else(browser: Browser) -> None:
    browser.log_in("val")
    assert browser.ask(FILES[0])[0] == 404
    assert _rows(browser) == 0
    browser.log_in("ann")
    assert browser.ask(FILES[0])[0] == 200
    assert _rows(browser) == 2


def _rows(browser: Browser) -> int:
    """How many events the timeline's file holds."""
    sent = {"Cookie": f"{COOKIE}={browser.kept[COOKIE]}"}
    status, _, body = ask_fully(browser.served, FILES[1], "GET", sent)
    assert status == 200, body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return int(json.loads(archive.read("timeline-tbell.csv.manifest.json"))["rows"])


async def _dial(browser: Browser, seconds: float = 0.0) -> str:
    sent = {"Origin": f"http://127.0.0.1:{browser.served.port}", "Cookie": f"{COOKIE}={browser.kept.get(COOKIE, '')}"}
    where = f"http://127.0.0.1:{browser.served.port}/_stcore/stream"
    async with aiohttp.ClientSession() as session:
        try:
            async with session.ws_connect(where, headers=sent, protocols=("streamlit",)) as opened:
                if not seconds:
                    return "open"
                message = await asyncio.wait_for(opened.receive(), seconds)
                return message.type.name
        except aiohttp.WSServerHandshakeError as refused:
            return str(refused.status)


def test_a_websocket_needs_a_session_and_ends_with_it(browser: Browser, register: Register) -> None:
    assert asyncio.run(_dial(browser)) == "403"
    browser.log_in("ann")
    assert asyncio.run(_dial(browser)) == "open"

    async def ended() -> str:
        held = asyncio.create_task(_dial(browser, 30.0))
        await asyncio.sleep(1.0)
        form = await asyncio.to_thread(browser.ask, "/logout")
        token = re.search(r'name="csrf" value="([^"]+)"', form[2])
        assert token
        await asyncio.to_thread(browser.ask, "/logout", {"csrf": token[1]})
        return await held

    kept = dict(browser.kept)
    assert asyncio.run(ended()) in ("CLOSE", "CLOSED", "CLOSING")
    browser.kept = kept
    assert asyncio.run(_dial(browser)) == "403"


def test_who_is_disabled_is_out_within_seconds(browser: Browser, register: Register) -> None:
    browser.log_in("dot")
    assert browser.ask(FILES[0])[0] == 200
    user = users.user_of(register, "dot")
    assert user is not None
    register.write(users.changed(user, "user.disabled", now(), "ada", "administrator"))
    deadline = time.monotonic() + 60
    while browser.ask(FILES[0])[0] == 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert browser.ask("/")[0] == 303


# The first link


def test_the_first_link_is_used_once(settings: Settings, stack: Stack, tmp_path: Path) -> None:
    from tests.support.storage_cases import fresh_store

    fresh = fresh_store(stack, f"first_{uuid.uuid4().hex[:8]}")
    topic = Topic(f"first-{uuid.uuid4().hex[:8]}", topics.CASEWORK.config)  # other tests have users in the shared one
    with Register(settings.model_copy(update={"kafka_partitions": 1}), fresh, topic=topic) as register:
        older = first_link(tmp_path, register, now())
        token = first_link(tmp_path, register, now())
        assert older
        assert token
        for wrong in (older, "", "x"):
            with pytest.raises(WrongLink):
                take_first_link(tmp_path, register, wrong, PASSWORD, now())
        user = take_first_link(tmp_path, register, token, PASSWORD, now())
        assert user.roles == ("administrator",)
        with pytest.raises(WrongLink):
            take_first_link(tmp_path, register, token, "another password", now())
        assert first_link(tmp_path, register, now()) is None
    fresh.close()
