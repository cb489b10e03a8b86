"""A letter of a request, from the state it is in to the PDF; that it was written is a decision."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from casework.register import Register
from casework.requests.letters import Signed, estimated, letter
from casework.requests.request import Request
from casework.requests.steps import Actor, written
from casework.users import User
from documents.pdf import pdf
from model.law import Law, LetterKind
from storage.client import Store
from storage.queries.districts import District, districts
from storage.queries.names import named


def write_letter(
    register: Register,
    law: Law,
    request: Request,
    kind: LetterKind,
    user: User,
    by: Actor,
    at: datetime,
    available: date | None = None,
    responsible: Sequence[str] = (),
) -> bytes:
    """The PDF; recorded before it is given out. `responsible`: names with titles, else the user's own.

    Raises `RequestRefused`, NotRecorded, Unavailable.
    """
    home = next((one for one in districts(register.store) if one.id == request.district), None)
    place = home or District(request.district, request.district, "UTC")
    day = at.astimezone(ZoneInfo(place.timezone)).date()
    names = tuple(responsible) or (_titled(register.store, request.district, user, by),)
    signed = Signed(place.name, day, names, estimated(request, kind, available, day))
    made = pdf(letter(request, law.requests[request.law], kind, signed), at)
    written(register, request, kind, sha256(made).hexdigest(), by, at)
    return made


def _titled(store: Store, district: str, user: User, by: Actor) -> str:
    """The user's name as the tables tell it, and the role as a title."""
    known = named(store, district, [user.person]) if user.person else {}
    name = known.get(("person", user.person or ""), user.name)
    return f"{name}, {by.role.replace('_', ' ')}"
