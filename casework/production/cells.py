"""One cell of a production: what of a field's value may be shown, by the ways that `policies/redaction` names."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, get_args
from urllib.parse import urlsplit

import msgspec

from casework.production.asked import EMPTY, Cell, Codes, left_out
from casework.production.hosts import Hosts
from casework.production.names import address_of, is_outside
from casework.production.people import People
from casework.production.pseudonyms import Pseudonyms
from casework.production.treatments import FIELDS, redaction
from casework.production.words import HOME, LEFT_OUT, SYSTEM, Accounts, days_of
from model.actions import ACTIONS
from model.event import Basis, Category, Event, Outcome, TimeQuality, Verdict
from model.vocabulary import SENSITIVE

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_DIGEST = re.compile(r"[0-9a-f]{32}")
_SESSION = re.compile(r"(?:0x)?[0-9a-fA-F]+")  # what servers count or draw; anything else could be a text
_LOGONS = ("interactive", "unlock", "remote", "cached", "secondary", "network", "batch", "service")
_CODE = re.compile(r"[0-9]{1,6}")  # the number of a vendor's message, which their manuals list
_SHORT = 4  # bytes: so few are printable in a number, too
_CLOSED = (TimeQuality, Basis, Category, Outcome, Verdict)
WORDS: frozenset[str] = frozenset(
    {*ACTIONS, *(word for one in _CLOSED for word in get_args(one)), *_LOGONS, "base64", "not a district's"}
)
_SCHEMES = frozenset({"http", "https", "ftp", "ws", "wss", "tunnel"})  # the last: a host alone, as CONNECT has it
_NEVER_WHOLE = frozenset({"raw", "attribution", "url", "event_id"})  # no decision shows these as they are


# Ways whose answer depends on the value alone: the same value is looked at once.
_OF_THE_VALUE = frozenset({"word", "source", "realm", "card", "host", "site"})
_MOST = 50_000  # values of a field that are remembered


class Row(NamedTuple):
    """An event while its cells are made: whether the requested person acted, and which days and numbers are its own."""

    event: Event
    own: bool
    days: frozenset[str]
    numbers: frozenset[str]


def _once(make: Callable[[Any, Row], Cell]) -> Callable[[Any, Row], Cell]:
    """The same, and a value that came before is not looked at again."""
    known: dict[Any, Cell] = {}

    def made(value: Any, row: Row) -> Cell:
        found = known.get(value)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            found = known[value] = make(value, row)
        return found

    return made


def is_time(text: str) -> bool:
    """Whether it is an instant as events write it, and nothing else."""
    try:
        return _TIME.fullmatch(text) is not None and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _spells(digits: str) -> bool:
    """Whether hexadecimal digits are the letters of a text."""
    spelled = bytes.fromhex(digits) if len(digits) % 2 == 0 and digits[1:2] != "x" else b""
    return len(spelled) > _SHORT and all(32 <= one < 127 for one in spelled)


def row_of(event: Event, people: People) -> Row:
    """What of an event its cells depend on."""
    shown = (event.bytes_in, event.bytes_out, event.destination_port)
    numbers = frozenset(str(one) for one in shown if one is not None) - people.others
    return Row(
        event,
        people.is_own(event),
        days_of(*filter(is_time, filter(None, (event.occurred_at, event.received_at)))),
        numbers,
    )


class Cells:
    """The cells of one request."""

    def __init__(
        self,
        people: People,
        pseudonyms: Pseudonyms,
        codes: Codes,
        products: frozenset[str],
        released: frozenset[str] = frozenset(),
    ) -> None:
        """`products`: those that are read, whose names are no secret; `released`: columns somebody decided to show."""
        self._people = people
        self._pseudonyms = pseudonyms
        self._codes = codes
        self._accounts = Accounts(people)
        self._hosts = Hosts(people, self._accounts)
        self._words = WORDS | products
        self.shown: set[str] = set()  # pseudonyms that stand in a row
        self._parents = people.asked.law in redaction().own_record
        ways: dict[str, Callable[[Any, Row], Cell | str | None]] = {
            "word": self._word, "time": self._time, "number": self._number, "code": self._code, "text": self._text,
            "id": self._id, "source": self._source, "realm": self._realm, "device": self._device, "card": self._card,
            "address": self._address, "session": self._session, "host": self._host, "url": self._url,
            "site": self._site, "never": self._never,
        }  # fmt: skip
        self._makers: list[Callable[[Any, Row], Cell]] = []
        for field in FIELDS:
            treatment = redaction().of(field)
            if treatment.show == "person":
                self._makers.append(partial(self._person, field))
            elif field in released - _NEVER_WHOLE:
                self._makers.append(partial(self._made, treatment.covers, self._released))
            else:
                made = partial(self._made, treatment.covers, ways[treatment.show])
                once = treatment.show in _OF_THE_VALUE or (treatment.show == "address" and not self._parents)
                self._makers.append(_once(made) if once else made)

    def of(self, row: Row) -> list[Cell]:
        """The cells of an event, in the order of `FIELDS`."""
        values = msgspec.structs.astuple(row.event)
        return [
            EMPTY if value is None or value == "" else make(value, row)
            for value, make in zip(values, self._makers, strict=False)  # a stored event has fields of its own behind
        ]

    def left_out(self, covers: str) -> str:
        """What stands where something was left out."""
        return f"[{self._codes.of(covers).code}]"

    def _made(self, covers: str, way: Callable[[Any, Row], Cell | str | None], value: Any, row: Row) -> Cell:
        shown = way(value, row)
        if shown is None:
            return Cell(self.left_out(covers), (covers,))
        if isinstance(shown, Cell):
            return Cell(shown.text or self.left_out(shown.covers[0]), shown.covers)
        return self._marked(shown, covers)

    def _marked(self, text: str, covers: str) -> Cell:
        """The text with codes for what is left out of it."""
        if text.isprintable():
            return Cell(text)
        kinds = {LEFT_OUT: covers, SYSTEM: "security", HOME: "home_address"}
        found = tuple(sign for sign in kinds if sign in text)
        for sign in found:
            text = text.replace(sign, self.left_out(kinds[sign]))
        return Cell(text, tuple(dict.fromkeys(kinds[sign] for sign in found)))

    # The ways: what is shown; None where nothing may be; `\0` where a piece is left out

    def _word(self, value: Any, row: Row) -> str | None:
        text = str(value)
        return text if text in self._words else None

    def _time(self, value: Any, row: Row) -> str | None:
        return value if is_time(str(value)) else None

    def _number(self, value: Any, row: Row) -> str | None:
        text = str(value)
        return None if text.removesuffix(".0") in self._people.others else text

    def _code(self, value: Any, row: Row) -> str | None:
        return self._number(value, row) if _CODE.fullmatch(str(value)) else self._text(value, row)

    def _text(self, value: Any, row: Row) -> str | None:
        if value == row.event.raw and row.event.url_category == SENSITIVE:
            return None  # word by word it might still tell the topic
        return self._accounts.text(str(value), row.days, row.numbers)

    def _id(self, value: Any, row: Row) -> str | None:
        text = str(value)
        return None if not _DIGEST.fullmatch(text) or text in self._people.others or _spells(text) else text

    def _source(self, value: Any, row: Row) -> str | None:
        return value if value in self._people.sources and self._accounts.names_nobody(value) else None

    def _realm(self, value: Any, row: Row) -> str | None:
        known = self._people.realms.names or frozenset()
        return value if str(value).lower() in known else None

    def _device(self, value: Any, row: Row) -> str | None:
        text = str(value)
        own = self._people.device_of(text) in self._people.own_devices
        if not own and not (row.own and self._people.is_shared(text) and self._accounts.names_nobody(text)):
            return None
        listed = self._people.as_listed(text)
        if not listed:
            return None
        return text if listed == text else f"{listed}.{LEFT_OUT}"

    def _card(self, value: Any, row: Row) -> str | None:
        return value if self._people.is_own_card(str(value)) else None

    def _address(self, value: Any, row: Row) -> Cell | str:
        plain = address_of(str(value))
        if self._parents and row.own and plain and self._accounts.names_nobody(plain):
            return plain
        return left_out("home_address" if plain and is_outside(plain) else "security")

    def _session(self, value: Any, row: Row) -> str | None:
        text = str(value)
        shown = self._parents and row.own and _SESSION.fullmatch(text) and not _spells(text)
        return text if shown and self._accounts.names_nobody(text) else None

    def _host(self, value: Any, row: Row) -> Cell | str:
        return self._hosts.shown(str(value))

    def _url(self, value: Any, row: Row) -> Cell | str:
        text = str(value)
        try:
            parts = urlsplit(text if "://" in text else f"tunnel://{text}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return LEFT_OUT
        if not host or parts.scheme.lower() not in _SCHEMES:
            return LEFT_OUT
        scheme = "" if parts.scheme == "tunnel" else f"{parts.scheme.lower()}://"
        shown = self._hosts.shown(host)
        if isinstance(shown, Cell):
            return Cell(f"{scheme}{self.left_out(shown.covers[0])}/", shown.covers)
        usual = port in (None, 80, 443)
        whole = parts.path in ("", "/") and usual and not (parts.query or parts.fragment or "@" in parts.netloc)
        return f"{scheme}{shown}/{'' if whole else LEFT_OUT}"

    def _site(self, value: Any, row: Row) -> str | None:
        return value if value in self._people.sites and self._accounts.names_nobody(str(value)) else None

    def _released(self, value: Any, row: Row) -> str | None:
        """A column that somebody decided to show, as far as it names nobody else."""
        text = str(value)
        harmless = text.isascii() and text.isprintable() and self._accounts.names_nobody(text)
        return text if harmless and not self._accounts.hides(text) else None

    def _never(self, value: Any, row: Row) -> None:
        return None

    def _person(self, field: str, value: Any, row: Row) -> Cell:
        name = person_in(field, row.event, self._people)
        if not name:
            return EMPTY
        if self._people.is_subject(name):
            return Cell(str(value))
        word = self._pseudonyms.word(name)
        self.shown.add(word)
        return Cell(word, (self._covers(name),))

    def _covers(self, name: str) -> str:
        word = self._people.word_of(name)[0]
        return {"Student": "student", "Staff": "employee"}.get(word, "other_person")


def person_in(field: str, event: Event, people: People) -> str:
    """The account or person in one of an event's fields, by the name under which it is known."""
    if field == "account" and event.account:
        return people.known_as(event, event.account, event.account_domain)
    if field == "target_account" and event.target_account:
        return people.known_as(event, event.target_account, event.target_domain)
    return event.person or "" if field == "person" else ""
