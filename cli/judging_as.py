"""Judging the whole of a district on somebody's behalf: whether they may, and what of the findings they may see."""

from collections.abc import Iterable

import click

from casework.register import Register
from casework.roles import may
from casework.scope import Conflict, conflict, naming
from casework.users import User
from cli.acting import refuse
from cli.addresses import resolved
from cli.answers import READ, USER, WHOLE
from model.violation import Violation, decode_violation, encode_violation
from storage.client import Store


def whole_store(right: str, district: str | None = None) -> Store:
    """The whole store, for who has the right in the whole district; what is refused is recorded. Exit 1."""
    context = click.get_current_context()
    store: Store = context.meta[WHOLE]
    user: User | None = context.meta.get(USER)
    if user is None:
        return store
    outside = bool(user.districts) and district is not None and district not in user.districts
    if not may(user.roles, right) or user.schools or outside:
        with Register(resolved(), store) as register:
            refuse(register, user, right, f"district:{district}" if district else "")
    return store


def seen(violations: Iterable[Violation]) -> list[Violation]:
    """What of them the user may see, and as they see it: none about themselves, students under pseudonyms."""
    context = click.get_current_context()
    user: User | None = context.meta.get(USER)
    if user is None:
        return list(violations)
    own = conflict(context.meta[WHOLE], user)
    lines = b"".join(encode_violation(one) + b"\n" for one in violations if not is_about(one, own, user))
    read: Store = context.meta[READ]
    return [decode_violation(line) for line in read.shown(lines).splitlines()]


def is_about(one: Violation, own: Conflict, user: User) -> bool:
    """Whether a finding is not the user's to see: it names who is theirs, in an exhibit too, or is for reviewers."""
    body = encode_violation(one).decode()
    named = one.vendor in own.vendors or any(text in body for text in naming(own))
    reviewed = one.detection == "investigator_misuse" and not may(user.roles, "read searches")
    return named or reviewed or one.violation_id in own.violation_ids
