"""Each search, timeline and export is recorded before its answer is shown: who asked, why, for which case, how much."""

from getpass import getuser

import click

from casework.cases import RIGHT, Case
from casework.register import Register
from casework.roles import role_for
from casework.searches import PURPOSES, case_read, made
from casework.users import User
from cli.addresses import resolved
from cli.answers import USER, WHOLE
from cli.asked import Known, Place
from model.clock import now
from storage.client import Store
from storage.queries.subject import Subject
from storage.queries.timeline import Span

purpose = click.option(
    "--purpose",
    type=Known("purpose", PURPOSES),
    default=PURPOSES[0],
    show_default=True,
    help="Why you look. It is recorded.",
)
case = click.option("--case", help="The case you look for. It is recorded.")


def record_case(how: str, case: Case) -> None:
    """Keep that a case was read; raises NotRecorded, and then nothing may be shown."""
    context = click.get_current_context()
    store: Store = context.meta[WHOLE]
    user: User | None = context.meta.get(USER)
    told = {"actor": user.name if user else getuser(), "role": role_for(user.roles, RIGHT) if user else "system"}
    event = case_read(how, case, now(), **told)
    with Register(resolved(), store) as register:
        register.write(event)


def record(how: str, place: Place, sought: Subject, span: Span, rows: int, purpose: str, case: str | None) -> None:
    """Keep that this was asked; raises NotRecorded, and then nothing may be shown."""
    context = click.get_current_context()
    store: Store = context.meta[WHOLE]
    user: User | None = context.meta.get(USER)
    actor = user.name if user else getuser()
    role = role_for(user.roles, "read events") if user else "system"
    district = place.wanted or place.only or ""
    with Register(resolved(), store) as register:
        register.write(
            made(how, sought, span, rows, now(), district=district, actor=actor, role=role, purpose=purpose, case=case)
        )
