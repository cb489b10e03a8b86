"""`hallmonitor users`: who may use it, in which roles; add, list, disable, passwd, roles."""

import json
import sys
from getpass import getuser
from typing import Any

import click

from casework import users
from casework.passwords import hashed
from casework.register import Register
from casework.roles import ROLES
from casework.shown import HIDDEN
from cli import answers
from cli.acting import acting, asks_register, decide, named, new_password, role_of
from model.clock import now

_RIGHT = "manage users"
_roles = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help="A role of the user; may be repeated.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Local accounts: add, list, disable, passwd, roles.

    While there are no users, the first administrator is added without --user. Roles: viewer, analyst, records_officer,
    privacy_officer, reviewer, administrator; docs/security.md says what each can read and do.
    """


@command.command("add")
@click.argument("name")
@_roles
@click.option("--school", "schools", multiple=True, help="Only this school (its id in orgs.csv); may repeat.")
@click.option("--district", "districts", multiple=True, help="Only this district (its id); may repeat.")
@click.option(
    "--person",
    help="Their own id in the district's users.csv: they do not see their own case, and no other account of theirs is a"
    " second person.",
)
@click.option("--supervises", multiple=True, help="A person (id) whose case they do not see; may repeat.")
@named
@asks_register
def add(register: Register, name: str, roles: tuple[str, ...], actor: str | None, **more: Any) -> None:
    """Add the user NAME. The password is asked for twice, or read from HALLMONITOR_NEW_PASSWORD."""
    by, role = _who(register, actor, roles)
    if users.user_of(register, name):
        raise click.ClickException(f"there is a user {name} already")
    told = {key: value for key, value in more.items() if value}
    decide(register, users.added(name, roles, new_password(name), now(), by, role, **told))
    click.echo(f"{name} added: {', '.join(roles)}", err=True)


@command.command("list")
@answers.as_json
@asks_register
def show(register: Register, as_json: bool) -> None:
    """List every user. Exit 1 if there is none."""
    found = users.all_users(register)
    if as_json:
        for one in found:
            click.echo(json.dumps(one.told()))
    else:
        columns = ("name", "roles", "districts", "schools", "person", "state")
        answers.print_table(columns, map(_line, found), "There is no user yet: hallmonitor users add NAME --role …")
    sys.exit(0 if found else 1)


@command.command()
@click.argument("name")
@named
@asks_register
def disable(register: Register, name: str, actor: str | None) -> None:
    """Take every right from the user NAME. Open sessions end within seconds; what they did stays."""
    by = acting(register, actor, _RIGHT, users.entity_of(name))
    user = _existing(register, name)
    if users.last_administrator(users.all_users(register), name):
        raise click.ClickException("nobody could manage users any more; add another administrator first")
    decide(register, users.changed(user, "user.disabled", now(), by.name, role_of(by, _RIGHT)))
    click.echo(f"{name} disabled", err=True)


@command.command()
@click.argument("name")
@named
@asks_register
def passwd(register: Register, name: str, actor: str | None) -> None:
    """Set a new password for the user NAME; one's own, or as administrator."""
    right = None if actor == name else _RIGHT
    by = acting(register, actor, right, users.entity_of(name))
    user = _existing(register, name)
    role = role_of(by, _RIGHT)
    kept = hashed(new_password(name), name)
    decide(register, users.changed(user, "user.password_changed", now(), by.name, role, **{HIDDEN: kept}))
    click.echo(f"{name} has a new password; open sessions end within seconds", err=True)


@command.command("roles")
@click.argument("name")
@_roles
@named
@asks_register
def change(register: Register, name: str, roles: tuple[str, ...], actor: str | None) -> None:
    """Give the user NAME these roles and no others."""
    by = acting(register, actor, _RIGHT, users.entity_of(name))
    user = _existing(register, name)
    if "administrator" not in roles and users.last_administrator(users.all_users(register), name):
        raise click.ClickException("nobody could manage users any more; make another administrator first")
    decide(register, users.changed(user, "user.roles_changed", now(), by.name, role_of(by, _RIGHT), roles=list(roles)))
    click.echo(f"{name}: {', '.join(roles)}", err=True)


def _who(register: Register, actor: str | None, roles: tuple[str, ...]) -> tuple[str, str]:
    """Who adds: an administrator, or, on a fresh home, whoever runs the machine, for the first administrator."""
    if not actor and "administrator" in roles and not users.all_users(register):
        return getuser(), "system"
    by = acting(register, actor, _RIGHT)
    return by.name, role_of(by, _RIGHT)


def _existing(register: Register, name: str) -> users.User:
    found = users.user_of(register, name)
    if found is None:
        raise click.ClickException(f"there is no user {name}; `hallmonitor users list` lists all")
    return found


def _line(user: users.User) -> tuple[str, ...]:
    state = "disabled" if user.disabled else "" if user.kept else "no password yet"
    return (user.name, ", ".join(user.roles), *map(", ".join, (user.districts, user.schools)), user.person or "", state)
