"""From a request as it stands to its production: what is read from the store, and what is recorded of it."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from casework.fold import Entry
from casework.production.asked import Asked, Code, Codes, Ruling
from casework.production.files import Progress
from casework.production.produce import Answer, Data, Made, produce
from casework.production.rulings import Rulings
from casework.production.treatments import redaction
from casework.register import Register, decision
from casework.requests.ordinals import ordinal_of
from casework.requests.request import Request, entity_of
from casework.searches import tell
from model.casework import CaseworkEvent
from model.event import parse_at
from model.law import load_law
from model.law.requests import RequestLaw
from model.mark import made_once
from model.settings import Settings
from producers.catalog import PRODUCTS
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.queries.districts import District, districts
from storage.queries.history import reference
from storage.queries.responsive import stream

_EVENT_CLASSES = frozenset({"auth_events", "vpn_events", "proxy_events", "device_events", "raw"})
FERPA = (
    "the request names a student, and {law} does not give a right to a student's record: without the written consent"
    " of a parent or of the student of 18 years (34 CFR 99.30), or an exception (34 CFR 99.31), withhold these rows"
    " before you send them"
)


class By(msgspec.Struct, frozen=True):
    """Who produces, in which role, when."""

    name: str
    role: str
    at: datetime


class Superseded(RuntimeError):
    """Somebody decided something about the request while its production was made; nothing is left of it."""


def produce_request(
    register: Register,
    ledger: Ledger,
    settings: Settings,
    request: Request,
    out: Path,
    by: By,
    progress: Progress,
    hands: int = 1,
) -> Made:
    """Write the production of a request into `out` and record it, with the reading of people and each disclosure.

    `hands`: how many processes work at it, where no other thread does: they are forked.
    Raises `Leak`, `NotOneStudent`, `ExportRefused`, `Superseded`, `HandsLost`, Unavailable, NotRecorded, OSError.
    """
    store = register.store
    law = load_law().requests[request.law]
    asked = asked_of(request, ordinal_of(store, request))
    ledger.seal([request.district], by.at)
    home = settings.hallmonitor_home
    return produce(
        out,
        asked,
        rulings_of(request),
        codes_of(law, date.fromisoformat(request.received)),
        Data(partial(stream, store, request.district, request.criteria), partial(reference, store, request.district)),
        _answer(store, ledger, request, law, by, asked.as_of),
        (made_once(home / "requests" / "pseudonyms.key", secrets.token_bytes(32)), ledger.sealer.signer),
        progress,
        lambda made: _record(register, request, made, by),
        hands,
    )


def _record(register: Register, request: Request, made: Made, by: By) -> None:
    """The production, the reading of people, each disclosure. Raises `Superseded`, Unavailable, NotRecorded."""
    entry = register.write(_produced(request, made, by))
    if not entry.holds:
        raise Superseded(_said(entry))
    tell(register, _read(request, made, by))
    for one in made.students:
        register.write(_disclosed(request, made, one, by))


def asked_of(request: Request, ordinal: int) -> Asked:
    """The request as its production is made for it; dated by its last decision, so that it comes out the same again."""
    criteria = request.criteria
    return Asked(
        request_id=request.request_id,
        district=request.district,
        law=request.law,
        as_of=max([request.opened_at, *(one.at for one in request.decisions)]),
        accounts=criteria.accounts,
        persons=criteria.persons,
        devices=criteria.devices,
        domains=criteria.domains,
        ordinal=ordinal,
    )


def codes_of(law: RequestLaw, on: date) -> Codes:
    """The exemptions of a law that held on a day, each with its statute and how it applies."""
    by_cover: dict[str, Code] = {}
    every: list[Code] = []
    for name, one in law.exemptions.items():
        if (one.effective_from and on < one.effective_from) or (one.effective_to and on > one.effective_to):
            continue
        every.append(Code(name, f"{one.source}. {one.explains}"))
        for cover in one.covers:
            by_cover.setdefault(cover, every[-1])
    return Codes(by_cover, every)


def warnings(request: Request, made: Made) -> Sequence[str]:
    """What an officer must think of before the folder leaves the house."""
    if made.students and request.law not in redaction().own_record:
        return [FERPA.format(law=request.law)]
    return []


def rulings_of(request: Request) -> Rulings:
    """What was decided about a request, as its production takes it."""
    return Rulings(_ruling(one) for one in request.decisions)


def _ruling(one: Any) -> Ruling:
    return Ruling(about=one.target, value=one.value, action=one.action, code=one.code or "", note=one.note)


def _answer(store: Store, ledger: Ledger, request: Request, law: RequestLaw, by: By, as_of: str) -> Answer:
    found = {one.id: one for one in districts(store)}
    place = found.get(request.district) or District(request.district, request.district, "UTC")
    day = parse_at(as_of).astimezone(ZoneInfo(place.timezone))
    seal = _newest_seal(ledger, request.district)
    return Answer(
        district_name=place.name,
        date=f"{day:%B} {day.day}, {day.year}",
        law_title=law.title,
        law_source=law.source,
        requester=request.requester,
        made_by=by.name,
        query=msgspec.to_builtins(request.criteria),
        products=frozenset(PRODUCTS),
        ledger_root=seal[0],
        ledger_entry=seal[1],
    )


def _newest_seal(ledger: Ledger, district: str) -> tuple[str | None, int | None]:
    """The newest seal over events: it changes with the data, and not with what is decided meanwhile."""
    for entry in reversed(ledger.book.entries(district)):
        if entry.kind == "seal" and msgspec.json.decode(entry.body)["record_class"] in _EVENT_CLASSES:
            return entry.hash, entry.number
    return None, None


def _produced(request: Request, made: Made, by: By) -> CaseworkEvent:
    counts = msgspec.to_builtins(made.counts)
    body = {**counts, "files": made.manifest.files, "signature": made.manifest.signature}
    return _event(request, entity_of(request.request_id), "request.produced", body, by, request.version)


def _read(request: Request, made: Made, by: By) -> CaseworkEvent:
    """That people were read of, as every search is recorded."""
    criteria = request.criteria
    body = {
        "how": "production",
        "query": request.request_id,
        "kind": "request",
        "people": [*criteria.persons, *criteria.accounts],
        "case": request.request_id,
        "from": criteria.since,
        "to": criteria.until,
        "rows": made.counts.responsive,
    }
    return _event(request, f"search:{uuid.uuid4().hex[:16]}", "search.made", body, by)


def _disclosed(request: Request, made: Made, person: str, by: By) -> CaseworkEvent:
    """The record of a disclosure (34 CFR 99.32): to whom, what, and with which interest."""
    body = {
        "request_id": request.request_id,
        "to": request.requester,
        "interest": f"{load_law().requests[request.law].title}: {request.text}",
        "law": "34 CFR 99.32",
        "rows": made.counts.released + made.counts.redacted,
        "from": request.criteria.since,
        "until": request.criteria.until,
        "classes": list(request.criteria.classes),
    }
    return _event(request, f"person:{person}", "record.disclosed", body, by)


def _event(
    request: Request, entity: str, kind: str, body: dict[str, Any], by: By, version: int | None = None
) -> CaseworkEvent:
    purpose = "pupil_records" if request.law in redaction().own_record else "public_records"
    told: dict[str, Any] = {"actor": by.name, "role": by.role, "district": request.district, "purpose": purpose}
    return decision(entity, kind, by.at, expected_version=version, body=body, **told)


def _said(entry: Entry) -> str:
    first = entry.first
    who = f"{first.actor} decided first ({first.kind}, {first.at})" if first else "somebody decided first"
    return f"{who}, and the production was made without it: produce again. Nothing was left in the folder"
