"""What the judge has to know of the records desk, as facts of a district's log: each search that somebody made."""

from collections.abc import Iterable, Iterator

import msgspec

from casework.fold import histories, history
from casework.unmasking import case_of
from casework.users import User, state
from model.batch import Batch, Fact
from model.casework import CaseworkEvent
from model.codec import join_lines
from model.event import parse_at
from model.tables import SEARCHES
from storage.client import Store
from storage.queries.casework import of_entities, of_noun
from storage.queries.districts import districts
from storage.queries.people import holders
from storage.queries.standing import people_called

_MOST_PEOPLE = 200
_INCIDENT = "incident "  # before the id, where a search names an incident as its case


def homes_of(store: Store, event: CaseworkEvent) -> list[str]:
    """The districts whose judge is told of a search: its own; where it asked all of them, all."""
    return [event.district] if event.district else [one.id for one in districts(store)]


def search_fact(store: Store, district: str, event: CaseworkEvent) -> Fact:
    """A search as the judge sees it: who they are, whom they asked about, how their case stood; by the whole store."""
    body = event.body
    people = _users(store)
    person = _person(store, event.actor, people)
    matter = _matter(event)
    row = {
        "search_id": event.event_id,
        "at": event.at,
        "actor": event.actor,
        "role": event.role,
        "person": person,
        "supervisors": "\n".join(_supervisors(store, person, people)),
        "how": str(body.get("how") or ""),
        "purpose": event.purpose,
        "case": matter.removeprefix("case:").replace(":", " "),
        "case_open": _is_open(store, district, matter) if matter else "",
        "about": "\n".join(_about(store, event)[:_MOST_PEOPLE]),
        "asked": str(body.get("query") or "").replace("\n", " ")[:200],
        "rows": str(body.get("rows") or 0),
    }
    at = round(parse_at(event.at).timestamp() * 1000)
    told = {name: value for name, value in row.items() if value}
    return Fact(table=SEARCHES.name, key=event.event_id, row=told, valid_from=at, recorded_at=at)


def batch_of(district: str, facts: Iterable[Fact]) -> Batch:
    """Facts as one record of the log."""
    lines = [msgspec.json.encode(one) for one in facts]
    return Batch(kind="reference", district=district, source_id="", body=join_lines(lines), count=len(lines))


def _users(store: Store) -> list[User]:
    found = histories(of_noun(store, "", "user"))
    return [one for one in map(state, found.values()) if one]


def _person(store: Store, name: str, people: Iterable[User]) -> str:
    told = next((one.person for one in people if one.name == name and one.person), None)
    return told or next(iter(people_called(store, name)), "")


def _supervisors(store: Store, person: str, people: Iterable[User]) -> list[str]:
    found = [one for one in people if person and person in one.supervises]
    return sorted({_person(store, one.name, [one]) for one in found} - {""})


def _about(store: Store, event: CaseworkEvent) -> list[str]:
    """Ids of the people it asked about: by id, by name, or as whoever has the account."""
    body = event.body
    if _is_of_request(event):
        return _asked_for(store, event)
    named = [one for one in body.get("people") or () if isinstance(one, str)]
    text = str(body.get("query") or "")
    if body.get("kind") == "person" and "*" not in text:
        return [text]
    if named or body.get("kind") not in (None, "account", "person") or "*" in text:
        return named
    return holders(store, event.district or None, text)


def _is_of_request(event: CaseworkEvent) -> bool:
    return event.body.get("kind") == "request" or str(event.body.get("how") or "").startswith("request ")


def _asked_for(store: Store, event: CaseworkEvent) -> list[str]:
    """The people of a request: those that it names, and who has the accounts that it names."""
    named = [one for one in event.body.get("people") or () if isinstance(one, str)]
    asked = str(event.body.get("query") or "").split()
    accounts = [one.removeprefix("account:") for one in asked if one.startswith("account:")]
    owners = [holders(store, event.district or None, one) or [one] for one in named]
    return list(dict.fromkeys(person for found in (*owners, *_holders(store, event, accounts)) for person in found))


def _holders(store: Store, event: CaseworkEvent, accounts: Iterable[str]) -> Iterator[list[str]]:
    return (holders(store, event.district or None, one) for one in accounts)


def _matter(event: CaseworkEvent) -> str:
    """The entity for which somebody looked: a case, a request, an incident; empty where none was named."""
    case = str(event.body.get("case") or "")
    if not case:
        return ""
    if _is_of_request(event):
        return f"request:{case}"
    return f"incident:{case.removeprefix(_INCIDENT)}" if case.startswith(_INCIDENT) else f"case:{case}"


def _is_open(store: Store, district: str, matter: str) -> str:
    noun, _, name = matter.partition(":")
    known = [one.event.kind for one in history(of_entities(store, [(district, matter)])) if one.holds]
    if not known:
        return "unknown"
    if noun != "case":
        return "closed" if f"{noun}.closed" in known else "open"
    return "open" if case_of(store, district, name)[1] else "closed"
