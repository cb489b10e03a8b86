"""What is taken away rather than looked at, as routes of the dashboard's own server: files of any length, streamed.

Streamlit's download button holds a file in memory, whole; these do not.
"""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kafka.errors import KafkaError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from casework.attachments import AttachmentLost
from casework.cases import RIGHT as CASES
from casework.cases import CaseRefused
from casework.incidents.desk import Look, look, looked
from casework.incidents.incident import RIGHT, IncidentRefused, Signed
from casework.incidents.sending import send
from casework.register import NotRecorded
from casework.roles import may, role_for
from casework.scope import scoping
from casework.searches import keep, really, tell
from casework.searches import made as search_made
from casework.users import User
from dashboard import links
from dashboard.case_export import case_zip
from dashboard.guard import cookies_of
from dashboard.incident_document import incident_pdf
from dashboard.local_time import Wall
from dashboard.opened_store import NoAddress, opened_register, opened_store
from dashboard.timeline_export import timeline_export
from dashboard.violation_document import violation_pdf
from dashboard.who import NotLoggedIn, reader
from model.clock import now
from model.event import format_at
from model.settings import Settings
from storage.client import QueryFailed, Store, Unavailable
from storage.queries.districts import District, districts
from storage.queries.names import called_in
from storage.queries.people import Ambiguous, understood
from storage.queries.subject import Subject
from storage.queries.timeline import Span, histogram
from storage.queries.violations import evidence, revisions

# Nothing of it stays in a browser's cache.
_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def timeline(request: Request) -> Response:
    """The whole timeline that the address asks for, as the page would: a ZIP of a CSV file and its manifest."""
    asked = request.query_params
    try:
        who = reader(cookies_of(request.scope))
        store = who.store
        district = _district(store, asked.get("district"))
        wall = Wall(district.timezone)
        sought = understood(store, district.id, asked.get("subject", ""))
        span = Span(
            since=_instant(wall, asked.get("from")),
            until=_instant(wall, asked.get("to")),
            source_ids=tuple(asked.getlist("source")),
            categories=tuple(asked.getlist("category")),
        )
        _record(who.user, district.id, sought, span, store)
        made = timeline_export(store, district.id, wall, sought, span, who.user.name, now())
    except NotLoggedIn:
        return PlainTextResponse("Log in first.", 401, _HEADERS)
    except (Ambiguous, ValueError, LookupError) as error:
        return PlainTextResponse(str(error), 400, _HEADERS)
    except (NotRecorded, KafkaError) as error:
        return PlainTextResponse(f"It could not be recorded, so nothing is handed out: {error}", 503, _HEADERS)
    except (Unavailable, QueryFailed, NoAddress) as error:
        return PlainTextResponse(f"ClickHouse does not answer: {error}", 503, _HEADERS)
    return StreamingResponse(made.zipped(), 200, _HEADERS | _file(f"{made.name}.zip"), "application/zip")


def violation(request: Request) -> Response:
    """The violation that the address names, as a PDF."""
    asked = request.query_params
    try:
        who = reader(cookies_of(request.scope))
        store = who.store
        district = _district(store, asked.get("district"))
        found = revisions(store, district.id, asked.get("id", ""))
        if not found:
            return PlainTextResponse("There is no such violation.", 404, _HEADERS)
        events = {one.event_id: one for one in evidence(store, found[0])}
        body = violation_pdf(found, events, called_in(store, found[0]), district, format_at(now()))
    except NotLoggedIn:
        return PlainTextResponse("Log in first.", 401, _HEADERS)
    except LookupError as error:
        return PlainTextResponse(str(error), 400, _HEADERS)
    except (Unavailable, QueryFailed, NoAddress) as error:
        return PlainTextResponse(f"ClickHouse does not answer: {error}", 503, _HEADERS)
    name = f"finding-{found[0].violation_id[:10]}.pdf"
    return Response(body, 200, _HEADERS | _file(name), "application/pdf")


