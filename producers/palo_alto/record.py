"""A PAN-OS record in any of its four forms, as values under the names of PAN-OS's own custom log format."""

import csv
import re
from collections.abc import Callable

import msgspec

from producers import forms
from producers.envelopes.cef import read_cef
from producers.envelopes.fields import Fields
from producers.envelopes.leef import read_leef
from producers.json_object import RepeatedKey, decode_object
from producers.json_record import text as plain_text
from producers.palo_alto.columns import CEF_NAMES, CLIENTS, COLUMNS, FEWEST, IDENTITY, JSON_NAMES, LEEF_NAMES

_ROW = re.compile(
    r"\d{0,20},(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,20}Z),[^,\"]{0,40},([A-Z][A-Z-]{2,30}),", re.A
)
_LONGEST_HEAD = 300  # characters before the record; behind them only a client's text could look like one
_SHORT_CEF = re.compile(r"(CEF:0\|Palo Alto Networks\|[^|]*\|[^|]*\|GLOBALPROTECT\|[^|]*)\|(?=rt=)")
_FIRST = ("receive_time", "serial", "type", "subtype", "time_generated")
_NOTHING = frozenset({"", "any", "N/A", "unknown", "no-serial", "n/a", "not-applicable", "(null)"})


class Record(msgspec.Struct, frozen=True, gc=False):
    """Values by name, without those that mean nothing; `head` is what a relay wrote before them.

    `sound`: whether the record is whole and nobody but the firewall can have written who it was and where from.
    """

    kind: str
    values: dict[str, str]
    head: str = ""
    sound: bool = True


def read(text: str) -> Record | None:
    """The record, or None where it is in none of PAN-OS's forms; of one that is not sound only its first values."""
    found = _read(text)
    if found is None or found.sound:
        return found
    return Record(found.kind, {name: found.values[name] for name in _FIRST if name in found.values}, found.head, False)


def _read(text: str) -> Record | None:
    """The form that begins first is the record's: what looks like another behind it, a client may have written."""
    marks = (("CEF:0|Palo Alto", _cef), ("LEEF:", _leef), ('{"', _json))
    begun = [(at, form) for mark, form in marks if (at := text.find(mark, 0, _LONGEST_HEAD)) >= 0]
    row = _ROW.search(text, 0, _LONGEST_HEAD)
    if row and all(row.start() < at for at, _ in begun):
        return _row(row[1], text[row.start() :], text[: row.start()])
    if not begun:
        return None
    at, form = min(begun, key=lambda one: one[0])
    return form(text[at:], text[:at])


def _row(kind: str, text: str, head: str) -> Record:
    cells = _cells(text)
    size = len(cells)
    columns = COLUMNS.get(kind, COLUMNS["CONFIG"][:5])
    values = {name: cell for place, name in columns if place < size and (cell := cells[place]) not in _NOTHING}
    sound = size >= FEWEST.get(kind, 8) and _IN_PLACE.get(kind, bool)(cells)
    return Record(kind, values, head, sound)


def _cells(text: str) -> list[str]:
    """A cell with a comma or a quote stands in quotes, its quotes doubled; none where that does not hold."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        return []


def _threat_in_place(cells: list[str]) -> bool:
    """URL and user agent are the client's: a quote in them that an old release left as it is must not move the rest.

    The threat behind the URL is `Name(number)`.
    """
    return cells[32].endswith(")")


def _in_place(cells: list[str]) -> bool:
    """The machine's name is the client's and stands before the addresses: a comma in it must not move them."""
    addresses = [cell for cell in cells[15:19] if cell]
    return all(":" in cell or cell.count(".") == 3 for cell in addresses) and forms.address(cells[19]) is None


_IN_PLACE: dict[str, Callable[[list[str]], bool]] = {"GLOBALPROTECT": _in_place, "THREAT": _threat_in_place}


def _cef(message: str, head: str) -> Record | None:
    cef = read_cef(_SHORT_CEF.sub(r"\1|0|", message, count=1))
    if cef is None:
        return None
    kind, subtype = (cef.name, cef.signature) if cef.name.isupper() else (cef.signature, cef.name)
    values, ordered = _renamed(cef.extension, CEF_NAMES)
    if cef.product == "LF":  # Strata Logging Service: whose view `in` is there was not found in its document
        values = {name: value for name, value in values.items() if not name.startswith("bytes_")}
    if kind == "THREAT" and "eventid" in values:
        values["threatid"] = values.pop("eventid")
    if kind == "USERID":
        values |= {"ip": values.get("src", ""), "user": values.get("dstuser", "")}
    if kind in ("AUTH", "AUTHENTICATION"):
        values["srcuser"] = values.get("dstuser", "")
    return Record(kind, values | {"subtype": subtype}, head, ordered)


def _leef(message: str, head: str) -> Record | None:
    leef = read_leef(message)
    if leef is None or leef.vendor != "Palo Alto Networks":
        return None
    values, ordered = _renamed(leef.attributes, LEEF_NAMES)
    kind = values.get("type", "").upper()
    if kind in ("SYSTEM", "GLOBALPROTECT"):
        values["eventid"] = leef.event
    if kind == "USERID":
        values |= {"ip": values.get("src", ""), "user": values.get("srcuser", "")}
    return Record(kind, values, head, ordered)


def _json(message: str, head: str) -> Record | None:
    """One of Strata Logging Service; JSON escapes what clients write, so the order of its keys says nothing."""
    if '"LogType"' not in message:
        return None
    try:
        document = decode_object(message.encode())
    except RepeatedKey:  # which of the two is true?
        return Record("", {}, head, sound=False)
    except (msgspec.DecodeError, RecursionError):
        return None
    kind = plain_text(document, "LogType")
    if kind is None or not kind.isupper() or not ("DeviceSN" in document or "LogSourceID" in document):
        return None
    values: dict[str, str] = {}
    for name, known in JSON_NAMES.items():
        if (value := plain_text(document, name)) is not None and value not in _NOTHING:
            values.setdefault(known, value)
    if kind == "USERID":
        values |= {"ip": values.get("src", ""), "user": plain_text(document, "User") or values.get("srcuser", "")}
    if kind == "THREAT":
        values["threatid"] = f"{plain_text(document, 'ThreatName') or ''}({values.get('threatid', '')})"
    return Record(kind, values, head)


def _renamed(fields: Fields, names: dict[str, str]) -> tuple[dict[str, str], bool]:
    """The values under PAN-OS's names, and whether each that says who stands once and before what a client wrote."""
    values: dict[str, str] = {}
    written: list[str] = []
    for name, value in fields.values.items():
        if known := names.get(name):
            written.append(known)
            if value not in _NOTHING:
                values.setdefault(known, value)
    if "misc" in values:  # the forms keep the quotes of the CSV, LEEF with a backslash before each
        values["misc"] = values["misc"].strip('\\"')
    first = next((at for at, name in enumerate(written) if name in CLIENTS and name != "machinename"), len(written))
    repeated = {names[name] for name in fields.repeated if name in names}
    late = [name for name in written[first:] if name in IDENTITY]
    cut = names.get(next(reversed(fields.values), "")) in IDENTITY  # a relay may have cut the value that ends it
    return values, not (fields.broken or late or cut) and repeated.isdisjoint(IDENTITY)
