"""The case that somebody wants to change, as they may read it."""

from casework.cases import RIGHT, Case, CaseRefused, case_of, entity_of, number, why_not
from casework.register import Register
from casework.scope import reading
from casework.users import User
from cli.acting import acting


def case_for(register: Register, actor: str | None, case_id: str, district: str | None, kind: str) -> tuple[User, Case]:
    """Who acts, and the case; raises where they may not, or the case does not take the decision."""
    user = acting(register, actor, RIGHT, entity_of(number(case_id)))
    case = case_of(reading(register.store, user).veiled(None), case_id, district)  # decided about, not shown
    if why := why_not(case, kind):
        raise CaseRefused(why)
    return user, case
