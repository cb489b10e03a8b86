"""Who somebody is: a name and a password against the kept hash. Failures are events, and slow down the next try."""

import uuid
from datetime import datetime, timedelta
from threading import Lock

from casework.passwords import fits
from casework.register import Register, decision
from casework.users import User, all_users
from model.event import parse_at
from storage.queries.casework import matching

WINDOW = timedelta(minutes=15)  # how long a failure counts
FREE = 3  # failures before the first wait
LONGEST_WAIT_S = 60
_LONGEST_NAME = 64
_TURNS = [Lock() for _ in range(64)]  # who tries one name many times at once waits for the answer to each


class NotSignedIn(RuntimeError):
    """Name and password do not fit, or it is too soon to try again; the message says which and nothing else."""


def sign_in(register: Register, name: str, password: str, at: datetime, where: str) -> User:
    """The user whom name and password fit; `where` is the address or terminal that asked. Raises `NotSignedIn`."""
    asked = "".join(letter for letter in name.strip().lower() if letter.isprintable())[:_LONGEST_NAME]
    with _TURNS[hash(asked) % len(_TURNS)]:
        return _signed_in(register, asked, password, at, where)


def _signed_in(register: Register, asked: str, password: str, at: datetime, where: str) -> User:
    if wait := wait_s(_failures(register, asked, at), at):
        raise NotSignedIn(f"too many failed logins for {asked}; try again in {wait} s")
    user = next((one for one in all_users(register) if one.name == asked), None)
    right = fits(password, user.kept if user else None)
    if user is None or not right or user.disabled:
        register.write(
            decision(
                f"home:login-{uuid.uuid4().hex[:12]}",
                "user.login_failed",
                at,
                actor=asked or "?",
                role="",
                body={"from": where, "known": user is not None, "disabled": bool(user and user.disabled)},
            )
        )
        raise NotSignedIn("the name and the password do not fit together")
    return user


def wait_s(failed: list[datetime], at: datetime) -> int:
    """Seconds until the next try is looked at: none after three failures, then 2, 4, 8 … up to a minute."""
    recent = [one for one in failed if abs(at - one) < WINDOW]  # who asked later may be answered before
    if len(recent) <= FREE:
        return 0
    due = max(recent) + timedelta(seconds=min(2 ** (len(recent) - FREE), LONGEST_WAIT_S))
    return min(LONGEST_WAIT_S, max(0, -((at - due) // timedelta(seconds=1))))


def _failures(register: Register, name: str, at: datetime) -> list[datetime]:
    found = matching(register.store, kinds=("user.login_failed",), actor=name, since=at - WINDOW, limit=20)
    return [parse_at(one.at) for one in found]
