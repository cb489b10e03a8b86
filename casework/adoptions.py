"""A replay that is adopted: what of it the district's judge is told, what is left as it is, and the decision itself."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from casework.register import Register, decision
from casework.retention import plans, schedule_of
from casework.roles import role_for
from casework.users import User
from model.adoption import Adoption, adoption_batches
from model.compared import Change
from model.event import format_at, parse_at
from model.violation import Adopted, Violation, same_matter, what_changed
from storage.client import Store
from storage.retention.schedule import cutoffs
from storage.stored import missing

RIGHT = "triage"
REACH = timedelta(days=31)  # how far before it what a finding rests on may lie
_NAMED = 5_000  # ids of each kind that the decision lists
Findings = Mapping[str, Violation]


class NoJudge(ValueError):
    """The district was never run: it has no log in which the judge could be told."""


class Replayed(NamedTuple):
    """The newest stored findings and those that a replay of all history gave, by id, and where they differ."""

    district: str
    stored: Findings
    found: Findings
    changes: list[Change]


class Left(NamedTuple):
    """A difference that is not adopted, and why."""

    change: Change
    why: str


def sorted_out(store: Store, replayed: Replayed) -> tuple[list[Change], list[Left]]:
    """Which differences may be adopted: those of whose time no record was destroyed."""
    until = destroyed_until(store, replayed.district)
    before = [replayed.stored[one.violation_id] for one in replayed.changes if one.change != "appears"]
    lost = set(missing(store, replayed.district, {name for one in before for name in one.event_ids}))
    kept: list[Change] = []
    left: list[Left] = []
    for one in replayed.changes:
        was = replayed.stored.get(one.violation_id)
        if until and parse_at(one.started_at) < until + REACH:
            left.append(Left(one, "records of that time were destroyed by the retention schedule"))
        elif was and not lost.isdisjoint(was.event_ids):
            left.append(Left(one, "records that prove it are not stored any more"))
        else:
            kept.append(one)
    return kept, left


def destroyed_until(store: Store, district: str) -> datetime | None:
    """Up to when events of a district were destroyed by its retention schedule; None where none were."""
    ran = [plan for plan in plans(store, district) if plan.run]
    if not ran:
        return None
    rules, zone = schedule_of(store, district)
    cut = [cutoffs(rules, date.fromisoformat(plan.as_of), zone) for plan in ran]
    events = [at for one in cut for name, at in one.items() if name.endswith("_events")]
    return max(events, default=None)


def adopt(
    register: Register, replayed: Replayed, changes: list[Change], user: User, why: str, at: datetime, asked: Any
) -> str:
    """Record who adopts what and why, then tell the judge; returns the adoption's id.

    Sent twice it is taken once. Raises `NoJudge` and NotRecorded.
    """
    adopted = Adopted(adoption_id=uuid.uuid4().hex[:12], by=user.name, at=format_at(at), why=why)
    told = [_adoption(replayed, one, adopted) for one in changes]
    body: dict[str, Any] = {"why": why, "asked": asked, "findings": len(told)}
    for kind in ("appears", "vanishes", "changes"):
        body[kind] = [one.violation_id for one in changes if one.change == kind][:_NAMED]
    role = role_for(user.roles, RIGHT)
    named: dict[str, Any] = {"actor": user.name, "role": role, "district": replayed.district, "body": body}
    register.write(decision(f"adoption:{adopted.adoption_id}", "replay.adopted", at, **named))
    for batch in adoption_batches(replayed.district, told, user.name):
        if not register.tell_judge(batch):
            raise NoJudge(f"{replayed.district} was never run here, so there is no judge to tell")
    return adopted.adoption_id


def _adoption(replayed: Replayed, change: Change, adopted: Adopted) -> Adoption:
    was = replayed.stored.get(change.violation_id)
    now = replayed.found.get(change.violation_id) or _withdrawn(was, replayed.found.values())
    evidence = msgspec.structs.replace(now.evidence, changed=what_changed(was, now) if was else [])
    now = msgspec.structs.replace(now, adopted=adopted, evidence=evidence)
    return Adoption(violation=now, epoch=was.epoch if was else 0, revision=was.revision if was else 0)


def _withdrawn(was: Violation | None, found: Iterable[Violation]) -> Violation:
    assert was is not None  # what vanishes was stored
    by = next((one.violation_id for one in found if one.detection == was.detection and same_matter(was, one)), None)
    return msgspec.structs.replace(was, status="withdrawn", superseded_by=by)
