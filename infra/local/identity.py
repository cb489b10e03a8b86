"""Who asks the embedded ClickHouse: user and password, as ClickHouse's HTTP interface takes them."""

import base64
import binascii
import hmac
from collections.abc import Mapping

from infra.local.refusal import Refusal, refusal

USER = "default"


class Doorkeeper:
    """Lets in who knows the home's secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def admit(self, headers: Mapping[str, str], given: Mapping[str, str]) -> None:
        """Raises Refusal 516 unless headers or parameters prove the secret."""
        user, password = _credentials(headers, given)
        known = hmac.compare_digest(password.encode(errors="surrogateescape"), self._secret)
        if not known or user != USER:
            raise refusal(
                516,
                "AUTHENTICATION_FAILED",
                f"{user}: Authentication failed: password is incorrect, or there is no user with such name",
            )


def _credentials(headers: Mapping[str, str], given: Mapping[str, str]) -> tuple[str, str]:
    basic = headers.get("Authorization", "")
    named = "X-ClickHouse-User" in headers or "X-ClickHouse-Key" in headers
    in_url = "user" in given or "password" in given
    if sum((bool(basic), named, in_url)) > 1:
        raise _invalid("more than one way of authentication is used at once")
    if basic:
        return _basic(basic)
    if named:
        return headers.get("X-ClickHouse-User", USER), headers.get("X-ClickHouse-Key", "")
    return given.get("user") or USER, given.get("password", "")


def _basic(header: str) -> tuple[str, str]:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _invalid(f"'{scheme[:20]}' HTTP Authorization scheme is not supported")
    try:
        user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _invalid("the Authorization header is not base64 of user:password") from error
    return user or USER, password


def _invalid(why: str) -> Refusal:
    return refusal(516, "AUTHENTICATION_FAILED", f"Invalid authentication: {why}")
