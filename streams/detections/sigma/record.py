"""One event as a Sigma rule reads it: our fields, and the vendor's own by their names in the raw record."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from model.event import Event, decode_event
from model.policy.sigma import RAW, URI, URI_QUERY, URI_STEM
from streams.seen import Seen

Named = dict[str, tuple[str, ...]]
Pairs = list[tuple[str, str]]  # names and values, in the order of the record
MOST_VALUES = 5_000  # of one record
DEEPEST = 20
# Known without reading the event again: what of an event attribution leaves as it is.
_SEEN = frozenset(
    {
        *("action", "category", "product", "outcome", "verdict", "domain", "url_category", "method", "user_agent"),
        *("url", "vendor_code", "vendor_action", "bytes_in", "bytes_out", "destination_port", "protocol", "app"),
        *("reason", "reporter", "logon_type", "session_id"),
    }
)
_PROPERTIES = "properties."  # Azure Monitor wraps the record of Entra ID in it
_AGENTS = re.compile(r"^(winlog\.)?((event|user)_data\.)?")  # where Winlogbeat and Elastic Agent put a field
_ATTRIBUTE = re.compile(r"\.(?:#attributes\.|@)")  # as XML becomes JSON
_SYSTEM = {
    **{"event_id": "eventid", "computer_name": "computer", "hostname": "computer", "sourcename": "provider_name"},
    **{"source": "provider_name", "eventlog": "channel"},  # Azure Monitor's table Event
}


class Record:
    """Values by field, each looked up once. A record that cannot be read, or says a name twice, has no names."""

    @classmethod
    def of(cls, seen: Seen) -> "Record":
        """The one record of an event, which all rules share."""
        if not isinstance(seen.record, cls):
            seen.record = cls(seen)
        return seen.record

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._event: Event | None = None
        self._named: Named | None = None
        self._lower: dict[str, tuple[str, ...]] = {}
        self._said: dict[str, tuple[str, ...]] = {}

    @property
    def event(self) -> Event:
        """The whole event, as the parser made it."""
        if self._event is None:
            self._event = decode_event(self._seen.line)
        return self._event

    @property
    def text(self) -> str:
        """The raw record."""
        raw = self.event.raw
        return base64.b64decode(raw).decode(errors="replace") if self.event.raw_encoding == "base64" else raw

    def values(self, field: str) -> tuple[str, ...]:
        """What it says there; nothing where it says nothing."""
        said = self._said.get(field)
        if said is None:
            said = self._said[field] = self._values(field)
        return said

    def _values(self, field: str) -> tuple[str, ...]:
        if field.startswith(RAW):
            return self._raw(field[len(RAW) :].lower())
        if field in _PARTS:
            return _PARTS[field](self._seen.url or "")
        told = getattr(self._seen if field in _SEEN else self.event, field)
        return () if told is None else (plain(told),)

    def lower(self, field: str | None) -> tuple[str, ...]:
        """The same in lower case; of the whole record where there is no field."""
        key = field or ""
        found = self._lower.get(key)
        if found is None:
            said = self.values(field) if field else (self.text,)
            found = self._lower[key] = tuple(one.lower() for one in said)
        return found

    def _raw(self, name: str) -> tuple[str, ...]:
        if self._named is None:
            self._named = named(self.event, self.text)
        names = (name, _PROPERTIES + name) if self.event.product == "entra_id" else (name,)
        said = [value for one in names for value in self._named.get(one, ())]
        return tuple(said or (value for one in names for value in self._within(one + ".")))

    def _within(self, path: str) -> Iterator[str]:
        """All that stands within an object or a list of objects."""
        return (value for name, values in (self._named or {}).items() if name.startswith(path) for value in values)


def _uri(url: str) -> tuple[str, ...]:
    """The whole, and what follows the host: filters write either, and rules ask for either."""
    path = _stem(url) + _query(url, "?")
    return (url, path) if path and path != url else (url,) if url else ()


def _stem(url: str) -> str:
    rest = url.partition("://")[2] or url
    return (rest if rest.startswith("/") else "/" + rest.partition("/")[2]).partition("?")[0] if url else ""


def _query(url: str, mark: str = "") -> str:
    _, found, query = url.partition("?")
    return mark + query if found else ""


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


_PARTS: dict[str, Callable[[str], tuple[str, ...]]] = {
    URI: _uri,
    URI_STEM: lambda url: _some(_stem(url)),
    URI_QUERY: lambda url: _some(_query(url)),
}


def plain(value: Any) -> str:
    """A value as text: true and false in lower case, whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def named(event: Event, text: str) -> Named:
    """The names of a raw record, lower-case, with their values; of those that are neither JSON nor XML, none."""
    start = min((at for at in (text.find("{"), text.find("<Event")) if at >= 0), default=len(text))
    body = text[start:]
    try:
        pairs = _of_xml(body) if body.startswith("<") else _of_json(event, body)
    except (ValueError, RecursionError, expat.ExpatError):
        return {}
    return _by_name(pairs) if len(pairs) <= MOST_VALUES else {}


def _by_name(pairs: Pairs) -> Named:
    """The values of each name, each value once."""
    found: dict[str, tuple[str, ...]] = {}
    more: dict[str, list[str]] = {}  # of the few names that have several values
    for name, value in pairs:
        low = name.lower()
        if low in found:
            more.setdefault(low, []).append(value)
        else:
            found[low] = (value,)
    return found | {name: tuple(dict.fromkeys([*found[name], *values])) for name, values in more.items()}


