"""`hallmonitor unmask`: learn who a pseudonym is, for a case that is about them or with a second person; list."""

import sys
from collections.abc import Callable
from typing import TypeVar

import click
import msgspec

from casework import unmasking
from casework.register import Register
from casework.scope import names_of
from casework.unmasking import NotUnmasked
from casework.unveiling import RIGHT as _RIGHT
from casework.unveiling import person_behind, request_to_agree, waiting_for
from casework.users import User
from cli import answers
from cli.acting import acting, asks_register, decide, in_district, named, role_of
from cli.addresses import resolved
from cli.asked import Place
from cli.which import district_id
from model.casework import CaseworkEvent
from model.clock import now
from storage.queries.names import named as called

T = TypeVar("T")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Learn who a pseudonym (student-k7f3aq2mxz) is, with a reason: for an open case, or with a second person.

    Only you see the person as they are, and only while the case is open, or for seven days. It is recorded, and
    reviewers see it.
    """


@command.command("ask")
@click.argument("district")
@click.argument("pseudonym")
@click.option("--reason", required=True, help="Why you have to know; a few words. It is recorded.")
@click.option("--case", help="An open case that is about this person. Without one a second person has to agree.")
@answers.as_json
@named
@asks_register
def ask(
    register: Register, district: str, pseudonym: str, reason: str, case: str | None, as_json: bool, actor: str | None
) -> None:
    """Ask who PSEUDONYM in DISTRICT (a folder or an id) is.

    With --case you are told at once. Without, a second person has to agree: hallmonitor unmask agree.

    \b
    hallmonitor unmask ask maple-falls student-k7f3aq2mxz --case 2026-0014 --reason "parent has to be called" --user ana
    """
    home = district_id(district)
    user = acting(register, actor, _RIGHT)
    in_district(register, user, _RIGHT, home)
    person = _person(register, user, home, pseudonym)
    role, at = role_of(user, _RIGHT), now()
    try:
        if case:
            event = unmasking.for_case(register.store, home, person, case, reason, user, role, at)
        else:
            event = unmasking.requested(home, person, reason, user, role, at)
    except NotUnmasked as error:
        raise click.ClickException(str(error)) from error
    decide(register, event)
    _tell(register, event, pseudonym, as_json)


@command.command("agree")
@click.argument("district")
@click.argument("pseudonym")
@answers.as_json
@named
@asks_register
def agree(register: Register, district: str, pseudonym: str, as_json: bool, actor: str | None) -> None:
    """Agree, as the second person, that who asked may know who PSEUDONYM is."""
    home = district_id(district)
    user = acting(register, actor, _RIGHT)
    in_district(register, user, _RIGHT, home)
    person = _person(register, user, home, pseudonym)
    names = names_of(register, user)
    waiting = _refused(lambda: request_to_agree(register.store, names, home, person))
    event = _refused(lambda: unmasking.agreed(waiting, user, names, role_of(user, _RIGHT), now()))
    decide(register, event)
    _tell(register, event, pseudonym, as_json)


@command.command("list")
@click.argument("district")
@answers.as_json
@named
@asks_register
def list_(register: Register, district: str, as_json: bool, actor: str | None) -> None:
    """List the requests in DISTRICT that nobody has agreed to yet. Exit 1 if there is none."""
    home = district_id(district)
    user = acting(register, actor, _RIGHT)
    in_district(register, user, _RIGHT, home)
    found = waiting_for(register.store, user, resolved().hallmonitor_home, home)
    if as_json:
        answers.print_lines(found)
    else:
        wall = Place(register.store, home).wall(home)
        rows = ((one.person, one.by, one.reason, wall.moment(one.at)) for one in found)
        answers.print_table(("who", "asked by", "reason", "asked"), rows, "Nobody has asked.")
    sys.exit(0 if found else 1)


def _refused(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except NotUnmasked as error:
        raise click.ClickException(str(error)) from error


def _person(register: Register, user: User, district: str, text: str) -> str:
    return _refused(lambda: person_behind(register.store, user, resolved().hallmonitor_home, district, text))


def _tell(register: Register, event: CaseworkEvent, pseudonym: str, as_json: bool) -> None:
    """Who it is, once they are unmasked for the very user who asks."""
    person = event.entity.partition(":")[2]
    lifted = event.kind == unmasking.UNMASKED
    mine = lifted and event.body["for"] == event.actor
    name = called(register.store, event.district, [person]).get(("person", person), "") if mine else ""
    if as_json:
        told = {"pseudonym": pseudonym, "unmasked": lifted, "for": event.body.get("for", event.actor)}
        click.echo(msgspec.json.encode({**told, "person": person if mine else None, "name": name or None}))
    elif mine:
        click.echo(f"{pseudonym} is {name} ({person})")
    elif lifted:
        click.echo(f"{event.body['for']} may now see who {pseudonym} is", err=True)
    else:
        click.echo(
            f"asked; a second person has to agree: hallmonitor unmask agree {event.district} {pseudonym}", err=True
        )