def case(request: Request) -> Response:
    """The case that the address names, as its pack for a hearing: a ZIP of the signed folder."""
    asked = request.query_params
    try:
        who = reader(cookies_of(request.scope))
        district = _district(who.store, asked.get("district"))
        if not may(who.user.roles, CASES):
            return PlainTextResponse("There is no such case.", 404, _HEADERS)
        body = case_zip(opened_register(), who.user, who.store, district, asked.get("id", ""), now())
    except NotLoggedIn:
        return PlainTextResponse("Log in first.", 401, _HEADERS)
    except (CaseRefused, AttachmentLost, LookupError) as error:
        return PlainTextResponse(str(error), 404, _HEADERS)
    except (NotRecorded, KafkaError) as error:
        return PlainTextResponse(f"It could not be recorded, so nothing is handed out: {error}", 503, _HEADERS)
    except (Unavailable, QueryFailed, NoAddress) as error:
        return PlainTextResponse(f"ClickHouse does not answer: {error}", 503, _HEADERS)
    return Response(body, 200, _HEADERS | _file(f"case-{asked.get('id', '')}.zip"), "application/zip")


def incident(request: Request) -> Response:
    """The incident that the address names, as a PDF."""
    return _of_incident(request, "timeline", _incident_pdf)


def letters(request: Request) -> Response:
    """Its letters as a ZIP of the signed folder."""
    return _of_incident(request, "letters", _letters_zip)


def _of_incident(request: Request, how: str, make: Callable[[Look, Signed], Response]) -> Response:
    """What an incident hands out to who handles incidents, recorded first."""
    try:
        user = reader(cookies_of(request.scope)).user
        one = look(scoping(opened_store(), user), request.query_params.get("id", ""), now())
        by = Signed(user.name, role_for(user.roles, RIGHT), one.as_of)
        tell(opened_register(), looked(one, how, by.actor, by.role))
        return make(one, by)
    except NotLoggedIn:
        return PlainTextResponse("Log in first.", 401, _HEADERS)
    except (IncidentRefused, LookupError) as error:
        return PlainTextResponse(str(error), 404, _HEADERS)
    except (NotRecorded, KafkaError) as error:
        return PlainTextResponse(f"It could not be recorded, so nothing is handed out: {error}", 503, _HEADERS)
    except (Unavailable, QueryFailed, NoAddress) as error:
        return PlainTextResponse(f"ClickHouse does not answer: {error}", 503, _HEADERS)


def _incident_pdf(one: Look, by: Signed) -> Response:
    name = f"incident-{one.incident.incident_id}.pdf"
    return Response(incident_pdf(one, by.at), 200, _HEADERS | _file(name), "application/pdf")


def _letters_zip(one: Look, by: Signed) -> Response:
    with TemporaryDirectory() as place:
        folder = Path(place) / f"letters-{one.incident.incident_id}"
        send(opened_register(), Settings().hallmonitor_home, one, by, folder)
        made = Path(shutil.make_archive(str(folder), "zip", place, folder.name))
        return Response(made.read_bytes(), 200, _HEADERS | _file(made.name), "application/zip")


ROUTES: Final = [
    Route(f"/{links.CASE_FILE}", case),
    Route(f"/{links.TIMELINE_FILE}", timeline),
    Route(f"/{links.VIOLATION_FILE}", violation),
    Route(f"/{links.INCIDENT_FILE}", incident),
    Route(f"/{links.LETTERS_FILE}", letters),
]


def _record(user: User, district: str, sought: Subject, span: Span, store: Store) -> None:
    """Keep who takes away how much, before they get it."""
    rows = sum(bar.events for bar in histogram(store, district, sought, span)[0])
    role = role_for(user.roles, "read events")
    sought = really(store, sought)
    search = search_made("export", sought, span, rows, now(), district=district, actor=user.name, role=role)
    keep(opened_register(), search)


def _district(store: Store, wanted: str | None) -> District:
    found = {one.id: one for one in districts(store)}
    if wanted not in found:
        raise LookupError("The address names no district that is stored.")
    return found[wanted]


def _instant(wall: Wall, told: str | None) -> datetime | None:
    """A time as the page's address writes it: local, to the minute."""
    if not told:
        return None
    at = datetime.fromisoformat(told)
    return wall.instant(at.date(), at.time())


def _file(name: str) -> dict[str, str]:
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._@") else "_" for letter in name)
    return {"Content-Disposition": f'attachment; filename="{plain}"'}
