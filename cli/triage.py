"""`hallmonitor triage VIOLATION`: where it stands with the people who handle it."""

import click
import msgspec

from casework.handling import why_not_assigned
from casework.register import Register
from casework.roles import may
from casework.scope import reading
from casework.triage import (
    OUTCOMES,
    REVIEW,
    RIGHT,
    STATES,
    Change,
    Outcome,
    State,
    entity_of,
    right_for,
    said,
    state,
    triaged,
)
from cli import answers
from cli.acting import acting, asks_register, decide, named, refuse
from cli.asked import Place
from cli.found import violation
from dashboard.words import handled
from model.clock import now
from storage.queries.triage import Standing


@click.command()
@click.argument("violation_id", metavar="VIOLATION")
@click.option("--state", "state_", type=click.Choice(STATES), help="Where it stands.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="What came of it; closes it.")
@click.option("--assign", "assignee", metavar="NAME", help="Who handles it: a user who may triage.")
@click.option("--comment", default="", help="Why; kept with the decision.")
@click.option("--version", "seen", type=click.IntRange(0), help="Refuse if more decisions were made than you saw.")
@answers.district
@click.option("--json", "as_json", is_flag=True, help="How it stands then, as JSON.")
@named
@asks_register
def command(
    register: Register,
    violation_id: str,
    state_: State | None,
    outcome: Outcome | None,
    assignee: str | None,
    comment: str,
    seen: int | None,
    district: str | None,
    as_json: bool,
    actor: str | None,
) -> None:
    """Decide where VIOLATION stands (the first characters of its id are enough).

    Closing takes an outcome. --assign without --state means assigned; --state assigned alone means you take it. If
    somebody else decided in the meantime, your decision is recorded but does not count; exit 1. What was found about
    those who search (investigator_misuse) is decided by reviewers alone.

    \b
    hallmonitor triage 3f2a --outcome false_positive --comment "The cart was renamed" --user ana
    """
    user = acting(register, actor, None)
    if not (may(user.roles, RIGHT) or may(user.roles, REVIEW)):
        refuse(register, user, RIGHT)
    try:
        found = violation(reading(register.store, user), Place(register.store, district), violation_id)
    except click.ClickException:
        if not may(user.roles, RIGHT):
            refuse(register, user, RIGHT)
        raise
    right = right_for(found.detection)
    if not may(user.roles, right):
        refuse(register, user, right, entity_of(found.violation_id))
    if assignee and (why := why_not_assigned(register, found.district, found.violation_id, assignee, right)):
        raise click.ClickException(why)
    entity = entity_of(found.violation_id)
    before = state(register.of(found.district, entity))
    if seen is not None:
        before = msgspec.structs.replace(before, version=seen)
    change = Change(state=state_, outcome=outcome, assignee=assignee, comment=comment)
    decide(register, triaged(user, found.district, found.violation_id, before, change, now(), right))
    after = state(register.of(found.district, entity))
    if as_json:
        told = {"violation_id": found.violation_id, "district": found.district, **said(after), "version": after.version}
        click.echo(msgspec.json.encode(told))
    else:
        click.echo(f"{found.violation_id[:10]} is {handled(Standing(**said(after)))}", err=True)
