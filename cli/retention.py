"""`hallmonitor retention`: what the schedule lets go of; plan, approve, run, certificate, list."""

import sys
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click
import msgspec

from casework import retention, retention_check, retention_run
from casework.of_planner import own_of
from casework.register import Register, decision
from casework.relied_on import Relied
from casework.retention import Plan, PlanRefused
from casework.retention_run import Run
from casework.scope import names_of
from cli import answers
from cli.acting import acting, asks_register, decide, in_district, named, role_of
from cli.addresses import resolved
from cli.asked import Place, listed
from cli.certificate_page import write_certificate
from cli.clock import Day
from cli.verifying import verifier
from cli.which import district_id
from cli.whole_file import write_whole
from model.clock import now
from storage.ledger.ledger import open_ledger
from storage.ledger.naming import names_from_kafka
from storage.ledger.stamps import NotStamped
from storage.ledger.verifying import Asked
from storage.retention.again import Returned
from storage.retention.forgetting import forget
from storage.retention.purge import NotPurged

_NAMED = 20  # rows that a warning names
_PLAN, _APPROVE = "plan retention", "approve retention"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Destroy records whose retention time is over. It takes a plan, a second person's approval, and a run.

    The run prints a signed certificate of what was destroyed.

    \b
    hallmonitor retention plan maple-falls --user ruth
    hallmonitor retention approve 3f2a… --user adam
    hallmonitor retention run 3f2a… --user ruth

    Not legal advice: the schedule is the district's own.
    """


@command.command()
@click.argument("district")
@click.option("--as-of", type=Day(), help="Count as of this day. Default: today in the district's zone.")
@answers.as_json
@named
@asks_register
def plan(register: Register, district: str, as_of: date | None, as_json: bool, actor: str | None) -> None:
    """Plan: list the records of DISTRICT (a folder or an id) that are past their retention time. Deletes nothing.

    It also lists the records that are past it and stay, because of a hold or a longer rule. "again" counts what was
    destroyed before and is back, from a restored backup say.
    """
    home = district_id(district)
    user = acting(register, actor, _PLAN)
    in_district(register, user, _PLAN, home)
    register.catch_up(home)
    at = now()
    day = as_of or at.astimezone(Place(register.store, home).wall(home).zone).date()
    settings = resolved()
    with closing(open_ledger(settings)) as ledger:
        relied = Relied(register.store, ledger, home, partial(names_from_kafka, settings))
        lost = relied.wrong_records(lambda: ledger.seal([home], at))
    made = _refused(partial(retention.planned, register.store, register.book.destroyed, home, day, at, lost))
    returned = Returned(register.store, register.book.destroyed, home)
    made = msgspec.structs.replace(made, of_planner=own_of(register, returned, made, user.name, at))
    told: dict[str, Any] = {
        "actor": user.name,
        "role": role_of(user, _PLAN),
        "district": home,
        "body": retention.said(made),
    }
    decide(register, decision(retention.entity_of(made.plan_id), "retention.planned", at, **told))
    if as_json:
        click.echo(msgspec.json.encode({"plan_id": made.plan_id, **retention.said(made)}))
        return
    _warn(made)
    click.echo(f"Plan {made.plan_id}, as of {made.as_of}", err=True)
    columns = ("class", "schedule", "basis", "stored", "due", "again", "held", "kept longer", "")
    rows = ((one.record_class, one.schedule, one.basis, one.rows, one.due, one.destroyed_again or "", one.held,
             one.kept_longer, one.says)
            for one in made.classes)  # fmt: skip
    answers.print_table(columns, rows, "The pack has no schedule.")


@command.command()
@click.argument("plan_id")
@named
@asks_register
def approve(register: Register, plan_id: str, actor: str | None) -> None:
    """Approve PLAN_ID. The person who planned it cannot approve it.

    It says which cases, requests and other decisions are about the person who planned it, or were made by them. The
    page Retention shows them before you approve.
    """
    user = acting(register, actor, _APPROVE, retention.entity_of(plan_id))
    found = _refused(partial(retention.plan_of, register.store, plan_id))
    in_district(register, user, _APPROVE, found.district)
    if why := retention.why_not_approve(found, names_of(register, user)):
        raise click.ClickException(why)
    _warn(found)
    decide(register, retention.approval(found, user.name, role_of(user, _APPROVE), now()))
    click.echo(f"{plan_id} approved", err=True)


@command.command()
@click.argument("plan_id")
@answers.always_json
@named
@asks_register
def run(register: Register, plan_id: str, actor: str | None) -> None:
    """Destroy what PLAN_ID found due, count again, and print the signed certificate (JSON).

    It is refused where a decision, a violation or a row of the district's tables was removed or changed, and names it.
    Records under a hold that was placed since then are kept. If it is interrupted, run it again: it continues, and
    writes one certificate.
    """
    user = acting(register, actor, _PLAN, retention.entity_of(plan_id))
    found = _refused(partial(retention.plan_of, register.store, plan_id))
    in_district(register, user, _PLAN, found.district)
    if why := retention.why_not_run(found, names_of(register, user)):
        raise click.ClickException(why)
    settings = resolved()
    with closing(open_ledger(settings)) as ledger:
        forgets = partial(forget, settings, ledger.book, found.district)
        names = partial(names_from_kafka, settings)
        asked = Run(
            register, ledger, settings.hallmonitor_home, forgets, lambda step: click.echo(f"{step} …", err=True), names
        )
        try:
            made = retention_run.run(asked, found, user.name, role_of(user, _PLAN), now())
        except (NotPurged, PlanRefused) as error:
            raise click.ClickException(str(error)) from error
    click.echo(msgspec.json.encode(made))


@command.command("check")
@click.argument("district")
@answers.as_json
@named
@asks_register
def check_(register: Register, district: str, as_json: bool, actor: str | None) -> None:
    """Check what DISTRICT stores against its schedule, its holds and the ledger. Changes nothing; run it every night.

    It looks for rows that are past their schedule and that nothing keeps, for approved plans that meet a hold, for rows
    of no record class, and for a ledger that does not fit. The judge is told (retention_breach). Exit 1 if it found
    anything.
    """
    home = district_id(district)
    user = acting(register, actor, _PLAN)
    in_district(register, user, _PLAN, home)
    settings, at = resolved(), now()
    with closing(open_ledger(settings)) as ledger:
        try:
            outcome = verifier(settings, register.store, ledger, home).quick(Asked(home))
        except NotStamped as error:
            raise click.ClickException(str(error)) from error
        returned = Returned(register.store, ledger.book.destroyed, home)
        found = _refused(partial(retention_check.checked, returned, outcome, at))
    retention_check.keep(register, home, found, user.name, role_of(user, _PLAN), at)
    wrong = [one for one in found if one.rows]
    if as_json:
        answers.print_lines(wrong)
    else:
        columns = ("what", "class", "rows", "oldest, days past", "schedule", "first of them")
        rows = ((one.kind.replace("_", " "), one.record_class, one.rows, one.days or "", one.schedule,
                 ", ".join(one.shows)) for one in wrong)  # fmt: skip
        answers.print_table(columns, rows, "Nothing is wrong.")
    sys.exit(1 if wrong else 0)


@command.command()
@click.argument("plan_id")
@click.option("--pdf", is_flag=True, help="The page to sign and file; needs --out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where it is written.")
@answers.always_json
@asks_register
def certificate(register: Register, plan_id: str, pdf: bool, out: Path | None) -> None:
    """Print the certificate of PLAN_ID as JSON, or write it as a PDF."""
    if pdf and not out:
        raise click.UsageError("--pdf needs --out FILE")
    found = _refused(partial(retention.plan_of, register.store, plan_id))
    with closing(open_ledger(resolved())) as ledger:
        made = _refused(partial(retention_run.certificate, ledger, found))
    if pdf and out:
        place = Place(register.store, found.district)
        write_certificate(made, place.district(found.district), out, now())
    elif out:
        write_whole(out, msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    else:
        click.echo(msgspec.json.encode(made))


@command.command("list")
@click.argument("district", required=False)
@answers.as_json
@asks_register
def list_(register: Register, district: str | None, as_json: bool) -> None:
    """List the plans of DISTRICT, or of all, and how far each got. Exit 1 if there is none."""
    found = retention.plans(register.store, listed(register.store, district))
    if as_json:
        answers.print_lines(found)
    else:
        columns = ("plan", "as of", "due", "planned", "approved", "run", "certificate", "district")
        answers.print_table(columns, map(_line, found), "No plan was made.")
    sys.exit(0 if found else 1)


def _warn(plan: Plan) -> None:
    """Say to who plans or approves what the numbers do not."""
    if plan.of_planner:
        by = plan.planned or "you"
        click.echo(f"About {by}, who planned it, or by them: {', '.join(plan.of_planner)}", err=True)
    if lost := plan.not_as_stored:
        shown = ", ".join(lost[:_NAMED]) + (f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else "")
        click.echo(f"Not as they were stored: {shown}. What only these kept is due. Hold what you know of it", err=True)


def _line(one: Plan) -> tuple[object, ...]:
    due = sum(of_class.due + of_class.destroyed_again for of_class in one.classes)
    return one.plan_id, one.as_of, due, one.planned, one.approved, one.run, one.certificate_id, one.district


def _refused(ask: Any) -> Any:
    try:
        return ask()
    except PlanRefused as refused:
        raise click.ClickException(str(refused)) from refused
