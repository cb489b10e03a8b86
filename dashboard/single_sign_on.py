"""Logging in with the district's single sign-on: OpenID Connect's authorization code flow with PKCE, state and nonce.

The provider is asked by Authlib; the ID token is checked by joserfc: signature by the provider's keys, issuer,
audience, time and nonce. What a flow waits for is kept in this process and bound to the browser by a cookie.
"""

import secrets
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from itsdangerous import BadSignature, Signer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework.register import decision
from casework.single_sign_on import NotMapped, Person, Provider, person_of, provider_of, signed_on
from casework.users import User
from dashboard.guard import SSO_BACK, SSO_GO, cookies_of
from dashboard.login import UNANSWERED, UNANSWERED_SAID, inside, let_in, refused
from dashboard.opened_store import opened_register
from model.clock import now
from model.settings import Settings

COOKIE: Final = "hallmonitor_sso"
WITHIN_S = 600.0  # how long somebody may take at the provider
PATIENCE_S = 10.0
MOST = 1_000  # flows at once
_ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"]
_SIGNER: Final = Signer(secrets.token_bytes(32), salt="sso")
log = structlog.get_logger("dashboard")


class NotSignedOn(RuntimeError):
    """The provider did not vouch for somebody we may let in; the message is for the person."""


@dataclass(frozen=True)
class Flow:
    """What one login waits for. `browser`: what its cookie must say."""

    browser: str
    nonce: str
    verifier: str
    redirect: str
    back: str
    began: float


_flows: dict[str, Flow] = {}
_lock = Lock()


def begun(provider: Provider, redirect: str, back: str, browser: str) -> str:
    """The provider's address to send the browser to. Raises `NotSignedOn`."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    with _client(provider, redirect) as client:
        address, _ = client.create_authorization_url(
            _found(provider)["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
        )
    with _lock:
        alive = {name: flow for name, flow in _flows.items() if time.monotonic() - flow.began < WITHIN_S}
        _flows.clear()
        _flows.update(list(alive.items())[-MOST + 1 :])
        _flows[state] = Flow(browser, nonce, verifier, redirect, back, time.monotonic())
    return str(address)


def ended(provider: Provider, state: str, code: str, browser: str) -> tuple[Person, str]:
    """Whom the provider vouches for, and where they were going; a state counts once.

    Raises `NotSignedOn` and `NotMapped`.
    """
    with _lock:
        flow = _flows.pop(state, None)
    if flow is None or time.monotonic() - flow.began >= WITHIN_S:
        raise NotSignedOn("The login took too long, or was not begun here. Please try again.")
    if not secrets.compare_digest(flow.browser.encode(), browser.encode()):
        raise NotSignedOn("The login was begun in another browser. Please try again.")
    try:
        with _client(provider, flow.redirect) as client:
            token = client.fetch_token(
                _found(provider)["token_endpoint"], code=code, code_verifier=flow.verifier, timeout=PATIENCE_S
            )
    except (AuthlibBaseError, httpx.HTTPError, ValueError) as error:
        raise NotSignedOn("The district's single sign-on did not confirm the login.") from error
    return person_of(provider, verified(provider, str(token.get("id_token", "")), flow.nonce)), flow.back


def verified(provider: Provider, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that this provider made for us, now and for this login. Raises `NotSignedOn`."""
    rules = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": _found(provider)["issuer"]},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        found = jwt.decode(token, _keys(provider), algorithms=_ALGORITHMS)
        rules.validate(found.claims)
    except (JoseError, ValueError, KeyError) as error:
        raise NotSignedOn("The district's single sign-on sent a token that is not valid here.") from error
    return dict(found.claims)


def _client(provider: Provider, redirect: str) -> OAuth2Client:
    return OAuth2Client(
        provider.client_id,
        provider.client_secret or None,
        scope="openid profile email",
        redirect_uri=redirect,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
        timeout=PATIENCE_S,
    )


