"""The link that can be used once: how the first administrator of a fresh home comes to a password."""

import hashlib
import hmac
import os
import secrets
from datetime import datetime
from getpass import getuser
from pathlib import Path

from casework import users
from casework.passwords import hashed
from casework.register import Register
from casework.shown import HIDDEN
from casework.users import User

NAME = "admin"
FILE = "first_link"  # in the home: the SHA-256 of the token; gone once it was used


class WrongLink(ValueError):
    """A link that was used already, or never was one."""


def first_link(home: Path, register: Register, at: datetime, roles: tuple[str, ...] = ("administrator",)) -> str | None:
    """The token of a home in which nobody has a password yet; makes the administrator. None once somebody has one."""
    known = {one.name: one for one in users.all_users(register)}
    if any(one.kept for one in known.values()):
        return None
    if NAME not in known:
        register.write(users.added(NAME, roles, None, at, getuser(), "system"))
    token = secrets.token_urlsafe(32)
    descriptor = os.open(home / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_digest(token))
    return token


def take_first_link(home: Path, register: Register, token: str, password: str, at: datetime) -> User:
    """Use the link: its administrator has this password from now on. Raises `WrongLink` and PasswordRefused."""
    user = users.user_of(register, NAME)
    kept = hashed(password, NAME)
    if user is None or user.kept is not None or not _fits(home, token):
        raise WrongLink("the link was used already, or a newer one was printed")
    entry = register.write(users.changed(user, "user.password_changed", at, NAME, "administrator", **{HIDDEN: kept}))
    if not entry.holds:
        raise WrongLink("the link was used already")
    (home / FILE).unlink(missing_ok=True)
    changed = users.user_of(register, NAME)
    assert changed is not None
    return changed


def _fits(home: Path, token: str) -> bool:
    try:
        return hmac.compare_digest((home / FILE).read_text().strip(), _digest(token))
    except FileNotFoundError:
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
