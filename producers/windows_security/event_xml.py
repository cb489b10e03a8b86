"""Windows Event XML: as wevtutil, WEF subscriptions and agents write it, in any prefix, on one line or on many.

https://learn.microsoft.com/windows/win32/wes/eventschema-schema. Read with expat itself, without namespaces, because an
element cut out of its document may use a prefix that was declared around it. A document type is refused before any of
it is read, so there are no entities to expand and nothing outside to fetch.
"""

from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from producers.forms import BLANKS
from producers.json_object import RepeatedKey
from producers.windows_security.entry import Data, Entry, integer, outcome_of, utc

MAX_DEPTH = 16  # a real event is at most 5 deep
MAX_FIELDS = 1000


class UnreadableXml(ValueError):
    """Why an element cannot be read, in words."""


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnreadableXml("XML with a document type is refused")


class _Reader:
    """Collects `System` by element name and the rest by field name, keeping no tree."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.system: Data = {}
        self.data: Data = {}
        self.unclear = False
        self.root = ""
        self._field: str | None = None
        self._words: list[str] = []

    def read(self, record: bytes) -> None:
        """Raises UnreadableXml, RepeatedKey, and what expat raises."""
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(record, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self.path
        path.append(name.rpartition(":")[2])
        if len(path) > MAX_DEPTH or len(self.data) > MAX_FIELDS:
            raise UnreadableXml(f"an event is at most {MAX_DEPTH} deep and {MAX_FIELDS} fields wide")
        self._words = []
        self.unclear = self.unclear or self._field is not None  # an element inside a field: what is the field's value?
        self._field = self._field_of(attributes) if len(path) > 2 else None
        if attributes and len(path) == 3 and path[1] == "System":
            if path[2] == "TimeCreated":
                self._head("At", attributes.get("SystemTime"))
            elif path[2] == "Provider":
                self._head("By", attributes.get("Name"))

    def _field_of(self, attributes: dict[str, str]) -> str | None:
        where, depth = self.path[1], len(self.path)
        if where == "EventData" and depth == 3:
            element = self.path[2]
            return attributes.get("Name") or (f"param{len(self.data) + 1}" if element == "Data" else element)
        if where == "UserData" and depth >= 4:
            return self.path[-1]
        return self.path[2] if where == "System" and depth == 3 else None

    def _characters(self, content: str) -> None:
        if self._field is not None:
            self._words.append(content)

    def _end(self, _: str) -> None:
        if self._field is not None:
            value = "".join(self._words).strip(BLANKS)
            if self.path[1] == "System":
                self._head(self._field, value)
            else:
                self.unclear = self.unclear or self._field in self.data
                self.data[self._field] = value
            self._field = None
        self.root = self.path.pop()

    def _head(self, name: str, value: str | None) -> None:
        if name in self.system:
            raise RepeatedKey(f"{name[:60]} stands twice in one event")
        self.system[name] = value


def entry_of(record: bytes) -> Entry | None:
    """The entry, or None if it has no event id; raises UnreadableXml with the reason, or RepeatedKey."""
    reader = _Reader()
    try:
        reader.read(record)
    except ExpatError as error:
        raise UnreadableXml(f"not well-formed XML: {str(error)[:200]}") from None
    except (UnreadableXml, RepeatedKey):
        raise
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise UnreadableXml(f"not well-formed XML: {str(error)[:200]}") from None
    if reader.root != "Event":
        raise UnreadableXml(f"the element is {reader.root[:40]}, not Event")
    found = _entry(reader.system, reader.data)
    if found and reader.unclear:
        found.unclear = True
    return found


def _entry(system: Data, data: Data) -> Entry | None:
    code = integer(system.get("EventID"))
    if code is None:
        return None
    return Entry(
        code,
        data,
        at=utc(system.get("At") or None),
        computer=system.get("Computer") or None,
        provider=system.get("By") or None,
        channel=system.get("Channel") or None,
        number=system.get("EventRecordID") or None,
        outcome=outcome_of(system.get("Keywords")),
    )
