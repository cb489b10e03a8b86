"""What people do about one violation: where it stands, what they wrote, and the cases it is in."""

from typing import Any

import msgspec

from casework.cases import Case, cases_of
from casework.fold import history
from casework.register import Register
from casework.scope import reading
from casework.triage import RIGHT, Triage, entity_of, state, why_not_assign
from casework.triage import said as said_of_triage
from casework.users import user_of
from storage.client import Store
from storage.queries.casework import of_entities
from storage.queries.violations import beginning


def why_not_assigned(register: Register, district: str, violation_id: str, name: str, right: str = RIGHT) -> str | None:
    """Why a violation that it takes this right to handle cannot be given to a user of that name."""
    user = user_of(register, name)
    sees_it = user is not None and bool(beginning(reading(register.store, user), district, violation_id))
    return why_not_assign(user, name, sees_it, right)


class Handling(msgspec.Struct, frozen=True):
    """As somebody may read it."""

    triage: Triage
    cases: list[Case]

    def said(self) -> dict[str, Any]:
        """The keys that a line of JSON has beside the violation's own."""
        told = {"comments": msgspec.to_builtins(self.triage.comments), "cases": [one.case_id for one in self.cases]}
        return {**said_of_triage(self.triage), **told}


def handling_of(store: Store, district: str, violation_id: str) -> Handling:
    """What the store shows of it."""
    triage = state(history(of_entities(store, [(district, entity_of(violation_id))])))
    return Handling(triage, cases_of(store, district, violation_id))
