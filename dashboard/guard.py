"""Behind the door: nobody without a session sees a page, takes a file or keeps a websocket."""

import asyncio
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final
from urllib.parse import quote

import structlog
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from casework.cases import RIGHT as CASES
from casework.roles import may
from dashboard.sessions import SESSIONS, Session
from dashboard.who import NotLoggedIn, reader_of
from model.clock import now
from storage.client import QueryFailed, Unavailable

SSO_GO, SSO_BACK = "/login/sso", "/login/sso/back"  # to the district's single sign-on, and back from it
OPEN: Final = ("/login", "/logout", "/welcome", "/_stcore/health", SSO_GO, SSO_BACK)
UPLOADS: Final = "/_stcore/upload_file"  # where Streamlit takes files, of any page, into its memory
LOOK_S = 1.0  # how often an open websocket's session is looked at
ASK_S = 10.0  # how often its user is: disabled, or with another password
_NO_RIGHT = 1008
log = structlog.get_logger("dashboard")


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what has a session, or needs none."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN:
            await self._app(scope, receive, send)
            return
        session = SESSIONS.of(cookies_of(scope), now())
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send, session)
        elif session is None:
            await _to_login(scope)(scope, receive, send)
        elif scope["path"].startswith(UPLOADS) and (why := await asyncio.to_thread(_why_no_file, session)):
            await PlainTextResponse(why, 403, {"Cache-Control": "no-store"})(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, session: Session | None) -> None:
        if session is None:
            await send({"type": "websocket.close", "code": _NO_RIGHT})
            return
        watched = asyncio.ensure_future(_ended(session))
        try:
            await self._app(scope, _until(watched, receive, scope), send)
        finally:
            watched.cancel()
        if watched.done() and not watched.cancelled():
            await _close(send)


def _why_no_file(session: Session) -> str | None:
    """Why somebody may not send files: only cases take them."""
    try:
        user = reader_of(session).user
    except (NotLoggedIn, Unavailable, QueryFailed) as error:
        log.warning("a file was not taken", user=session.name, why=str(error))
        return "It cannot be asked whether you may add files."
    return None if may(user.roles, CASES) else "Your role adds no files."


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies of a request; those that cannot be read are none."""
    try:
        parsed = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return {}
    return {name: one.value for name, one in parsed.items()}


def _to_login(scope: Scope) -> Response:
    """A page leads to the login and from there back; anything else is told that it may not."""
    accepts = Headers(scope=scope).get("accept", "")
    if scope["method"] == "GET" and ("text/html" in accepts or scope["path"] == "/"):
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303, {"Cache-Control": "no-store"})
    return PlainTextResponse("Log in first.", 401, {"Cache-Control": "no-store"})


async def _ended(session: Session) -> None:
    """Returns once the session has ended, of itself or because its user may not go on."""
    looked = 0.0
    while SESSIONS.is_open(session, now()):
        await asyncio.sleep(LOOK_S)
        looked += LOOK_S
        if looked >= ASK_S:
            looked = 0.0
            await asyncio.to_thread(_ask, session)


def _ask(session: Session) -> None:
    try:
        reader_of(session)
    except NotLoggedIn:
        log.info("a session was ended", user=session.name)
    except (Unavailable, QueryFailed) as error:  # the pages say so; who is logged in stays so
        log.warning("it cannot be asked whether a user may go on", user=session.name, why=str(error))


def _until(ended: "asyncio.Future[None]", receive: Receive, scope: Scope) -> Receive:
    """What comes in; a hang-up as soon as the session has ended. A message is use of the session."""

    async def received() -> Message:
        coming = asyncio.ensure_future(receive())
        waiting: set[asyncio.Future[Any]] = {coming, ended}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            coming.cancel()
            return {"type": "websocket.disconnect", "code": _NO_RIGHT}
        message = coming.result()
        SESSIONS.of(cookies_of(scope), now(), touch=_is_use(message))
        return message

    return received


def _is_use(message: Message) -> bool:
    """Whether a person did something; a page that asks again of itself, or shows that it is there, is no use of it."""
    try:
        told = BackMsg.FromString(message.get("bytes") or b"")
    except DecodeError:
        return False
    return told.WhichOneof("type") != "app_heartbeat" and not told.rerun_script.is_auto_rerun


async def _close(send: Send) -> None:
    try:
        await send({"type": "websocket.close", "code": _NO_RIGHT})
    except RuntimeError as error:  # it was closed already
        log.debug("closed before", why=str(error))
