"""The people who use it: local accounts, their roles and what they may not see; folds over `user.…` decisions."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from casework.fold import Entry, folded, histories, version
from casework.passwords import hashed
from casework.register import Register, decision
from casework.shown import HIDDEN
from model.casework import CaseworkEvent
from storage.queries.casework import of_noun

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One account. `districts` empty means all; `schools` empty means the whole district.

    `person`: whose id the account is in the district's tables; `supervises`: people whose cases they do not see.
    `issuer` and `subject`: whom the district's single sign-on means by it; None of a local account.
    """

    name: str
    roles: tuple[str, ...]
    districts: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    person: str | None = None
    supervises: tuple[str, ...] = ()
    disabled: bool = False
    added_at: str = ""
    kept: str | None = None  # the hash of the password; None until one was chosen
    version: int = 0
    issuer: str | None = None
    subject: str | None = None

    def told(self) -> dict[str, Any]:
        """What may be shown of it."""
        said = msgspec.to_builtins(self)
        return {**{name: value for name, value in said.items() if name != "kept"}, "password": self.kept is not None}


class UserRefused(ValueError):
    """A change to a user that cannot be; the message says why."""


def entity_of(name: str) -> str:
    """The entity of a user."""
    return f"user:{name}"


def state(entries: list[Entry]) -> User | None:
    """The user as the decisions left it; None where there is none."""
    start: User | None = None
    found = folded(start, entries, _step)
    return found and msgspec.structs.replace(found, version=version(entries))


def _step(user: User | None, event: CaseworkEvent) -> User | None:
    body = event.body
    if event.kind == "user.added":
        fields = {name: body[name] for name in User.__struct_fields__ if name in body}
        named = {**fields, "name": event.entity.partition(":")[2], "added_at": event.at, "kept": body.get(HIDDEN)}
        return msgspec.convert(named, User)
    if user is None:
        return None
    if event.kind == "user.disabled":
        return msgspec.structs.replace(user, disabled=True)
    if event.kind == "user.roles_changed":
        return msgspec.structs.replace(user, roles=tuple(body["roles"]))
    if event.kind == "user.schools_changed":
        return msgspec.structs.replace(user, schools=tuple(body["schools"]))
    if event.kind == "user.password_changed":
        return msgspec.structs.replace(user, kept=body[HIDDEN])
    return user


def user_of(register: Register, name: str) -> User | None:
    """The user of that name."""
    return state(register.of("", entity_of(name)))


def all_users(register: Register) -> list[User]:
    """Every user, in order of their names. Where ClickHouse was emptied Kafka still knows them: it is no fresh home."""
    if not (events := of_noun(register.store, "", "user")):
        register.catch_up("")
        events = of_noun(register.store, "", "user")
    found = histories(events)
    return sorted((one for one in map(state, found.values()) if one), key=lambda user: user.name)


def added(
    name: str, roles: Iterable[str], password: str | None, at: datetime, actor: str, role: str, **more: Any
) -> CaseworkEvent:
    """The decision that adds a user; raises `UserRefused` and PasswordRefused."""
    if not _NAME.fullmatch(name):
        raise UserRefused(f"{name!r} cannot be a user's name: use lowercase letters, digits and . _ - @, at most 64")
    body = {"roles": list(roles), **more, **({HIDDEN: hashed(password, name)} if password is not None else {})}
    return decision(
        entity_of(name), "user.added", at, actor=actor, role=role, purpose="update", expected_version=0, body=body
    )


def changed(user: User, kind: str, at: datetime, actor: str, role: str, **body: Any) -> CaseworkEvent:
    """A decision that changes a user as it was seen."""
    return decision(
        entity_of(user.name),
        kind,
        at,
        actor=actor,
        role=role,
        purpose="update",
        expected_version=user.version,
        body=body,
    )


def last_administrator(users: Iterable[User], leaving: str) -> bool:
    """Whether nobody but `leaving` could manage users."""
    others = [one for one in users if one.name != leaving and not one.disabled and one.kept is not None]
    return not any("administrator" in one.roles for one in others)
