"""The district's single sign-on: a real OpenID provider process on loopback, our routes, door and guard before them."""

import socket
import subprocess
import sys
import time
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from casework import users
from casework.register import NotRecorded, Register
from casework.single_sign_on import NotMapped, Person, Provider, person_of, provider_of
from casework.single_sign_on import signed_on as signed_on_
from casework.users import user_of
from dashboard import login, single_sign_on
from dashboard.door import Door
from dashboard.guard import SSO_BACK, Guard
from dashboard.single_sign_on import NotSignedOn, begun, verified
from infra.local.stack import Stack
from model.clock import now
from model.settings import Settings
from storage.client import Store
from storage.queries.casework import matching
from tests.support.storage_cases import fresh_store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it prefers another client than the one we have
    from starlette.testclient import TestClient

ROLES = "it-audit=analyst;it-admin=administrator"
PASSWORD = "correct horse battery"


# Pure


def provider(**more: Any) -> Provider:
    told = {"issuer": "https://id.example", "client_id": "hm", "client_secret": "", "name_claim": "preferred_username",
            "role_claim": "roles", "roles": {"it-audit": "analyst"}, "redirect": ""}  # fmt: skip
    return Provider(**{**told, **more})


ADDRESSES = {"authorization_endpoint": "https://id.example/go", "token_endpoint": "https://id.example/token",
             "jwks_uri": "https://id.example/keys"}  # fmt: skip


def test_claims_name_somebody_with_our_roles() -> None:
    claims = {"sub": "42", "preferred_username": "Ana.Bell", "roles": ["it-audit", "choir"]}
    found = person_of(provider(), claims)
    assert (found.name, found.roles, found.subject) == ("ana.bell", ("analyst",), "42")
    nested = {"sub": "42", "preferred_username": "ana", "realm_access": {"roles": ["it-audit"]}}
    assert person_of(provider(role_claim="realm_access.roles"), nested).roles == ("analyst",)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "42", "preferred_username": "ana", "roles": ["choir"]},
        {"sub": "42", "preferred_username": "ana"},
        {"sub": "42", "preferred_username": "a b", "roles": ["it-audit"]},
        {"sub": "42", "roles": ["it-audit"]},
        {"preferred_username": "ana", "roles": ["it-audit"]},
        {"sub": "42", "preferred_username": "ana", "roles": {"it-audit": True}},
    ],
)
def test_claims_that_name_nobody_or_no_role_let_nobody_in(claims: dict[str, Any]) -> None:
    with pytest.raises(NotMapped):
        person_of(provider(), claims)


def test_somebody_works_for_the_schools_of_their_claim() -> None:
    claims = {"sub": "42", "preferred_username": "ana", "roles": ["it-audit"]}
    told = {**claims, "sites": ["North", "choir"]}
    assert person_of(provider(), told).schools == ()
    by_id = provider(school_claim="sites")
    assert person_of(by_id, told).schools == ("North", "choir")
    mapped = provider(school_claim="sites", schools={"North": "S001", "office": "*"})
    assert person_of(mapped, told).schools == ("S001",)
    assert person_of(mapped, {**claims, "sites": ["North", "office"]}).schools == ()
    for none in ({}, {"sites": []}, {"sites": "choir"}, {"sites": [7]}, {"sites": {"North": True}}):
        with pytest.raises(NotMapped, match="is a school here"):
            person_of(mapped, {**claims, **none})
    settings = Settings(oidc_issuer="https://id.example", oidc_client_id="hm", oidc_roles=ROLES,
                        oidc_school_claim="sites", oidc_schools="North=S001; office=*")  # fmt: skip
    found = provider_of(settings)
    assert found
    assert (found.school_claim, found.schools) == ("sites", {"North": "S001", "office": "*"})


@pytest.mark.slow
def test_the_schools_are_read_again_at_each_login(stack: Stack, store: Store) -> None:
    name, at = fresh(), now()
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        for schools in (("S001",), ("S001", "S002"), ()):
            person = Person("https://id.example", name, name, ("analyst",), schools)
            assert signed_on_(register, person, at).schools == schools
            assert user_of(register, name).schools == schools  # type: ignore[union-attr]


