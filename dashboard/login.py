"""Logging in and out: plain HTML forms as routes of the dashboard's own server, before any page is drawn."""

import secrets
from collections.abc import Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from itsdangerous import BadSignature, Signer
from kafka.errors import KafkaError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from casework.passwords import PasswordRefused
from casework.register import NotRecorded
from casework.signing_in import NotSignedIn, sign_in
from casework.users import User
from dashboard.first_link import WrongLink, take_first_link
from dashboard.guard import SSO_GO, cookies_of
from dashboard.opened_store import NoAddress, opened_register
from dashboard.sessions import COOKIE, LONGEST, SESSIONS
from model.clock import now
from model.settings import Settings
from storage.client import QueryFailed, Unavailable

UNANSWERED: Final = (Unavailable, QueryFailed, NoAddress, NotRecorded, KafkaError)
UNANSWERED_SAID: Final = "A server does not answer, so nobody can log in. `hallmonitor status` says which."
_CSRF: Final = "hallmonitor_form"
_SIGNER: Final = Signer(secrets.token_bytes(32), salt="form")
_LARGEST_FORM = 10_000  # bytes
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Hall Monitor</title><style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, 'DejaVu Sans', sans-serif; margin: 0; display: grid; min-height: 100vh;
 place-items: center; background: light-dark(#f4f6f8, #14191e); color: light-dark(#17202a, #e4e9ee); }}
main {{ box-sizing: border-box; width: min(26rem, 100vw); padding: 2rem; background: light-dark(#fff, #1d242b); }}
h1 {{ font-size: 1.4rem; margin: 0 0 1rem; }}
label {{ display: block; margin: 1rem 0 .25rem; }}
input {{ box-sizing: border-box; width: 100%; font: inherit; padding: .6rem; border: 1px solid #6b7885; }}
button {{ font: inherit; margin-top: 1.5rem; padding: .7rem 1.4rem; border: 0; background: #1f5f7a; color: #fff; }}
[role=alert] {{ border-left: 4px solid #b3261e; padding-left: .75rem; }}
</style></head><body><main><h1>{title}</h1>{said}<form method="post" action="{action}">
<input type="hidden" name="csrf" value="{csrf}">{fields}<button>{button}</button></form></main></body></html>"""
_LOGIN: Final = """<input type="hidden" name="next" value="{next}">
<label for="name">Name</label><input id="name" name="name" autocomplete="username" required autofocus maxlength="64">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">"""
_WELCOME: Final = """<input type="hidden" name="token" value="{token}">
<p>This link makes you the administrator <b>{name}</b>. It can be used once. Choose a password; it has at least eight
characters.</p><label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required autofocus maxlength="256">
<label for="again">The same again</label>
<input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256">"""


def _login_fields(back: str) -> str:
    """Name and password, and above them the way to the district's single sign-on, where there is one."""
    sso = f'<p><a href="{SSO_GO}?{urlencode({"next": back})}">Log in with the district account</a></p>'
    return (sso if Settings().oidc_issuer else "") + _LOGIN.format(next=escape(back))


class _Refused(ValueError):
    """What a form cannot be answered with; said above it."""


async def login(request: Request) -> Response:
    """The form, and its answer."""
    back = inside(request.query_params.get("next", "/"))
    if request.method == "GET":
        return _form(request, "Log in", "/login", _login_fields(back), "Log in")
    try:
        asked = await _asked(request)
        back = inside(asked.get("next", "/"))
        where = request.client.host if request.client else "?"
        user = await run_in_threadpool(_sign_in, asked.get("name", ""), asked.get("password", ""), where)
    except _Refused as error:
        return _form(request, "Log in", "/login", _login_fields(back), "Log in", str(error), 403)
    return let_in(request, user, back)


async def logout(request: Request) -> Response:
    """A page that asks, and the end of the session."""
    if request.method == "GET":
        return _form(request, "Log out", "/logout", "", "Log out")
    session = SESSIONS.of(cookies_of(request.scope), now())
    if session:
        SESSIONS.end(session)
    answer = RedirectResponse("/login", 303, {"Cache-Control": "no-store", "Clear-Site-Data": '"cache"'})
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return answer


async def welcome(request: Request) -> Response:
    """The link that the first `hallmonitor dashboard` prints: a password for the first administrator."""
    token = request.query_params.get("token", "")
    home = Settings().hallmonitor_home
    if request.method == "GET":
        return await _welcoming(request, token, "", 200)
    try:
        asked = await _asked(request)
        token = asked.get("token", "")
        if asked.get("password") != asked.get("again"):
            raise _Refused("The two passwords differ.")
        user = await run_in_threadpool(
            lambda: _said(lambda: take_first_link(home, opened_register(), token, asked.get("password", ""), now()))
        )
    except _Refused as error:
        return await _welcoming(request, token, str(error), 403)
    return let_in(request, user, "/")


async def _welcoming(request: Request, token: str, why: str, status: int) -> Response:
    fields = _WELCOME.format(token=escape(token), name="admin")
    return _form(request, "Welcome", "/welcome", fields, "Set the password", why, status)


ROUTES: Final = [
    Route("/login", login, methods=["GET", "POST"]),
    Route("/logout", logout, methods=["GET", "POST"]),
    Route("/welcome", welcome, methods=["GET", "POST"]),
]


def _sign_in(name: str, password: str, where: str) -> User:
    return _said(lambda: sign_in(opened_register(), name, password, now(), where))


def _said(deed: Callable[[], User]) -> User:
    """The answer, or why there is none, in words for the form."""
    try:
        return deed()
    except (NotSignedIn, PasswordRefused, WrongLink) as error:
        said = str(error)
        raise _Refused(f"{said[:1].upper()}{said[1:]}.") from error
    except UNANSWERED as error:
        raise _Refused(UNANSWERED_SAID) from error


def refused(request: Request, why: str) -> Response:
    """The form again, with why the last try let nobody in."""
    return _form(request, "Log in", "/login", _login_fields("/"), "Log in", why, 403)


def let_in(request: Request, user: User, back: str) -> Response:
    """A session for the user, and on to where they were going."""
    answer = RedirectResponse(back, 303, {"Cache-Control": "no-store"})
    _set(request, answer, COOKIE, SESSIONS.begin(user.name, user.kept, now()), int(LONGEST.total_seconds()))
    return answer


def _form(
    request: Request, title: str, action: str, fields: str, button: str, why: str = "", status: int = 200
) -> Response:
    """A form with a token that fits the browser's cookie: another site can make neither."""
    given = cookies_of(request.scope).get(_CSRF, "")
    mark = given if len(given) == 43 else secrets.token_urlsafe(32)
    said = f'<p role="alert">{escape(why)}</p>' if why else ""
    csrf = _SIGNER.sign(mark).decode()
    body = _PAGE.format(title=title, action=action, fields=fields, button=button, said=said, csrf=escape(csrf))
    answer = HTMLResponse(body, status, {"Cache-Control": "no-store"})
    _set(request, answer, _CSRF, mark, 3600)
    return answer


async def _asked(request: Request) -> Mapping[str, str]:
    """The fields of a posted form; raises `_Refused` on one that is too long or not ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            raise _Refused("That is more than the form holds.")
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        mark = _SIGNER.unsign(fields.get("csrf", "")).decode()
    except BadSignature as error:
        raise _Refused("The form was too old. Please try again.") from error
    if not secrets.compare_digest(mark.encode(), cookies_of(request.scope).get(_CSRF, "").encode()):
        raise _Refused("The form was not opened in this browser. Please try again.")
    return fields


def _set(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def inside(path: str) -> str:
    """A path of this very server to go back to; anything else is the first page."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if ours and path.isprintable() and "\\" not in path else "/"
