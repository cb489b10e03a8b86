"""A check of what is stored against the schedule, the holds and the ledger; its result is a decision and a fact."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from casework.holds import standing
from casework.register import Register, decision
from casework.retention import Plan, plans, question, schedule_of
from casework.telling import batch_of
from model.batch import Fact
from model.event import format_at, parse_at
from model.tables import CHECKS
from storage.ledger.verifying import Outcome
from storage.retention.again import Returned
from storage.retention.due import PURGED

CHECKED = "retention.checked"
_SHOWN = 10


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found of one class; no rows: nothing."""

    kind: str  # chain_broken, purge_met_hold, overdue, without_class
    record_class: str = ""
    rows: int = 0
    days: int = 0  # how long the oldest of them is past its schedule
    schedule: str = ""
    shows: list[str] = []


def checked(returned: Returned, ledger: Outcome, at: datetime) -> list[Checked]:
    """All of it, classes in which nothing was found too. Raises PlanRefused where no pack is stored, `Unavailable`."""
    store, _, district = returned
    schedule = schedule_of(store, district)
    asked = question(returned, at.astimezone(schedule.zone).date(), at, standing(store, district))
    found = [_chain(ledger)]
    for name in PURGED:
        oldest = asked.oldest_due(name)
        due = asked.counts(name, schedule.rules[name]).due if oldest else 0
        days = (asked.cutoffs[name] - oldest).days if oldest else 0
        words = schedule.rules[name].words
        found.append(Checked(kind="overdue", record_class=name, rows=due, days=days, schedule=words))
    none = [Checked(kind="without_class", record_class=name, rows=rows) for name, rows in asked.without_class()]
    return [*found, *none, *_met_holds(returned)]


def _chain(ledger: Outcome) -> Checked:
    wrong = [f"{one.record_class} {one.hour}: {one.status}" for one in ledger.hours if one.status not in _RIGHT]
    shows = [*(one.says for one in ledger.faults), *wrong]
    return Checked(kind="chain_broken", rows=len(shows), shows=shows[:_SHOWN])


_RIGHT = ("intact", "lawfully_destroyed")


def _met_holds(returned: Returned) -> Iterator[Checked]:
    """Of each plan that was approved and not run: rows that a hold placed after it keeps."""
    held: dict[str, int] = {}
    for plan in plans(returned.store, returned.district):
        if plan.approved and not plan.certificate_id:
            for name, rows in _held_since(returned, plan):
                held[name] = held.get(name, 0) + rows
    yield from (Checked(kind="purge_met_hold", record_class=name, rows=held.get(name, 0)) for name in PURGED)


def _held_since(returned: Returned, plan: Plan) -> Iterator[tuple[str, int]]:
    as_of, planned_at = date.fromisoformat(plan.as_of), parse_at(plan.planned_at)
    store, _, district = returned
    asked = question(returned, as_of, planned_at, standing(store, district))
    rules = schedule_of(store, district).rules
    for one in plan.classes:
        if one.due and one.record_class in PURGED:
            now = asked.counts(one.record_class, rules[one.record_class])
            if now.held > one.held:
                yield one.record_class, now.held - one.held


def keep(register: Register, district: str, found: Iterable[Checked], actor: str, role: str, at: datetime) -> None:
    """Keep what a check found, and tell the judge. Raises NotRecorded."""
    told = list(found)
    body: dict[str, Any] = {"found": [msgspec.to_builtins(one) for one in told if one.rows]}
    entity = f"retention:check-{uuid.uuid4().hex[:12]}"
    register.write(decision(entity, CHECKED, at, actor=actor, role=role, district=district, body=body))
    register.tell_judge(batch_of(district, [_fact(one, n, entity, actor, at) for n, one in enumerate(told)]))


def _fact(one: Checked, number: int, entity: str, actor: str, at: datetime) -> Fact:
    row = {
        "check_id": f"{entity.partition(':')[2]}-{number}",
        "at": format_at(at),
        "actor": actor,
        "kind": one.kind,
        "record_class": one.record_class,
        "rows": str(one.rows),
        "days": str(one.days),
        "schedule": one.schedule,
        "shows": "\n".join(one.shows),
    }
    moment = round(at.timestamp() * 1000)
    told = {name: value for name, value in row.items() if value}
    return Fact(table=CHECKS.name, key=row["check_id"], row=told, valid_from=moment, recorded_at=moment)