def _found(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself. Raises `NotSignedOn`."""
    told = _asked(f"{provider.issuer}/.well-known/openid-configuration")
    if str(told.get("issuer", "")).rstrip("/") != provider.issuer:
        raise NotSignedOn("The single sign-on says that it is another issuer than OIDC_ISSUER names.")
    for name in _ADDRESSES:
        _check_address(str(told.get(name) or ""))
    return told


def _keys(provider: Provider) -> KeySet:
    return KeySet.import_key_set(_asked(_found(provider)["jwks_uri"]))  # type: ignore[arg-type]


def _asked(address: str) -> dict[str, Any]:
    """A document of the provider, a minute old at most. Raises `NotSignedOn`."""
    _check_address(address)
    return _fetched(address, int(time.monotonic() // 60))


def _check_address(address: str) -> None:
    """Over TLS, or on this very machine: to one of these addresses goes our secret, another one vouches for people."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise NotSignedOn("The single sign-on must be reached by https.")


@lru_cache(maxsize=8)
def _fetched(address: str, minute: int) -> dict[str, Any]:
    try:
        answer = httpx.get(address, timeout=PATIENCE_S, follow_redirects=False)
        answer.raise_for_status()
        told = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NotSignedOn("The district's single sign-on does not answer.") from error
    if not isinstance(told, dict):
        raise NotSignedOn("The district's single sign-on does not answer as it should.")
    return told


async def go(request: Request) -> Response:
    """Sends the browser to the provider."""
    try:
        provider = provider_of(Settings())
        if provider is None:
            raise NotSignedOn("No single sign-on is set up here.")
        redirect = provider.redirect or str(request.url_for("sso_back"))
        browser = secrets.token_urlsafe(32)
        back = inside(request.query_params.get("next", "/"))
        address = await run_in_threadpool(begun, provider, redirect, back, browser)
    except (NotSignedOn, ValueError) as error:
        return refused(request, str(error))
    answer = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    secure = redirect.startswith("https:")
    value = _SIGNER.sign(browser).decode()
    answer.set_cookie(COOKIE, value, max_age=int(WITHIN_S), path=SSO_GO, httponly=True, samesite="lax", secure=secure)
    return answer


async def back(request: Request) -> Response:
    """Lets in whom the provider vouches for; whom it does not, is recorded. Where that cannot be, nobody is let in."""
    try:
        return await _let_in_or_away(request)
    except UNANSWERED:
        return refused(request, UNANSWERED_SAID)


async def _let_in_or_away(request: Request) -> Response:
    asked = request.query_params
    where = request.client.host if request.client else "?"
    try:
        provider = provider_of(Settings())
        if provider is None:
            raise NotSignedOn("No single sign-on is set up here.")
        if "error" in asked:
            raise NotSignedOn("The district's single sign-on refused the login.")
        browser = _SIGNER.unsign(cookies_of(request.scope).get(COOKIE, "")).decode()
        person, onward = await run_in_threadpool(
            ended, provider, asked.get("state", ""), asked.get("code", ""), browser
        )
        user: User = await run_in_threadpool(signed_on, opened_register(), person, now())
    except BadSignature:
        return await _turned_away(request, "The login was begun in another browser. Please try again.", where)
    except NotMapped as error:
        return await _turned_away(request, f"You are known, but may not go on: {error}.", where)
    except (NotSignedOn, ValueError) as error:
        return await _turned_away(request, str(error), where)
    answer = let_in(request, user, onward)
    answer.delete_cookie(COOKIE, path=SSO_GO, httponly=True, samesite="lax")
    return answer


async def _turned_away(request: Request, why: str, where: str) -> Response:
    body = {"from": where, "known": False, "disabled": False, "why": why}
    entity = f"home:login-{uuid.uuid4().hex[:12]}"
    event = decision(entity, "user.login_failed", now(), actor="?", role="", body=body)
    await run_in_threadpool(opened_register().write, event)
    return refused(request, why)


ROUTES: Final = [
    Route(SSO_GO, go, methods=["GET"]),
    Route(SSO_BACK, back, methods=["GET"], name="sso_back"),
]
