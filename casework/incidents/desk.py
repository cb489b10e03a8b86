"""What command line and page do with an incident, so that both do the same: read, decide, state, close, look."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from casework.incidents import clocks as law_clocks
from casework.incidents.clocks import Clocks, Facts
from casework.incidents.context import Context, context
from casework.incidents.incident import STATEMENTS, Incident, IncidentRefused, Signed, decided, incident_of
from casework.incidents.rules import is_address
from casework.incidents.scope import ADDRESS, Scope, scope
from casework.incidents.touched import STUDENT
from casework.searches import made
from model.calendar import Calendar
from model.casework import CaseworkEvent
from model.event import parse_at
from model.law.breach import load_breach_law
from storage.client import Store
from storage.queries.incidents import Uses
from storage.queries.subject import Subject
from storage.queries.timeline import Span


@dataclass(frozen=True)
class Look:
    """One look at one incident. The scope is worked out once, when it is first asked for."""

    store: Store
    incident: Incident
    as_of: datetime

    @cached_property
    def place(self) -> Context:
        """The incident's district."""
        return context(self.store, self.incident.district, self.as_of)

    @cached_property
    def scope(self) -> Scope:
        """What was exposed, touched, and whom it touches."""
        return scope(Uses(self.store, self.incident.district), self.incident, self.place)

    @cached_property
    def facts(self) -> Facts:
        """What the clocks ask of it."""
        people = self.scope.people
        calendar = Calendar(self.place.reference, self.place.zone)
        return Facts(
            zone=self.place.zone,
            state=self.place.state,
            policy=self.place.policy,
            by_state=self.scope.by_state,
            students=any(one.kind == STUDENT for one in people) if people else None,
            office_closed=lambda day: not calendar.office_open(day),
        )

    @cached_property
    def clocks(self) -> Clocks:
        """Which rules bind."""
        return law_clocks.clocks(self.incident, self.facts)


def look(store: Store, incident_id: str, as_of: datetime) -> Look:
    """A look at an incident; raises `IncidentRefused` where there is none."""
    return Look(store, incident_of(store, incident_id), as_of)


def looked(one: Look, how: str, actor: str, role: str) -> CaseworkEvent:
    """That somebody looked at the scope: a search, with how many of the subject's events and people it showed."""
    incident = one.incident
    kind: Any = incident.kind if incident.kind in ("account", "device") else None
    rows = one.scope.events + len(one.scope.people)
    sought = Subject(incident.subject, kind)
    told: dict[str, Any] = {"district": incident.district, "actor": actor, "role": role, "purpose": "incident"}
    return made(how, sought, Span(), rows, one.as_of, case=f"incident {incident.incident_id}", **told)


def answered(incident: Incident, question: str, answer: bool, reason: str, on: date | None, by: Signed,
             today: date) -> CaseworkEvent:  # fmt: skip
    """The decision that answers a question. `on`: the local day that a dated question asks for; default `today`.

    Raises `IncidentRefused` on a question that nobody asks, an empty reason, or a day that cannot be.
    """
    if not reason.strip():
        raise IncidentRefused("say why: --reason is empty")
    dated = _is_dated(question)
    if on and not dated:
        raise IncidentRefused(f"{question} asks for no day: leave --on out")
    day = (on or today) if dated and answer else None
    if day and not parse_at(incident.discovered_at).date().toordinal() - 1 <= day.toordinal() <= today.toordinal():
        raise IncidentRefused(f"--on {day} lies before the discovery or in the future")
    body: dict[str, Any] = {"question": question, "answer": answer, "reason": reason, "on": str(day) if day else None}
    return decided(incident, "incident.decided", body, by)


def _is_dated(question: str) -> bool:
    if question.startswith(ADDRESS) and is_address(question.removeprefix(ADDRESS)):
        return False
    known = load_breach_law().questions
    if question not in known:
        listed = ", ".join(sorted(known))
        raise IncidentRefused(f"nobody asks {question!r}. There are: {listed}; and {ADDRESS}203.0.113.7, with an"
                              " address: whether use from it is the owner's own")  # fmt: skip
    return known[question].dated


def stated(incident: Incident, name: str, text: str, by: Signed) -> CaseworkEvent:
    """The decision that states a fact for the letters. Raises `IncidentRefused`."""
    if name not in STATEMENTS:
        raise IncidentRefused(f"there is no fact {name!r}; there are: {', '.join(STATEMENTS)}")
    if not text.strip():
        raise IncidentRefused("the text is empty")
    return decided(incident, "incident.stated", {"name": name, "text": text.strip()}, by)


def closed(incident: Incident, reason: str, by: Signed) -> CaseworkEvent:
    """The decision that closes an incident; its hold stands until it is released. Raises `IncidentRefused`."""
    if not reason.strip():
        raise IncidentRefused("say why: --reason is empty")
    return decided(incident, "incident.closed", {"reason": reason}, by)
