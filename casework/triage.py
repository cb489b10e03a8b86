"""Triage: where the handling of a violation stands, who does it, and what came of it; a fold over `violation.triaged`.

Each decision says the whole standing after it (state, outcome, assignee), so that ClickHouse can filter by the newest.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from casework.fold import Entry, folded, version
from casework.register import decision
from casework.roles import RIGHTS, may, role_for
from casework.users import User
from model.casework import CaseworkEvent

State = Literal["new", "assigned", "waiting", "closed"]
Outcome = Literal["confirmed", "benign", "policy_exception", "false_positive", "duplicate"]
STATES: tuple[State, ...] = ("new", "assigned", "waiting", "closed")
OUTCOMES: tuple[Outcome, ...] = ("confirmed", "benign", "policy_exception", "false_positive", "duplicate")
RIGHT, REVIEW = "triage", "review misuse"
MISUSE = "investigator_misuse"  # found about those who search; reviewers alone handle it
LONGEST = 10_000  # letters of a comment


class Comment(msgspec.Struct, frozen=True):
    """What somebody noted when deciding."""

    at: str
    actor: str
    text: str


class Triage(msgspec.Struct, frozen=True, kw_only=True):
    """How a violation stands with the people who handle it; `version` is how many decisions made it so."""

    state: State = "new"
    outcome: Outcome | None = None
    assignee: str | None = None
    decided_by: str | None = None
    decided_at: str | None = None
    comments: list[Comment] = []
    version: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become different; None leaves it as it is."""

    state: State | None = None
    outcome: Outcome | None = None
    assignee: str | None = None
    comment: str = ""


def right_for(detection: str) -> str:
    """Which right it takes to handle what a detection found."""
    return REVIEW if detection == MISUSE else RIGHT


class TriageRefused(ValueError):
    """A decision that makes no sense as things stand; the message says why."""


def entity_of(violation_id: str) -> str:
    """The entity of a violation."""
    return f"violation:{violation_id}"


def state(entries: list[Entry]) -> Triage:
    """How a violation stands after these decisions about it."""
    return msgspec.structs.replace(folded(Triage(), entries, _step), version=version(entries))


def _step(before: Triage, event: CaseworkEvent) -> Triage:
    if event.kind != "violation.triaged":
        return before
    body = event.body
    said = [Comment(event.at, event.actor, body["comment"])] if body.get("comment") else []
    return msgspec.convert(
        {
            "state": body["state"],
            "outcome": body.get("outcome"),
            "assignee": body.get("assignee"),
            "decided_by": event.actor,
            "decided_at": event.at,
            "comments": [*before.comments, *said],
        },
        Triage,
    )


def changed(before: Triage, change: Change, actor: str) -> dict[str, Any]:
    """The body of the decision: the whole standing after it. Raises `TriageRefused`.

    An outcome closes; somebody named is assigned; who assigns nobody takes it; `new` begins anew.
    """
    if change == Change():
        raise TriageRefused("nothing would change: give --state, --outcome, --assign or --comment")
    if len(change.comment) > LONGEST:
        raise TriageRefused(f"the comment has {len(change.comment):,} characters; at most {LONGEST:,}")
    now = change.state or _implied(before, change)
    if change.outcome and now != "closed":
        raise TriageRefused(f"{change.outcome} is the outcome of a closed violation, and this one would be {now}")
    outcome = (change.outcome or before.outcome) if now == "closed" else None
    if now == "closed" and not outcome:
        raise TriageRefused(f"closing takes an outcome: --outcome {'|'.join(OUTCOMES)}")
    assignee = None if now == "new" else change.assignee or before.assignee or (actor if now == "assigned" else None)
    return {"state": now, "outcome": outcome, "assignee": assignee, "comment": change.comment.strip()}


def _implied(before: Triage, change: Change) -> State:
    if change.outcome:
        return "closed"
    return "assigned" if change.assignee else before.state


def triaged(
    user: User, district: str, violation_id: str, before: Triage, change: Change, at: datetime, right: str = RIGHT
) -> CaseworkEvent:
    """The decision, by somebody with the `right` who saw the violation stand as in `before`. Raises `TriageRefused`."""
    return decision(
        entity_of(violation_id),
        "violation.triaged",
        at,
        actor=user.name,
        role=role_for(user.roles, right),
        district=district,
        purpose="incident",
        expected_version=before.version,
        body=changed(before, change, user.name),
    )


def why_not_assign(user: User | None, name: str, sees_it: bool, right: str = RIGHT) -> str | None:
    """Why a violation cannot be given to `name`: unknown, without the right, or one of those who must not handle it."""
    if user is None or user.disabled:
        return f"there is no user {name}; `hallmonitor users list` lists all"
    if not may(user.roles, right):
        return f"{name} may not {right}: that takes the role {' or '.join(sorted(RIGHTS[right]))}"
    return None if sees_it else f"{name} may not handle this violation: it is not theirs to see"


def said(found: Triage) -> dict[str, Any]:
    """What a line of JSON says of it, beside the violation's own fields."""
    return {"state": found.state, "outcome": found.outcome, "assignee": found.assignee}
