"""Each search, timeline and export is recorded before its answer is shown: who asked, why, for which case, how much."""

from getpass import getuser

import click
import msgspec

from casework.cases import RIGHT, Case
from casework.register import Register
from casework.roles import role_for
from casework.searches import PurposeRefused, case_read, keep, made, really
from casework.users import User
from cli.addresses import resolved
from cli.answers import READ, USER, WHOLE
from cli.asked import Place
from cli.known import UsedWrongly
from model.clock import now
from storage.client import Store
from storage.queries.subject import Subject
from storage.queries.timeline import Span

purpose = click.option(
    "--purpose",
    default="",
    help="Why you look: one of the purposes of the district's pack; incident by default. It is recorded.",
)
case = click.option("--case", help="The case you look for. It is recorded.")


def record_case(how: str, case: Case) -> None:
    """Keep that a case was read; raises NotRecorded, and then nothing may be shown."""
    context = click.get_current_context()
    store: Store = context.meta[WHOLE]
    user: User | None = context.meta.get(USER)
    told = {"actor": user.name if user else getuser(), "role": role_for(user.roles, RIGHT) if user else "system"}
    read: Store = context.meta[READ]
    event = case_read(how, msgspec.structs.replace(case, people=list(map(read.meant, case.people))), now(), **told)
    with Register(resolved(), store) as register:
        keep(register, event)


def record(how: str, place: Place, sought: Subject, span: Span, rows: int, purpose: str, case: str | None) -> None:
    """Keep that this was asked; raises NotRecorded, and then nothing may be shown."""
    context = click.get_current_context()
    store: Store = context.meta[WHOLE]
    user: User | None = context.meta.get(USER)
    sought = really(context.meta[READ], sought)
    actor = user.name if user else getuser()
    role = role_for(user.roles, "read events") if user else "system"
    district = place.wanted or place.only or ""
    with Register(resolved(), store) as register:
        told = {"district": district, "actor": actor, "role": role, "purpose": purpose}
        try:
            keep(register, made(how, sought, span, rows, now(), **told, case=case))
        except PurposeRefused as refused:
            raise UsedWrongly(str(refused)) from refused
