"""How a pull proves to the vendor that it may read: a fixed token, one that is granted for an hour, or a signature."""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha1
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from producers.pull.failure import PullFailed
from producers.pull.page import Ask

EARLY_MS = 60_000  # a token is granted anew so long before it ends
LONGEST_GRANT_MS = 24 * 3_600_000
LONGEST_TOKEN = 16_384
_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
Form = Callable[[int], dict[str, str]]
Post = Callable[[str, dict[str, str]], dict[str, Any]]


class Login(Protocol):
    """What is sent along with each question."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is never to be shown."""

    def headers(self, ask: Ask, now_ms: int) -> dict[str, str]:
        """The headers of a question. Raises `PullFailed`."""

    def renew(self) -> bool:
        """After a 401: whether the question may be asked again, with a new token."""


@dataclass(frozen=True, repr=False)
class Fixed:
    """A token that an administrator made: `Authorization: SSWS …`."""

    scheme: str
    token: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """See `Login`."""
        return (self.token,)

    def headers(self, ask: Ask, now_ms: int) -> dict[str, str]:
        """See `Login`."""
        return {"Authorization": f"{self.scheme} {self.token}"}

    def renew(self) -> bool:
        """See `Login`."""
        return False


class Granted:
    """An OAuth 2.0 token (RFC 6749): asked for with `form`, kept until shortly before it ends."""

    def __init__(self, token_url: str, form: Form, post: Post, secrets: tuple[str, ...]) -> None:
        self._token_url, self._form, self._post = token_url, form, post
        self._known = secrets
        self._token, self._ends_ms = "", 0

    @property
    def secrets(self) -> tuple[str, ...]:
        """See `Login`."""
        return (*self._known, self._token)

    def headers(self, ask: Ask, now_ms: int) -> dict[str, str]:
        """See `Login`."""
        if now_ms >= self._ends_ms - EARLY_MS:
            self._grant(now_ms)
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """See `Login`."""
        self._ends_ms = 0
        return True

    def _grant(self, now_ms: int) -> None:
        said = self._post(self._token_url, self._form(now_ms))
        token, lasts = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or len(token) > LONGEST_TOKEN:
            raise PullFailed("answer", f"{urlsplit(self._token_url).hostname} grants no access_token")
        seconds = int(f"{lasts}") if re.fullmatch(r"[0-9]{1,9}", f"{lasts}") else 300
        self._token = token
        self._ends_ms = now_ms + min(max(seconds * 1000, 2 * EARLY_MS), LONGEST_GRANT_MS)


def client_form(client_id: str, secret: str, scope: str) -> Form:
    """The form of OAuth's client credentials."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return lambda _: form | ({"scope": scope} if scope else {})


def scope_form(scope: str) -> Form:
    """The same form where the server wants id and secret in the header, as 1EdTech's services do."""
    return lambda _: {"grant_type": "client_credentials", "scope": scope}


def account_form(key_file: str, subject: str, scope: str) -> tuple[Form, str]:
    """The form of a Google service account that acts for `subject` (RFC 7523), and the private key within.

    `key_file` is the JSON that Google's console makes. Raises `PullFailed` for any other text.
    """
    try:
        told = json.loads(key_file)
        issuer, pem, audience = (str(told[name]) for name in ("client_email", "private_key", "token_uri"))
        key = RSAKey.import_key(pem)
    except (ValueError, KeyError, TypeError, JoseError, RecursionError):
        said = "the secret file is not the JSON key of a service account (client_email, private_key, token_uri)"
        raise PullFailed("credentials", said) from None  # the error would quote the file

    header = {"alg": "RS256", "typ": "JWT"} | ({"kid": str(told["private_key_id"])} if "private_key_id" in told else {})

    def form(now_ms: int) -> dict[str, str]:
        at = now_ms // 1000
        claims = {"iss": issuer, "sub": subject, "scope": scope, "aud": audience, "iat": at, "exp": at + 3600}
        return {"grant_type": _BEARER, "assertion": jwt.encode(header, claims, key)}

    return form, pem


@dataclass(frozen=True, repr=False)
class DuoSigned:
    """Duo signs each question: HMAC-SHA1 over date, method, host, path and parameters.

    https://duo.com/docs/adminapi#authentication
    """

    client_id: str
    secret: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """See `Login`."""
        return (self.secret,)

    def headers(self, ask: Ask, now_ms: int) -> dict[str, str]:
        """See `Login`."""
        date = format_datetime(datetime.fromtimestamp(now_ms // 1000, UTC))
        where = urlsplit(ask.url)
        params = "&".join(f"{quote(name, '~')}={quote(value, '~')}" for name, value in sorted(ask.params))
        signed = "\n".join([date, "GET", where.netloc.lower(), where.path, params])
        signature = hmac.new(self.secret.encode(), signed.encode(), sha1).hexdigest()
        basic = b64encode(f"{self.client_id}:{signature}".encode()).decode()
        return {"Date": date, "Authorization": f"Basic {basic}"}

    def renew(self) -> bool:
        """See `Login`."""
        return False
