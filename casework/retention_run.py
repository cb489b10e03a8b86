"""The run of an approved plan: what is due is destroyed and certified. Killed anywhere, the next call goes on."""

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog

from casework.attachments import destroy
from casework.entities import attached
from casework.holds import standing
from casework.register import Register, decision
from casework.relied_on import Relied
from casework.retention import Plan, PlanRefused, entity_of, question, schedule_of
from model.event import format_at, parse_at
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.stored import FACTS
from storage.ledger.verifying import Names
from storage.queries.casework import of_noun
from storage.retention.again import Returned, Stands
from storage.retention.certificate import certificates
from storage.retention.due import DECIDED, PURGED, SEARCHES, DueRow, Question, sealed_as
from storage.retention.purge import NotPurged, Purge

MOST_NUMBERS = 10_000  # in one decision
_NAMED = 20  # rows that a refusal or a warning names
_RESTORE = (
    "Holds and findings keep records by them: restore the tables `violations` and `reference` from a backup of"
    " ClickHouse. Without one, make a new plan: it names what is lost to whoever approves it"
)
log = structlog.get_logger("retention")


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
            _check_relied_on(asked, plan, at)
            _list(purge, asked, plan)
            _keep_numbers(asked, plan, at, told)
        asked.step("forget")
        forgotten = asked.forget()
        purge.delete()
        asked.step("files")
        _destroy_files(asked, plan)
        before = msgspec.json.decode(ledger.book.before(plan.plan_id)[0])
        purge.certify(certified(before, plan, name, forgotten), format_at(at))
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


def _check_relied_on(asked: Run, plan: Plan, at: datetime) -> None:
    """What is due is judged by decisions, violations and tables: one row less, and what it kept is due.

    What the plan names was known to whoever approved it. Raises `PlanRefused`.
    """
    district, ledger = plan.district, asked.ledger
    relied = Relied(asked.register.store, ledger, district, asked.names)
    if wrong := relied.wrong_decisions():
        raise PlanRefused(f"decisions of {_as_named(district, wrong)}; `hallmonitor ledger verify {district}`")
    wrong = relied.wrong_records(lambda: ledger.seal([district], at))
    if unknown := [one for one in wrong if one not in plan.not_as_stored]:
        raise PlanRefused(f"violations or tables of {_as_named(district, unknown)}. {_RESTORE}")


def _as_named(district: str, wrong: list[str]) -> str:
    shown = ", ".join(wrong[:_NAMED]) + (f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else "")
    return f"{district} are not as they were stored: {shown}. Nothing was destroyed"


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
    returned = Returned(store, asked.ledger.book.destroyed, plan.district)
    put = question(returned, date.fromisoformat(plan.as_of), parse_at(plan.planned_at), held)
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
    again = _again(put, plan)
    before["again"] = {name: len(rows) for name, rows in again.items()}
    purge.list_rows(due, before, _as_sealed(put, again))


def _again(put: Question, plan: Plan) -> dict[str, list[Stands]]:
    """The rows that go again, by the plan's classes; of a class no more than whoever approved it was told."""
    found: dict[str, list[Stands]] = {}
    for one in plan.classes:
        rows = put.again(one.record_class)
        said = {"record_class": one.record_class, "rows": len(rows), "first": sorted({row.id for row in rows})[:_NAMED]}
        if len(rows) > one.destroyed_again:
            log.warning("more rows are back than the plan says; they stay: make a new plan", **said)
        elif rows:
            log.warning("rows stand where rows were destroyed before, and are destroyed again", **said)
            found[one.record_class] = rows
    return found


def _as_sealed(put: Question, again: dict[str, list[Stands]]) -> dict[str, list[Stands]]:
    """The same by the ledger's classes; with what the judge was told of searches."""
    found: dict[str, list[Stands]] = {}
    for name, rows in again.items():
        found.setdefault(sealed_as(name), []).extend(rows)
    return found | ({FACTS: put.facts_again()} if SEARCHES in again else {})


def _files_of(store: Store, district: str, due: dict[str, list[DueRow]]) -> list[str]:
    """The files that lie in the home for due decisions, by their SHA-256."""
    ids = {row.id for name in DECIDED for row in due.get(name, ())}
    added = of_noun(store, district, "case") if ids else []
    return sorted({digest for one in added if one.event_id in ids and (digest := attached(one))})


def _destroy_files(asked: Run, plan: Plan) -> None:
    """Those of them that no case has any more, of whichever district."""
    listed = msgspec.json.decode(asked.ledger.book.before(plan.plan_id)[0]).get("files", [])
    destroy(asked.home, listed, lambda: {attached(one) or "" for one in of_noun(asked.register.store, None, "case")})


def certified(before: dict[str, Any], plan: Plan, name: str, forgotten: dict[str, int]) -> dict[str, Any]:
    """What a run certifies: what was noted `before` it, who ran it, and up to where the broker forgot."""
    again = before.get("again", {})  # a run that an earlier release began noted none
    classes = [
        {
            **{"class": one["class"], "schedule": one["schedule"], "basis": one["basis"], "rows_before": one["rows"]},
            "rows_deleted": before["deleted"].get(one["class"], 0),
            **{"held": one["held"], "kept_longer": one["kept_longer"]},
            **({"destroyed_again": again[one["class"]]} if one["class"] in again else {}),
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
