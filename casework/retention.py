"""Retention as decisions: a plan, its approval by a second person, its run; folds over `retention.…` decisions."""

import fcntl
import os
import uuid
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from casework.attachments import destroy
from casework.entities import Kept, attached, entities, judged
from casework.fold import Entry, folded, histories, version
from casework.holdings import holdings
from casework.holds import standing
from casework.register import Register, decision
from model.casework import CaseworkEvent
from model.event import format_at, parse_at
from model.hold import Hold
from model.law import clock, load_law
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.sealing import read_anchor
from storage.ledger.verifying import Names, Verifier
from storage.queries.casework import matching, of_noun, placed
from storage.queries.districts import districts, stored_pack
from storage.queries.triage import triaged_and_stored
from storage.retention.certificate import certificates
from storage.retention.due import DECIDED, PURGED, SEARCHES, ClassDue, DueRow, Question
from storage.retention.purge import NotPurged, Purge
from storage.retention.schedule import Rule, cutoffs, rules_of

MOST_NUMBERS = 10_000  # in one decision
_NAMED = 20  # rows that a refusal names


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan: what would be destroyed as of a day, and who planned, approved and ran it."""

    plan_id: str
    district: str
    as_of: str
    classes: list[ClassDue]
    sample: dict[str, list[str]]
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


def question(store: Store, district: str, as_of: date, until: datetime, holds: list[Hold]) -> Question:
    """What can be asked about what is due on a day, of rows stored up to `until`."""
    rules, zone = schedule_of(store, district)
    past = min(as_of, until.astimezone(zone).date())  # no plan makes what people did older than it is
    cuts = cutoffs(rules, as_of, zone) | _of_people(cutoffs(rules, past, zone, DECIDED))
    found = entities(placed(store, district))
    kept = Kept(
        holds=holdings(store, district, holds, found),
        stored_violations=triaged_and_stored(store, district),
        remedy_ends=partial(_remedy_ends, zone),
        as_of=datetime.combine(past, time(), zone),
        until=until,
    )
    return Question(store, district, rules, cuts, holds, until, judged(found, cuts, kept))


def _of_people(cuts: dict[str, datetime]) -> dict[str, datetime]:
    return {name: cut for name, cut in cuts.items() if name in (SEARCHES, *DECIDED)}


def _remedy_ends(zone: ZoneInfo, law: str, closed_at: datetime) -> datetime | None:
    """Until when a request that was closed then may be appealed or sued over; None where the law names no day."""
    known = load_law()
    rule = known.requests[law].remedy if law in known.requests else None
    due = clock(known, rule, closed_at.astimezone(zone).date()).due if rule else None
    return datetime.combine(due, time(), zone) if due else None


def planned(store: Store, district: str, as_of: date, at: datetime) -> Plan:
    """A plan as of a day; nothing is written. Raises `PlanRefused`, `Unavailable`."""
    rules = schedule_of(store, district).rules
    asked = question(store, district, as_of, at, standing(store, district))
    classes = [asked.counts(name, rule) for name, rule in rules.items()]
    sample = {one.record_class: asked.sample(one.record_class) for one in classes if one.due}
    return Plan(
        plan_id=uuid.uuid4().hex[:12], district=district, as_of=as_of.isoformat(), classes=classes, sample=sample
    )


def entity_of(plan_id: str) -> str:
    """The entity of a plan."""
    return f"retention:{plan_id}"


def said(plan: Plan) -> dict[str, Any]:
    """The body of the decision that keeps it."""
    told: dict[str, Any] = msgspec.to_builtins(plan)
    return {name: told[name] for name in ("as_of", "classes", "sample")}


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


class Run(NamedTuple):
    """What a run needs beside the plan. `forget`: lets the broker forget what is sealed, and says up to where.

    `home`: where the files of cases lie. `names`: what the broker still calls decisions that are no longer stored.
    """

    register: Register
    ledger: Ledger
    home: Path
    forget: Callable[[], dict[str, int]]
    step: Callable[[str], None] = lambda _: None
    names: Names = lambda *_: {}


def run(asked: Run, plan: Plan, name: str, role: str, at: datetime) -> dict[str, Any]:
    """Destroy what is due and return the certificate. Killed anywhere, the next call goes on.

    Raises `NotPurged`, also while another run goes on in this home, and `PlanRefused`.
    """
    with _alone(asked.home):
        return _run(asked, plan, name, role, at)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """The store has one list of what is being deleted, so there is one run at a time. A killed one lets go of it."""
    descriptor = os.open(home / "ledger" / "purge.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise NotPurged("another retention run goes on with this home; run the plan again when it has ended") from error
    finally:
        os.close(descriptor)


def _run(asked: Run, plan: Plan, name: str, role: str, at: datetime) -> dict[str, Any]:
    store, ledger = asked.register.store, asked.ledger
    purge = Purge(store, ledger.sealer, plan.district, plan.plan_id, asked.step)
    told: dict[str, Any] = {"actor": name, "role": role, "district": plan.district}
    made = _made(ledger, plan)
    if made is None:
        if not purge.begun():  # until then nothing is destroyed, and whatever was decided since counts
            _check_begun(ledger, plan)
            ledger.seal([plan.district], at)
            _check_decisions(asked, plan.district)
            _list(purge, asked, plan)
            _keep_numbers(asked, plan, at, told)
        asked.step("forget")
        forgotten = asked.forget()
        purge.delete()
        asked.step("files")
        _destroy_files(asked, plan)
        purge.certify(_certificate(ledger, plan, name, forgotten), format_at(at))
        made = _made(ledger, plan)
    assert made is not None
    if plan.certificate_id is None:
        body = {"certificate_id": made["certificate_id"]}
        asked.register.write(decision(entity_of(plan.plan_id), "retention.run", at, body=body, **told))
    return made


def _check_begun(ledger: Ledger, plan: Plan) -> None:
    """Until an interrupted run has ended, decisions may be missing that nobody removed. Raises `PlanRefused`."""
    if others := ledger.book.begun_beside(plan.district, plan.plan_id):
        said = f"the run of plan {others[0]} was interrupted"
        raise PlanRefused(f"{said}; `hallmonitor retention run {others[0]}` ends it, then run this plan")


def _check_decisions(asked: Run, district: str) -> None:
    """What is due is judged by decisions: one that was removed or changed may be the one that keeps its case.

    A row that no seal knows does not count here: it keeps what it is about, and destroys nothing. Raises `PlanRefused`.
    """
    ledger = asked.ledger
    anchored = read_anchor(ledger.sealer.anchor, district)
    verifier = Verifier(asked.register.store, ledger.book, ledger.sealer.signer.public, anchored, asked.names)
    found = verifier.sealed_decisions(district)
    wrong = [one.says for one in found.faults]
    for hour in found.hours:
        rows = [f"{row.id} {row.status}" for row in hour.rows if row.status != "extra"]
        wrong += rows or ([f"{hour.hour}: {hour.says}"] if hour.says else [])
    if wrong:
        shown = ", ".join(wrong[:_NAMED]) + (f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else "")
        said = f"decisions of {district} are not as they were stored: {shown}"
        raise PlanRefused(f"{said}. Nothing was destroyed; `hallmonitor ledger verify {district}`")


def _keep_numbers(asked: Run, plan: Plan, at: datetime, told: dict[str, Any]) -> None:
    """Write down, before anything is deleted, the numbers that nobody gets again."""
    numbers = msgspec.json.decode(asked.ledger.book.before(plan.plan_id)[0])["entities"]
    for n in range(0, len(numbers), MOST_NUMBERS):
        body = {"entities": numbers[n : n + MOST_NUMBERS]}
        asked.register.write(decision(entity_of(plan.plan_id), "retention.listed", at, body=body, **told))


def _list(purge: Purge, asked: Run, plan: Plan) -> None:
    """Holds placed since the plan was made count: the rows are chosen anew, as of the plan's day.

    So do those that were released since: whoever approved the plan was told that it destroys nothing they cover.
    """
    store = asked.register.store
    held = standing(store, plan.district, plan.planned_at)
    put = question(store, plan.district, date.fromisoformat(plan.as_of), parse_at(plan.planned_at), held)
    rules = schedule_of(store, plan.district).rules
    for one in plan.classes:
        words = rules[one.record_class].words if one.record_class in rules else "none"
        if one.schedule != words:
            said = f"the schedule of {one.record_class} was {one.schedule} when this was approved, and is {words} now"
            raise PlanRefused(f"{said}; make a new plan")
    counts = [put.counts(name, rule) for name, rule in rules.items()]
    last = asked.ledger.book.last(plan.district)
    before = {
        "classes": msgspec.to_builtins(counts),
        "matters_checked": sorted({one.matter for one in held}),
        "ledger_root_before": last.hash if last else None,
    }
    due = {one.record_class: put.due_rows(one.record_class) for one in counts if one.due}
    before["files"] = _files_of(store, plan.district, due)
    purge.list_rows(due, before)


def _files_of(store: Store, district: str, due: dict[str, list[DueRow]]) -> list[str]:
    """The files that lie in the home for due decisions, by their SHA-256."""
    ids = {row.id for name in DECIDED for row in due.get(name, ())}
    added = of_noun(store, district, "case") if ids else []
    return sorted({digest for one in added if one.event_id in ids and (digest := attached(one))})


def _destroy_files(asked: Run, plan: Plan) -> None:
    """Those of them that no case has any more, of whichever district."""
    listed = msgspec.json.decode(asked.ledger.book.before(plan.plan_id)[0]).get("files", [])
    destroy(asked.home, listed, lambda: {attached(one) or "" for one in of_noun(asked.register.store, None, "case")})


def _certificate(ledger: Ledger, plan: Plan, name: str, forgotten: dict[str, int]) -> dict[str, Any]:
    before = msgspec.json.decode(ledger.book.before(plan.plan_id)[0])
    classes = [
        {
            **{"class": one["class"], "schedule": one["schedule"], "basis": one["basis"], "rows_before": one["rows"]},
            "rows_deleted": before["deleted"].get(one["class"], 0),
            **{"held": one["held"], "kept_longer": one["kept_longer"]},
        }
        for one in before["classes"]
        if one["class"] in PURGED
    ]
    return {
        "certificate_id": uuid.uuid4().hex[:12],
        "plan_id": plan.plan_id,
        "as_of": plan.as_of,
        "classes": classes,
        "matters_checked": before["matters_checked"],
        "entities_destroyed": before["entities"],
        "ledger_root_before": before["ledger_root_before"],
        "broker_forgotten_until": forgotten,
        "people": {"planned": plan.planned, "approved": plan.approved, "run": name},
    }


def _made(ledger: Ledger, plan: Plan) -> dict[str, Any] | None:
    found = certificates(ledger.book.entries(plan.district))
    return next((one for one in found if one["plan_id"] == plan.plan_id), None)


def certificate(ledger: Ledger, plan: Plan) -> dict[str, Any]:
    """The certificate of a plan that was run. Raises `PlanRefused`."""
    made = _made(ledger, plan)
    if made is None:
        raise PlanRefused(f"plan {plan.plan_id} was not run; there is no certificate")
    return made
