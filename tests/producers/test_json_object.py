"""JSON objects are read where every key stands once, however they are written."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.json_object import RepeatedKey, decode_object

_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(st.sampled_from('a":{}\\ \n,é'), max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(st.sampled_from('ab":\\ '), max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.text(st.sampled_from('ab":\\ '), max_size=3), _VALUES, max_size=4)
_STYLES: list[dict[str, Any]] = [
    {},
    {"separators": (",", ":")},
    {"separators": (" , ", " : ")},
    {"indent": 1},
    {"ensure_ascii": False},
]


@given(document=_OBJECTS, style=st.sampled_from(_STYLES))
def test_an_object_is_read_however_it_is_written(document: dict[str, Any], style: dict[str, Any]) -> None:
    assert decode_object(json.dumps(document, **style).encode()) == document


@given(
    document=_OBJECTS, inner=_OBJECTS, style=st.sampled_from(_STYLES), value=st.sampled_from(["1", '"\\u0022"', "{}"])
)
def test_a_key_that_stands_twice_is_told_at_any_depth(
    document: dict[str, Any], inner: dict[str, Any], style: dict[str, Any], value: str
) -> None:
    twice = json.dumps({"k": "@", **inner}, **style).replace('"@"', f'{value}, "k" : {value}')
    for record in (twice, json.dumps({**document, "z": ["@@"]}, **style).replace('"@@"', twice)):
        with pytest.raises(RepeatedKey):
            decode_object(record.encode())


@pytest.mark.parametrize("record", [b"[]", b"1", b'{"a":1', b"", b"\xff"])
def test_what_is_no_object_is_refused(record: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_object(record)
