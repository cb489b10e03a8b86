"""Windows Event XML: as wevtutil, WEF subscriptions and agents write it, in any prefix, on one line or on many.

https://learn.microsoft.com/windows/win32/wes/eventschema-schema. Read with SAX without namespaces, because an element
cut out of its document may use a prefix that was declared around it.
"""

from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from producers.json_object import RepeatedKey
from producers.windows_security.entry import Data, Entry, integer, outcome_of

MAX_DEPTH = 16  # a real event is at most 5 deep
MAX_FIELDS = 1000


class UnreadableXml(ValueError):
    """Why an element cannot be read, in words."""


class _Reader(ContentHandler):
    """Collects `System` by element name and the rest by field name, keeping no tree."""

    def __init__(self) -> None:
        super().__init__()
        self.path: list[str] = []
        self.system: Data = {}
        self.data: Data = {}
        self.unclear = False
        self._field: str | None = None
        self._words: list[str] = []

    def startElement(self, name: str, attrs: Any) -> None:
        self.path.append(name.rpartition(":")[2])
        if len(self.path) > MAX_DEPTH or len(self.data) > MAX_FIELDS:
            raise UnreadableXml(f"an event is at most {MAX_DEPTH} deep and {MAX_FIELDS} fields wide")
        self._words = []
        self.unclear = self.unclear or self._field is not None  # an element inside a field: what is the field's value?
        self._field = self._field_of(attrs)
        if self.path[1:] == ["System", "TimeCreated"]:
            self._head("At", attrs.get("SystemTime"))
        elif self.path[1:] == ["System", "Provider"]:
            self._head("By", attrs.get("Name"))

    def _field_of(self, attrs: Any) -> str | None:
        where = self.path[1:2]
        if where == ["EventData"] and len(self.path) == 3:
            return attrs.get("Name") or (f"param{len(self.data) + 1}" if self.path[2] == "Data" else self.path[2])
        if where == ["UserData"] and len(self.path) >= 4:
            return self.path[-1]
        return self.path[2] if where == ["System"] and len(self.path) == 3 else None

    def characters(self, content: str) -> None:
        if self._field is not None:
            self._words.append(content)

    def endElement(self, name: str) -> None:
        if self._field is not None:
            value = "".join(self._words).strip()
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
        parseString(record, reader, forbid_dtd=True)
    except DefusedXmlException as refusal:
        raise UnreadableXml(f"XML with a document type is refused ({type(refusal).__name__})") from None
    except RepeatedKey:
        raise
    except (SAXException, ValueError, LookupError) as error:
        raise UnreadableXml(f"not well-formed XML: {_words_of(error)}") from None
    if reader.root != "Event":
        raise UnreadableXml(f"the element is {reader.root[:40]}, not Event")
    found = _entry(reader.system, reader.data)
    if found and reader.unclear:
        found.unclear = True
    return found


def _words_of(error: Exception) -> str:
    get_message = getattr(error, "getMessage", None)
    return str(get_message() if get_message else error)[:200]


def _entry(system: Data, data: Data) -> Entry | None:
    code = integer(system.get("EventID"))
    if code is None:
        return None
    return Entry(
        code,
        data,
        at=_utc(system.get("At")),
        computer=system.get("Computer") or None,
        provider=system.get("By") or None,
        channel=system.get("Channel") or None,
        number=system.get("EventRecordID") or None,
        outcome=outcome_of(system.get("Keywords")),
    )


def _utc(at: str | None) -> str | None:
    """SystemTime is UTC; some exporters leave out the Z."""
    if not at or at.endswith("Z") or "+" in at:
        return at
    return at + "Z"
