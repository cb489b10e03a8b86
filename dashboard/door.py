"""The one door of the dashboard: every request passes it before Streamlit or a route of ours sees it.

It lets in who asks for a name that is ours (a page on the web that makes its own name point to this machine asks for
another), takes a websocket only from a page of ours, and tells the browser what pages of ours may load. Who the person
is asks the guard behind it (guard.py).
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from documents.plain import visible

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PAGE = Path(streamlit.__file__).with_name("static") / "index.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.A)
_CLOSED = "/_stcore/agent"  # Streamlit's interface for programs; nothing of ours uses it
_DOWNLOADS = "/download/"  # each is recorded as an export by who asks
_NO_RIGHT = 1008  # websocket close code: policy violation (RFC 6455, 7.4.1)
log = structlog.get_logger("dashboard")


def content_policy() -> str:
    """What a page may load: our own server's files, and the one script inside Streamlit's page, by its hash.

    Streamlit styles its elements in place (style-src), draws charts by compiled expressions (Vega: 'unsafe-eval'), and
    hands files to the browser as blobs. Nobody may show our pages in a frame.
    """
    hashes = (sha256(script.encode()).digest() for script in _SCRIPT.findall(_PAGE.read_text()))
    inside = " ".join(f"'sha256-{b64encode(one).decode()}'" for one in hashes)
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'unsafe-eval' {inside}".strip(),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Door:
    """ASGI middleware. `names`: under which names people reach the dashboard, beside those of loopback."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self._app = app
        self._names = frozenset({*LOOPBACK, *(name.strip().lower() for name in names if name.strip())})
        self._headers = {
            "Content-Security-Policy": content_policy(),
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # with no-referrer a form of ours would be sent with Origin: null
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in, or answers it with the reason why not."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif why := self._objection(scope):
            log.warning("turned away", reason=why, path=visible(scope["path"]))
            await self._turn_away(scope, receive, send, why)
        else:
            await self._app(scope, receive, self._telling(send) if scope["type"] == "http" else send)

    def _objection(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name_of(host) not in self._names:
            return "This server does not go by that name. HALLMONITOR_HOSTS lists the names it goes by."
        if scope["path"].startswith(_CLOSED):
            return "There is nothing here."
        origin = headers.get("origin")
        if scope["type"] == "websocket" and (origin is None or _foreign(origin, host)):
            return "Only a page of this server may open a connection."
        if origin is not None and scope.get("method") not in ("GET", "HEAD") and _foreign(origin, host):
            return "Only a page of this server may send something here."
        if scope["path"].startswith(_DOWNLOADS) and headers.get("sec-fetch-site") == "cross-site":
            return "A link on another site must not export under your name. Open the page here and download it there."
        return ""

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, why: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _NO_RIGHT})
        else:
            await PlainTextResponse(why, 403)(scope, receive, self._telling(send))

    def _telling(self, send: Send) -> Send:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        return told


def _name_of(host: str) -> str:
    """The name in a Host header, without the port; empty where it is none."""
    found = _HOST.fullmatch(host.lower())
    return found[1].strip("[]") if found else ""


def _foreign(origin: str, host: str) -> bool:
    return urlsplit(origin).netloc.lower() != host.lower()
