"""An incident as its decisions left it: opened with a signed discovery, questions answered, facts stated, closed."""

import uuid
from datetime import datetime
from typing import Any

import msgspec

from casework.fold import Entry, folded, histories, version
from casework.holds import entity_of as hold_entity
from casework.register import decision
from model.casework import CaseworkEvent
from model.event import format_at
from model.hold import Hold
from storage.client import Store
from storage.queries.casework import matching, of_noun

KINDS = ("account", "vendor", "device", "store")
RIGHT = "handle incidents"
# What a letter may need that no log holds; each is stated and signed by a person.
STATEMENTS = {
    "contact": "who answers questions: name, title, address, telephone, e-mail",
    "information": "which kinds of personal information were involved",
    "happened": "what happened, in plain words",
    "measures": "what was done to contain it, and what is being done",
    "safeguards": "which safeguards were in place, such as a written security program",
    "monitoring": "which credit monitoring or identity protection is offered, and how it is asked for",
    "impact": "the estimated monetary impact",
    "responsible": "who is responsible for the breach, where that is known",
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a person answered, and why. `on`: the local day on which what was asked took place."""

    question: str
    answer: bool
    reason: str
    by: str
    at: str
    on: str | None = None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A fact for the letters that no log holds, and who says so."""

    name: str
    text: str
    by: str
    at: str


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One incident. `discovered_at` (UTC) and `discovered_by` are the event that starts the clocks."""

    incident_id: str
    district: str
    kind: str
    subject: str
    discovered_at: str
    discovered_by: str
    text: str
    opened_by: str
    opened_at: str
    hold_id: str
    answers: dict[str, Answer] = {}
    statements: dict[str, Statement] = {}
    closed_by: str | None = None
    closed_at: str | None = None
    closed_because: str | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self.closed_at is None

    def answered(self, question: str) -> bool | None:
        """The answer to a question; None where nobody has given one."""
        found = self.answers.get(question)
        return found.answer if found else None


class IncidentRefused(ValueError):
    """A decision about an incident that cannot be; the message says why and what to do."""


class Signed(msgspec.Struct, frozen=True):
    """Who decides, in which role, and when."""

    actor: str
    role: str
    at: datetime


def entity_of(incident_id: str) -> str:
    """The entity of an incident."""
    return f"incident:{incident_id}"


def opened(told: dict[str, str], discovered: datetime, by: Signed) -> tuple[CaseworkEvent, CaseworkEvent]:
    """The decisions that open an incident: its hold, to be written first, and the incident.

    `told`: district, kind, subject, discovered_by, text. Raises `IncidentRefused`.
    """
    if discovered > by.at:
        raise IncidentRefused("it cannot have been discovered in the future: --discovered is later than now")
    for name in ("subject", "discovered_by", "text"):
        if not told[name].strip():
            raise IncidentRefused(f"{name.replace('_', ' ')} is empty")
    incident_id, hold_id = uuid.uuid4().hex[:12], uuid.uuid4().hex[:12]
    hold = _hold(told, incident_id, hold_id)
    signed: dict[str, Any] = {"actor": by.actor, "role": by.role, "district": told["district"], "purpose": "incident"}
    body = {name: told[name] for name in ("kind", "subject", "discovered_by", "text")}
    body |= {"discovered_at": format_at(discovered), "hold_id": hold_id}
    return (
        decision(hold_entity(hold_id), "hold.placed", by.at, body=hold.said(), **signed),
        decision(entity_of(incident_id), "incident.opened", by.at, body=body, expected_version=0, **signed),
    )


def _hold(told: dict[str, str], incident_id: str, hold_id: str) -> Hold:
    """What an incident keeps: the rows of its subject; where a store was taken, which no row names, all of them."""
    about: dict[str, Any] = {
        "account": {"accounts": (told["subject"],)},
        "vendor": {"vendors": (told["subject"],)},
        "device": {"devices": (told["subject"],)},
    }.get(told["kind"], {})
    reason = f"incident about {told['kind']} {told['subject']}"
    return Hold(hold_id=hold_id, district=told["district"], matter=f"incident {incident_id}", kind="incident",
                reason=reason, **about)  # fmt: skip


def decided(incident: Incident, kind: str, body: dict[str, Any], by: Signed) -> CaseworkEvent:
    """A decision about an incident that its author has seen as it is; raises `IncidentRefused` once it is closed."""
    if not incident.is_open:
        raise IncidentRefused(f"incident {incident.incident_id} was closed by {incident.closed_by}: open a new one")
    signed = {"actor": by.actor, "role": by.role, "district": incident.district, "purpose": "incident"}
    entity = entity_of(incident.incident_id)
    return decision(entity, kind, by.at, body=body, expected_version=incident.version, **signed)


def incidents(store: Store, district: str | None) -> list[Incident]:
    """Every incident of a district (None: of all), in the order of opening. Raises `Unavailable`."""
    if district is None:
        homes = {one.district for one in matching(store, kinds=("incident.opened",), limit=10_000)}
        return [one for home in sorted(homes) for one in incidents(store, home)]
    found = [state(entries) for entries in histories(of_noun(store, district, "incident")).values()]
    return sorted((one for one in found if one), key=lambda one: (one.opened_at, one.incident_id))


def incident_of(store: Store, incident_id: str) -> Incident:
    """The incident of that id, in whichever district; raises `IncidentRefused` where there is none."""
    found = matching(store, kinds=("incident.opened",), entity=entity_of(incident_id), limit=1)
    for one in incidents(store, found[0].district) if found else ():
        if one.incident_id == incident_id:
            return one
    raise IncidentRefused(f"there is no incident {incident_id}; `hallmonitor incident list DISTRICT` has them")


def state(entries: list[Entry]) -> Incident | None:
    """The incident as its decisions left it; None where it was never opened."""
    start: Incident | None = None
    found = folded(start, entries, _step)
    return found and msgspec.structs.replace(found, version=version(entries))


def _step(incident: Incident | None, event: CaseworkEvent) -> Incident | None:
    if event.kind == "incident.opened":
        told = {"incident_id": event.entity.partition(":")[2], "district": event.district}
        signed = {"opened_by": event.actor, "opened_at": event.at}
        return msgspec.convert({**event.body, **told, **signed}, Incident)
    if incident is None:
        return None
    signed = {"by": event.actor, "at": event.at}
    if event.kind == "incident.decided":
        answer = msgspec.convert({**event.body, **signed}, Answer)
        return msgspec.structs.replace(incident, answers={**incident.answers, answer.question: answer})
    if event.kind == "incident.stated":
        said = msgspec.convert({**event.body, **signed}, Statement)
        return msgspec.structs.replace(incident, statements={**incident.statements, said.name: said})
    if event.kind == "incident.closed":
        closed = {"closed_by": event.actor, "closed_at": event.at, "closed_because": event.body.get("reason")}
        return msgspec.structs.replace(incident, **closed)
    return incident
