"""Who acts: `--user NAME` with the password from a prompt or HALLMONITOR_PASSWORD, and whether they may."""

import functools
import os
import sys
import uuid
from collections.abc import Callable
from contextlib import closing
from getpass import getuser
from typing import Any, NoReturn

import click

from casework.fold import Entry
from casework.register import Register, decision
from casework.roles import RIGHTS, may, role_for
from casework.signing_in import sign_in
from casework.users import User
from cli.addresses import open_store, resolved
from model.casework import CaseworkEvent
from model.clock import now

PASSWORD, NEW_PASSWORD = "HALLMONITOR_PASSWORD", "HALLMONITOR_NEW_PASSWORD"

named = click.option("--user", "actor", help=f"The user who does it. Asks for the password, or takes {PASSWORD}.")
Decorated = Callable[..., Any]


class TooLate(click.ClickException):
    """Somebody else decided first; exit code 1."""


def asks_register(body: Decorated) -> Decorated:
    """Give a command the open register as its first argument."""

    @functools.wraps(body)
    def command(*arguments: Any, **options: Any) -> Any:
        settings = resolved()
        with closing(open_store()) as store, Register(settings, store) as register:
            return body(register, *arguments, **options)

    return command


def acting(register: Register, name: str | None, right: str | None, entity: str = "") -> User:
    """The user who acts, signed in. Without the right (None: anybody may) it is refused, which is recorded; exit 1."""
    if not name:
        raise click.UsageError("say who decides: --user NAME")
    user = sign_in(register, name, _password(PASSWORD, f"Password of {name}"), now(), f"terminal of {getuser()}")
    if right and not may(user.roles, right):
        refuse(register, user, right, entity)
    return user


def in_district(register: Register, user: User, right: str, district: str) -> None:
    """Refuse, and record it, where a district is none of the user's; exit 1."""
    if user.districts and district not in user.districts:
        _record_refusal(register, user, right, f"district:{district}")
        raise click.ClickException(f"{user.name} works for {', '.join(user.districts)}, not for {district}")


def without_conflict(register: Register, user: User, right: str, entity: str, why: str | None) -> None:
    """Refuse, and record it, where `why` says that somebody must not do it; exit 1."""
    if why:
        _record_refusal(register, user, right, entity)
        raise click.ClickException(why)


def refuse(register: Register, user: User, right: str, entity: str = "") -> NoReturn:
    """Record that a command was refused, and end with why."""
    _record_refusal(register, user, right, entity)
    needed = " or ".join(sorted(RIGHTS[right]))
    scope = "" if not may(user.roles, right) else ", in the whole district"
    roles = ", ".join(user.roles)
    raise click.ClickException(f"{user.name} ({roles}) may not {right}: that takes the role {needed}{scope}")


def _record_refusal(register: Register, user: User, right: str, entity: str) -> None:
    body = {"right": right, "entity": entity, "roles": list(user.roles), "command": " ".join(sys.argv[1:3])}
    register.write(
        decision(
            f"home:refusal-{uuid.uuid4().hex[:12]}",
            "command.refused",
            now(),
            actor=user.name,
            role="+".join(user.roles),
            body=body,
        )
    )


def decide(register: Register, event: CaseworkEvent) -> Entry:
    """Write a decision; raises `TooLate` with who was first."""
    entry = register.write(event)
    if entry.holds:
        return entry
    first = entry.first
    told = f": {first.actor} was first ({first.kind}, {first.at})" if first else ""
    raise TooLate(f"not done{told}. The attempt is recorded; look at {event.entity} and decide again")


def new_password(name: str) -> str:
    """A new user's password, asked for twice or read from HALLMONITOR_NEW_PASSWORD."""
    given = os.environ.get(NEW_PASSWORD)
    if given is not None:
        return given
    return str(click.prompt(f"New password of {name}", hide_input=True, confirmation_prompt=True, err=True))


def role_of(user: User, right: str) -> str:
    """In which role a user does it."""
    return role_for(user.roles, right)


def _password(variable: str, words: str) -> str:
    given = os.environ.get(variable)
    return given if given is not None else str(click.prompt(words, hide_input=True, err=True))
