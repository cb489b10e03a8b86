"""Passwords are kept as argon2id hashes; what is wrong with a new one is said before it is taken."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 8, 256  # characters; 8 is the least that NIST SP 800-63B-4 lets a subscriber choose
HASHER: Final = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory; tests are given a quick one


class PasswordRefused(ValueError):
    """A new password that would not protect anything; the message says why."""


def hashed(password: str, name: str) -> str:
    """The hash to keep of a new password; raises `PasswordRefused`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordRefused(f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}")
    if password.lower() == name.lower() or len(set(password)) < 4:
        raise PasswordRefused("that password would be the first to be tried; choose another one")
    return HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password of this hash; takes as long where there is no hash."""
    try:
        right = HASHER.verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _nobodys() -> str:
    """What is checked where there is no such user: the answer takes as long."""
    return HASHER.hash("nobody has this password")
