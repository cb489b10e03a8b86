"""What JSON products share: a record is read whole or refused, and its values are taken by name and as text."""

from collections.abc import Callable
from typing import Any

import msgspec

from model.event import Event
from producers.forms import known
from producers.json_object import RepeatedKey, decode_object
from producers.product import Parsed, Refusal

Document = dict[str, Any]
MOST_ITEMS = 500  # of one list; what has more was made to be slow
LONGEST_ORIGIN = 200
_AROUND = b"\xef\xbb\xbf \t\r\n\0,"


def understand(record: bytes, title: str, read: Callable[[Document], Parsed], unread: Callable[[], Event]) -> Parsed:
    """What `read` makes of the record's object; `unread()` where a key stands twice; a refusal where it is no object.

    `title` names the product in refusals. `read` may decode JSON inside of the record by `decode_object`.
    """
    try:
        return read(decode_object(record.strip(_AROUND)))
    except RepeatedKey:  # which of the two is true? Nothing of it is believed, not even its time
        return [unread()]
    except msgspec.DecodeError as error:
        return Refusal(f"not one record of {title}: {str(error)[:300]}")
    except RecursionError:
        return Refusal(f"JSON nested too deep to be a record of {title}")


def part(document: Document, *path: str) -> Document:
    """The object at `path`; empty where something else or nothing is there."""
    for name in path:
        found = document.get(name)
        if type(found) is not dict:
            return {}
        document = found
    return document


def text(document: Document, *names: str) -> str | None:
    """The first of `names` that has a text or a whole number which does not stand for nothing."""
    for name in names:
        value = document.get(name)
        if type(value) is str:
            if (found := known(value)) is not None:
                return found
        elif value is not None and (found := plain(value)) is not None:
            return found
    return None


def plain(value: object) -> str | None:
    """A text or a whole number as text without blanks around it; None for anything else and for marks of nothing."""
    if type(value) is str:
        return known(value)
    return str(value) if type(value) is int and value.bit_length() <= 64 else None


def objects(document: Document, name: str) -> list[Document]:
    """The objects in the list `name`."""
    found = document.get(name)
    return [item for item in found[:MOST_ITEMS] if type(item) is dict] if type(found) is list else []


def origin(vendor_id: object) -> str | None:
    """The vendor's own id as an event's `origin`; None where it is none."""
    return f"id:{vendor_id}" if type(vendor_id) is str and 0 < len(vendor_id) <= LONGEST_ORIGIN else None


def plain_texts(*documents: Document) -> dict[str, str]:
    """The plain values of objects by name, for `fill_plainly`; the first object that has a name counts."""
    found: dict[str, str] = {}
    for document in documents:
        for name, value in list(document.items())[:MOST_ITEMS]:
            if (written := plain(value)) is not None:
                found.setdefault(name, written)
    return found
