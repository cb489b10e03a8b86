"""Retention as decisions: a plan and its approval by a second person; folds over `retention.…` decisions."""

import uuid
from collections.abc import Container, Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from casework.entities import Kept, due_again, entities, judged, keeps
from casework.fold import Entry, folded, histories, version
from casework.holdings import holdings
from casework.holds import standing
from casework.register import decision
from model.casework import CaseworkEvent
from model.hold import Hold
from model.law import clock, load_law
from storage.client import Store
from storage.ledger.destroyed import Destroyed
from storage.ledger.leaves import Place
from storage.ledger.stored import DECISIONS
from storage.queries.casework import Placed, matching, of_noun, placed
from storage.queries.districts import districts, stored_pack
from storage.queries.triage import triaged_and_stored
from storage.retention.again import Returned
from storage.retention.due import DECIDED, SEARCHES, ClassDue, Question
from storage.retention.schedule import Rule, cutoffs, rules_of

MOST_NAMED = 1_000  # violations and facts in one plan


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: what would be destroyed as of a day, and who planned, approved and ran it."""

    plan_id: str
    district: str
    as_of: str
    classes: list[ClassDue]
    sample: dict[str, list[str]]
    not_as_stored: list[str] = []  # violations and facts that were removed or changed before it was made
    of_planner: list[str] = []  # in words: which due decisions are about who planned it, or by them
    planned: str = ""
    planned_at: str = ""
    approved: str | None = None
    run: str | None = None
    certificate_id: str | None = None
    version: int = 0


class PlanRefused(ValueError):
    """A plan that cannot be approved or run; the message says why."""


class Schedule(NamedTuple):
    """The schedule in force in a district, and the zone its days are counted in."""

    rules: dict[str, Rule]
    zone: ZoneInfo


def schedule_of(store: Store, district: str) -> Schedule:
    """What the pack that was published last says. Raises `PlanRefused` where none is stored."""
    pack = stored_pack(store, district)
    home = next((one for one in districts(store) if one.id == district), None)
    if home is None or not pack:
        raise PlanRefused(f"no policy of district {district!r} is stored; `hallmonitor run` its folder first")
    return Schedule(rules_of(pack), ZoneInfo(home.timezone))


def question(returned: Returned, as_of: date, until: datetime, holds: list[Hold]) -> Question:
    """What can be asked about what is due in a district on a day, of rows stored up to `until`."""
    store, _, district = returned
    rules, zone = schedule_of(store, district)
    past = min(as_of, until.astimezone(zone).date())  # no plan makes what people did older than it is
    cuts = cutoffs(rules, as_of, zone) | _of_people(cutoffs(rules, past, zone, DECIDED))
    rows = placed(store, district)
    held = holdings(store, district, holds, entities(rows))
    again = [one for one in entities(_back(returned, rows)) if not any(keeps(holding, one) for holding in held)]
    gone = {row.version for one in again for row in one.rows}
    kept = Kept(
        holds=held,
        stored_violations=triaged_and_stored(store, district),
        remedy_ends=partial(_remedy_ends, zone),
        as_of=datetime.combine(past, time(), zone),
        until=until,
    )
    stays = judged(entities(row for row in rows if row.version not in gone), cuts, kept)
    return Question(store, district, rules, cuts, holds, until, stays, due_again(again), returned)


def _back(returned: Returned, rows: list[Placed]) -> list[Placed]:
    """Decisions that were destroyed before; whether they are closed is not asked: a backup may be older than that."""
    first, last = returned.span(DECISIONS) or (0, -1)
    near = (row for row in rows if first <= row.version <= last)
    return [row for row in near if returned.stands(DECISIONS, Place(row.version, 0))]


def _of_people(cuts: dict[str, datetime]) -> dict[str, datetime]:
    return {name: cut for name, cut in cuts.items() if name in (SEARCHES, *DECIDED)}


def _remedy_ends(zone: ZoneInfo, law: str, closed_at: datetime) -> datetime | None:
    """Until when a request that was closed then may be appealed or sued over; None where the law names no day."""
    known = load_law()
    rule = known.requests[law].remedy if law in known.requests else None
    due = clock(known, rule, closed_at.astimezone(zone).date()).due if rule else None
    return datetime.combine(due, time(), zone) if due else None


def planned(
    store: Store, destroyed: Destroyed, district: str, as_of: date, at: datetime, not_as_stored: Sequence[str] = ()
) -> Plan:
    """A plan as of a day; nothing is written. `destroyed`: of the ledger's book. `not_as_stored`: see relied_on.py.

    Raises `PlanRefused`, `Unavailable`.
    """
    rules = schedule_of(store, district).rules
    asked = question(Returned(store, destroyed, district), as_of, at, standing(store, district))
    classes = [asked.counts(name, rule) for name, rule in rules.items()]
    sample = {one.record_class: asked.sample(one.record_class) for one in classes if one.due}
    return Plan(
        plan_id=uuid.uuid4().hex[:12],
        district=district,
        as_of=as_of.isoformat(),
        classes=classes,
        sample=sample,
        not_as_stored=list(not_as_stored[:MOST_NAMED]),
    )


def entity_of(plan_id: str) -> str:
    """The entity of a plan."""
    return f"retention:{plan_id}"


def said(plan: Plan) -> dict[str, Any]:
    """The body of the decision that keeps it."""
    told: dict[str, Any] = msgspec.to_builtins(plan)
    always = {name: told[name] for name in ("as_of", "classes", "sample")}
    return always | {name: told[name] for name in ("not_as_stored", "of_planner") if told[name]}


def plan_of(store: Store, plan_id: str) -> Plan:
    """The plan of that id, in whichever district. Raises `PlanRefused`, `Unavailable`."""
    found = matching(store, kinds=("retention.planned",), entity=entity_of(plan_id), limit=1)
    known = plans(store, found[0].district) if found else []
    if plan := next((one for one in known if one.plan_id == plan_id), None):
        return plan
    raise PlanRefused(f"there is no plan {plan_id}; `hallmonitor retention list DISTRICT`")


def plans(store: Store, district: str | None) -> list[Plan]:
    """Every plan of a district (None: of all), the oldest first."""
    events = of_noun(store, district, "retention")
    found = [state(entries) for entries in histories(events).values()]
    return sorted((one for one in found if one), key=lambda one: one.planned_at)


def state(entries: list[Entry]) -> Plan | None:
    """The plan as its decisions left it."""
    start: Plan | None = None
    found = folded(start, entries, _step)
    return found and msgspec.structs.replace(found, version=version(entries))


def _step(plan: Plan | None, event: CaseworkEvent) -> Plan | None:
    if event.kind == "retention.planned":
        told = {"plan_id": event.entity.removeprefix("retention:"), "district": event.district}
        return msgspec.convert({**event.body, **told, "planned": event.actor, "planned_at": event.at}, Plan)
    if event.kind == "retention.approved" and plan:
        return msgspec.structs.replace(plan, approved=event.actor)
    if event.kind == "retention.run" and plan:
        return msgspec.structs.replace(plan, run=event.actor, certificate_id=event.body.get("certificate_id"))
    return plan


def why_not_approve(plan: Plan, names: Container[str]) -> str | None:
    """Why somebody of these names (`scope.names_of`) may not approve a plan."""
    if plan.approved:
        return f"{plan.approved} has approved it already"
    return "who planned it does not approve it: that takes a second person" if plan.planned in names else None


def approval(plan: Plan, name: str, role: str, at: datetime) -> CaseworkEvent:
    """The second person's decision, about the plan as it was seen."""
    told: dict[str, Any] = {"actor": name, "role": role, "district": plan.district}
    return decision(entity_of(plan.plan_id), "retention.approved", at, expected_version=plan.version, **told)


def why_not_run(plan: Plan, names: Container[str]) -> str | None:
    """Why somebody of these names may not run a plan."""
    if not plan.approved:
        return "it is not approved; `hallmonitor retention approve` by a second person"
    if plan.certificate_id:
        return f"it was run already: certificate {plan.certificate_id}"
    return "who approved it does not run it: that takes a second person" if plan.approved in names else None