def test_settings_that_do_not_fit_are_told() -> None:
    assert provider_of(Settings(oidc_issuer="")) is None
    for told in ({"oidc_client_id": ""}, {"oidc_roles": ""}, {"oidc_roles": "x=king"}):
        with pytest.raises(ValueError, match="OIDC_"):
            provider_of(
                Settings(**{"oidc_issuer": "https://id.example", "oidc_client_id": "hm", "oidc_roles": ROLES, **told})
            )  # type: ignore[arg-type]


# With a provider


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    child = subprocess.Popen([sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/.well-known/openid-configuration")
            break
        except httpx.HTTPError:
            time.sleep(0.2)
    yield address
    child.terminate()
    child.wait(timeout=20)


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, f"sso_{uuid.uuid4().hex[:8]}")
    yield store
    store.close()


@pytest.fixture
def browser(
    stack: Stack, store: Store, issuer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[TestClient]:
    """A browser of somebody who has not logged in."""
    told = {**stack.environment, "CLICKHOUSE_URL": store.url, "HALLMONITOR_HOME": str(tmp_path), "OIDC_ISSUER": issuer,
            "OIDC_CLIENT_ID": "hm", "OIDC_CLIENT_SECRET": "s3cret", "OIDC_ROLES": ROLES}  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    routes = [*login.ROUTES, *single_sign_on.ROUTES, Route("/", _page)]
    app = Starlette(routes=routes, middleware=[Middleware(Door), Middleware(Guard)])
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("a page")


def at_provider(issuer: str, address: str, subject: str, **claims: Any) -> str:
    """What the provider's own login page answers: the address that the browser goes back to."""
    httpx.put(f"{issuer}/users/{subject}", json=claims).raise_for_status()
    answer = httpx.post(address, data={"sub": subject})
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"]


def signed_on(browser: TestClient, issuer: str, subject: str, **claims: Any) -> httpx.Response:
    begun = browser.get("/login/sso?next=/violation")
    assert begun.status_code == 303, begun.text
    return browser.get(at_provider(issuer, begun.headers["location"], subject, **claims))  # type: ignore[return-value]


def fresh() -> str:
    return f"u{uuid.uuid4().hex[:10]}"


@pytest.mark.slow
def test_somebody_of_the_district_is_let_in_with_the_role_of_their_claim(
    browser: TestClient, issuer: str, stack: Stack, store: Store
) -> None:
    name = fresh()
    assert browser.get("/").status_code in (303, 401)
    assert 'href="/login/sso?next=' in browser.get("/login").text
    done = signed_on(browser, issuer, name, preferred_username=name, roles=["it-audit"])
    assert (done.status_code, done.headers["location"]) == (303, "/violation")
    assert browser.get("/").text == "a page"
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        user = user_of(register, name)
    assert user is not None
    assert (user.roles, user.issuer, user.subject, user.kept) == (("analyst",), issuer, name, None)
    assert signed_on(browser, issuer, name, preferred_username=name, roles=["it-admin"]).status_code == 303
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        assert user_of(register, name).roles == ("administrator",)  # type: ignore[union-attr]


@pytest.mark.slow
def test_the_request_bears_state_nonce_and_a_challenge_and_no_secret(browser: TestClient) -> None:
    asked = parse_qs(urlsplit(browser.get("/login/sso").headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == len(asked["code_challenge"][0]) == 43
    assert asked["redirect_uri"] == ["http://127.0.0.1/login/sso/back"]
    assert "s3cret" not in str(asked)


@pytest.mark.slow
def test_nobody_gets_in_by_another_state_another_browser_or_twice(browser: TestClient, issuer: str) -> None:
    name = fresh()
    claims = {"preferred_username": name, "roles": ["it-audit"]}
    back = at_provider(issuer, browser.get("/login/sso").headers["location"], name, **claims)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert browser.get(back.replace(state, "x" * 43)).status_code == 403
    cookies = dict(browser.cookies)
    browser.cookies.clear()
    assert browser.get(back).status_code == 403
    for cookie, value in cookies.items():
        browser.cookies.set(cookie, value, domain="127.0.0.1", path="/login/sso")
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    assert browser.get("/login/sso/back?error=access_denied&state=x").status_code == 403


@pytest.mark.slow
def test_whom_no_role_is_mapped_or_a_local_account_is_called_so_is_turned_away_and_recorded(
    browser: TestClient, issuer: str, stack: Stack, store: Store
) -> None:
    name = fresh()
    with Register(stack.settings(clickhouse_url=store.url), store) as register:
        register.write(users.added(name, ["administrator"], PASSWORD, now(), "ada", "administrator"))
    assert signed_on(browser, issuer, name, preferred_username=name, roles=["it-admin"]).status_code == 403
    assert signed_on(browser, issuer, fresh(), preferred_username=fresh(), roles=["choir"]).status_code == 403
    one, other = fresh(), fresh()
    assert signed_on(browser, issuer, one, preferred_username=one, roles=["it-audit"]).status_code == 303
    assert signed_on(browser, issuer, other, preferred_username=one, roles=["it-admin"]).status_code == 403
    said = [str(one.body.get("why")) for one in matching(store, kinds=("user.login_failed",), actor="?")]
    assert any("another account" in why for why in said)
    assert any("has a role here" in why for why in said)


@pytest.mark.slow
def test_a_token_of_another_key_issuer_audience_time_or_login_is_refused(issuer: str) -> None:
    own = provider(issuer=issuer, client_id="hm")
    key = RSAKey.generate_key(2048, {"kid": "x", "use": "sig", "alg": "RS256"})
    at = int(now().timestamp())
    good = {"iss": issuer, "aud": "hm", "sub": "42", "exp": at + 60, "iat": at, "nonce": "n"}
    with pytest.raises(NotSignedOn):
        verified(own, jwt.encode({"alg": "RS256", "kid": "x"}, good, key), "n")
    with pytest.raises(NotSignedOn):
        verified(own, "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.", "n")


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://evil.example"}, {"aud": "other"}, {"exp": 1}, {"nonce": "m"}, {"sub": None}, {"nonce": None}],
)
def test_only_claims_for_us_now_and_for_this_login_are_valid(
    wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
    own, at = provider(), int(now().timestamp())
    monkeypatch.setattr(single_sign_on, "_fetched", lambda address, minute: (
        {"keys": [key.as_dict(private=False)]} if address.endswith("/keys")
        else {"issuer": own.issuer, **ADDRESSES}))  # fmt: skip
    good = {"iss": own.issuer, "aud": "hm", "sub": "42", "exp": at + 60, "iat": at, "nonce": "n"}
    header = {"alg": "RS256", "kid": "k"}
    assert verified(own, jwt.encode(header, good, key), "n")["sub"] == "42"
    told = {name: value for name, value in {**good, **wrong}.items() if value is not None}
    with pytest.raises(NotSignedOn):
        verified(own, jwt.encode(header, told, key), "n")


def test_a_provider_elsewhere_is_asked_over_tls_only() -> None:
    with pytest.raises(NotSignedOn, match="https"):
        verified(provider(issuer="http://id.example"), "x", "n")


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("told", ["http://id.example/x", None])
def test_no_code_secret_or_key_goes_where_it_is_not_safe(
    name: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"issuer": "https://id.example", **ADDRESSES, name: told}
    monkeypatch.setattr(single_sign_on, "_fetched", lambda address, minute: said)
    with pytest.raises(NotSignedOn, match="https"):
        begun(provider(), "https://hm.example/back", "/", "b")


def test_where_no_server_answers_nobody_is_let_in_and_the_form_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Register:
        raise NotRecorded("Kafka did not acknowledge")

    for name, value in {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "hm", "OIDC_ROLES": ROLES}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(single_sign_on, "opened_register", away)
    found = TestClient(Starlette(routes=single_sign_on.ROUTES)).get(SSO_BACK, params={"error": "access_denied"})
    assert (found.status_code, "A server does not answer" in found.text) == (403, True)
