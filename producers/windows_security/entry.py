"""A Windows event as its three shippers agree on it: the System part named, the EventData by its own names."""

import re
from typing import Any

import msgspec

from producers.forms import BLANKS

Data = dict[str, Any]
AUDIT_FAILURE = 0x10000000000000  # winmeta.h: the bits of Keywords
AUDIT_SUCCESS = 0x20000000000000
_ZONED = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)$", re.A)
# `Audit Failure` as Windows writes it in its languages; what is not here is a success or says so by its id.
_SUCCESS_WORDS = ("success", "succès", "erfolg", "operación correcta", "operazioni riuscite", "geslaagd")
_FAILURE_WORDS = ("failure", "échec", "überwachung gescheitert", "fehler", "error", "falha", "fout", "mislyk")


class Entry(msgspec.Struct, gc=False):
    """What every form of a Windows event says. `at` is as written, with the `Z` that a form in UTC left out."""

    code: int
    data: Data
    at: str | None = None
    received: str | None = None
    computer: str | None = None
    provider: str | None = None
    channel: str | None = None
    number: str | None = None
    outcome: str | None = None
    user: tuple[str | None, str | None] = (None, None)  # under whom the program ran that wrote it, and his domain
    unclear: bool = False  # a field of its data stands twice, so nobody knows which one is true


def text(data: Data, name: str) -> str | None:
    """A field as text, whatever JSON type the shipper gave it; None where Windows says it has none."""
    value = data.get(name)
    if type(value) is str:
        return None if value in ("-", "", "(null)", "%%1793") else value.strip(BLANKS) or None
    return str(value) if type(value) is int else None


def utc(at: str | None) -> str | None:
    """A time that is UTC by its form's definition, as some exporters write it: without the Z."""
    return at if at is None or _ZONED.search(at) else at + "Z"


def integer(value: object) -> int | None:
    """An event id: a number, or a number in quotes."""
    if type(value) is int:
        return value
    return int(value) if type(value) is str and value.isascii() and value.isdigit() and len(value) < 10 else None


def outcome_of(keywords: object) -> str | None:
    """success or failure from Keywords: a signed decimal, a hexadecimal mask, or words in the server's language."""
    if type(keywords) is str:
        return _outcome_of_text(keywords)
    if type(keywords) is int:
        return _outcome_of_mask(keywords)
    if type(keywords) is list:
        return next((found for word in keywords[:8] if (found := outcome_of(word))), None)
    return None


def _outcome_of_text(keywords: str) -> str | None:
    try:
        return _outcome_of_mask(int(keywords[:24], 0))
    except ValueError:
        lowered = keywords.lower()
    if any(word in lowered for word in _FAILURE_WORDS):
        return "failure"
    return "success" if any(word in lowered for word in _SUCCESS_WORDS) else None


def _outcome_of_mask(mask: int) -> str | None:
    if mask & AUDIT_FAILURE:
        return "failure"
    return "success" if mask & AUDIT_SUCCESS else None