def _of_json(event: Event, body: str) -> Pairs:
    document = json.loads(body, object_pairs_hook=_each_once) if body else {}
    shape = _SHAPES.get(event.product)
    return shape(event, document) if shape else _flat("", document)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice: which of the two is true?")
    return found


def _flat(path: str, value: Any) -> Pairs:
    """Dotted names; the members of a list share a name."""
    found: Pairs = []
    _fill(found, path, value, 0)
    return found


def _fill(found: Pairs, path: str, value: Any, depth: int) -> None:
    if depth > DEEPEST or len(found) > MOST_VALUES:
        raise ValueError("nested too deep, or too much of it")
    if isinstance(value, dict):
        before = f"{path}." if path else ""
        for name, one in value.items():
            if type(one) is str and depth < DEEPEST:  # most values are
                found.append((before + name, one))
            else:
                _fill(found, before + name, one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _fill(found, path, one, depth + 1)
    elif value is not None:
        found.append((path, plain(value)))


def _windows(event: Event, document: Any) -> Pairs:
    """Windows' own names, wherever the agent put them, and those of the System part by the names of the XML."""
    written = _event_of_file(document)
    pairs = _of_event_file(written) if written else _flat("", document)
    return [(_windows_name(path), value) for path, value in pairs]


def _event_of_file(document: Any) -> dict[str, Any]:
    """The event of a record of an event file, with or without `Event` around it; the choice is the parser's own."""
    if "EventID" in document:
        return {}
    written = _inner(document, "Event") or document
    return written if "EventID" in _inner(written, "System") else {}


def _of_event_file(written: dict[str, Any]) -> Pairs:
    """A record of an event file as JSON: `System`, and `EventData` by names or as a list of `Data` with a name each."""
    system = [(_ATTRIBUTE.sub("_", path), value) for path, value in _flat_texts(_inner(written, "System"))]
    held = _inner(written, "EventData") or _user_data(written)
    listed = _dicts(held.get("Data"))
    if not listed:
        return [*system, *_flat_texts(held)]
    data = [(str(one.get("@Name") or _inner(one, "#attributes").get("Name")), one.get("#text")) for one in listed]
    return [*system, *_each_once(data).items()]


def _user_data(written: dict[str, Any]) -> dict[str, Any]:
    """The named values within the one element that UserData has around them."""
    held = _inner(written, "UserData")
    return _inner(held, next(iter(held))) or held if len(held) == 1 else held


def _flat_texts(element: dict[str, Any]) -> Pairs:
    """Dotted names, an element's text by the name of the element."""
    return [(path.removesuffix(".#text").removesuffix(".$text"), value) for path, value in _flat("", element)]


@lru_cache(maxsize=4096)
def _windows_name(path: str) -> str:
    name = _AGENTS.sub("", path.lower())
    return _SYSTEM.get(name, name)


def _google(event: Event, document: Any) -> Pairs:
    """Names as in the audit logs of Google Cloud: `eventName`, `eventService`, and the parameters by their names."""
    found = [(path, value) for path, value in _flat("", document) if not path.startswith("events.")]
    found.append(("eventName", event.vendor_action or ""))
    found.append(("eventService", f"{_inner(document, 'id').get('applicationName')}.googleapis.com"))
    for one in _events(event, document):
        for parameter in _dicts(one.get("parameters")):
            kinds = (parameter.get(kind) for kind in ("value", "intValue", "boolValue", "multiValue"))
            told = [kind for kind in kinds if kind is not None]
            found += _flat(str(parameter.get("name")), told)
    return found


def _events(event: Event, document: Any) -> list[dict[str, Any]]:
    """The one of an activity's events that this event is of; none where two have its name."""
    events = _dicts(document.get("events") if isinstance(document, dict) else None)
    mine = [one for one in events if one.get("name") == event.vendor_action]
    return mine if len(mine) == 1 else []


def _inner(document: Any, name: str) -> dict[str, Any]:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


_SHAPES: dict[str, Callable[[Event, Any], Pairs]] = {
    "windows_security": _windows,
    "google_workspace": _google,
}


def _of_xml(body: str) -> Pairs:
    """The names of event XML: the elements of System, and each `Data` by its `Name`."""
    reader = _Xml()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said.append
    parser.Parse(body, True)
    names = [name.lower() for name, _ in reader.found]
    if len(set(names)) != len(names):
        raise ValueError("a name stands twice: which of the two is true?")
    return reader.found


class _Xml:
    def __init__(self) -> None:
        self.found: Pairs = []
        self.said: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []

    def refuse(self, *_: object) -> None:
        raise ValueError("a document type has no place in an event")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST or len(self.found) > MOST_VALUES:
            raise ValueError("nested too deep, or too much of it")
        if self._open and self._open[-1][0] == "Data":
            raise ValueError("an element inside a field: what is the field's value?")
        tag = tag.rpartition(":")[2]
        self._open.append((tag, attributes))
        self.said.clear()
        self.found += [(f"{tag}_{name}", value) for name, value in attributes.items() if tag != "Data"]

    def end(self, _: str) -> None:
        tag, attributes = self._open.pop()
        text = "".join(self.said).strip()
        name = attributes.get("Name") if tag == "Data" else tag
        if text and name:
            self.found.append((name, text))
        self.said.clear()
