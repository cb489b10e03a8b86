"""A JSON object as a record, read only where every key stands once: of two, nobody knows which one is true."""

import json
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_QUOTE, _ESCAPE, _HIDDEN_QUOTE = b'"', b"\\", b"\\u0022"


class RepeatedKey(ValueError):
    """An object in the record has the same key twice."""


def decode_object(record: bytes) -> dict[str, Any]:
    """The object; a record that is not UTF-8 is read as Latin-1.

    Raises RepeatedKey, msgspec.DecodeError where it is no JSON object, RecursionError where it is nested too deep.
    """
    try:
        document = _decode(record)
    except UnicodeDecodeError:
        record = record.decode("latin-1").encode()
        document = _decode(record)
    if type(document) is not dict:
        raise msgspec.DecodeError("the JSON is not an object")
    # Written again, an object without repetition has as many quotes as it had: cheaper than to look at each key.
    if record.count(_QUOTE) != _encode(document).count(_QUOTE) or (_ESCAPE in record and _HIDDEN_QUOTE in record):
        json.loads(record, object_pairs_hook=_each_once)
    return document


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise RepeatedKey("a key stands twice in one object")
