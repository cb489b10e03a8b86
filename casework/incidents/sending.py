"""The letters of an incident as a signed folder: each a PDF, with the answers they rest on; written and recorded."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from casework.exports.folder import refuse_unless_empty, taken_back, write_folder
from casework.exports.manifest import About, ledger_place
from casework.incidents.clocks import discovery_day
from casework.incidents.desk import Look
from casework.incidents.incident import IncidentRefused, Signed, entity_of
from casework.incidents.letters import Telling, Written, letters
from casework.register import Register, decision
from documents.pdf import pdf
from model.event import format_at
from storage.ledger.book import Book
from storage.ledger.keys import signer

_README = [
    "Letters about an incident, one PDF for each audience and state: STATE-AUDIENCE.pdf. A letter that says that it is"
    " a draft or not complete must not be sent: read the box at its beginning.",
    "Which letters there are rests on answers that people signed (manifest.json, decisions) and on the people counted"
    " then (query). A copy to the Attorney General holds no personal information but that of the person to ask.",
    "This is not legal advice. Have counsel read a letter before it leaves.",
]


def written(one: Look, at: datetime) -> list[Written]:
    """The letters as they stand at `at`; raises `IncidentRefused` where no rule that has one binds or may bind."""
    found = one.scope
    told = Telling(
        incident=one.incident,
        district=one.place.name,
        zone=one.place.zone,
        exposure=found.exposure,
        by_state=found.by_state,
        touched=[system.system for system in found.touched],
        today=at.astimezone(one.place.zone).date(),
    )
    made = letters(told, one.clocks.rules)
    if not made:
        raise IncidentRefused("no letter is due: no rule that wants one binds; `hallmonitor incident clocks` says why")
    return made


def send(register: Register, home: Path, one: Look, by: Signed, out: Path) -> list[Written]:
    """Write the letters into the folder `out`, signed by the key in `home`, and record it.

    Raises `IncidentRefused`, ExportRefused, NotRecorded and OSError.
    """
    refuse_unless_empty(out)
    made = written(one, by.at)
    files = {f"{letter.name}.pdf": pdf(letter.document, by.at) for letter in made}
    with closing(Book(home)) as book:
        place = ledger_place(book, one.incident.district)
    about = About(
        kind="incident_letters",
        district=one.incident.district,
        query=_query(one),
        decisions=[msgspec.to_builtins(answer) for answer in one.incident.answers.values()]
        + [msgspec.to_builtins(fact) for fact in one.incident.statements.values()],
        made_by=by.actor,
        made_at=format_at(by.at),
        ledger_root=place.root,
        ledger_entry=place.entry,
    )
    manifest = write_folder(out, files, about, _README, signer(home))
    body = {"files": dict(manifest.files), "ready": [letter.name for letter in made if _ready(letter)],
            "by_state": msgspec.to_builtins(one.scope.by_state)}  # fmt: skip
    signed: dict[str, Any] = {"actor": by.actor, "role": by.role, "district": one.incident.district}
    entity = entity_of(one.incident.incident_id)
    with taken_back(out):
        register.write(decision(entity, "incident.letters_written", by.at, purpose="incident", body=body, **signed))
    return made


def _query(one: Look) -> dict[str, Any]:
    return {
        "incident": one.incident.incident_id,
        "kind": one.incident.kind,
        "discovered": str(discovery_day(one.incident, one.place.zone)),
        "by_state": msgspec.to_builtins(one.scope.by_state),
        "rules": {rule.rule: rule.binds for rule in one.clocks.rules},
    }


def _ready(letter: Written) -> bool:
    return letter.due is True and not letter.missing


def said(letter: Written) -> str:
    """How far a letter is, in words."""
    if letter.due is None:
        return "draft: it is not decided that it is due"
    return f"not complete: {', '.join(letter.missing)}" if letter.missing else "ready to be read by counsel"
