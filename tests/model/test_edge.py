"""One definition of an event, not two that drift: the fast struct and its pydantic twin agree."""

import json
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model import edge, event
from model.actions import ACTIONS

TWINS = [(event.Event, edge.Event), (event.Attribution, edge.Attribution)]
WORDS: dict[str, Any] = {
    "category": event.Category,
    "outcome": event.Outcome,
    "verdict": event.Verdict,
    "time_quality": event.TimeQuality,
}
LEAST = {"product": "squid", "category": "proxy", "action": "web.requested"}
FULL = {
    **LEAST,
    **{
        "event_id": "e1",
        "source_id": "proxy1",
        "occurred_at": "2026-03-04T14:00:00.000Z",
        "time_quality": "zone_assumed",
    },
    **{"received_at": "2026-03-04T14:00:01.500Z", "outcome": "success", "reason": "ok", "account": "tbell"},
    **{
        "account_domain": "maple",
        "target_account": "x",
        "target_domain": "maple",
        "person": "p1",
        "device_id": "d1",
        "device": "lt-1",
    },
    **{"account_basis": "observed", "device_basis": "claimed"},
    **{"mac": "aa:bb:cc:00:11:22", "address": "10.1.2.3", "site": "s1", "session_id": "s"},
    **{"method": "GET", "url": "http://a.example/"},
    **{"domain": "a.example", "verdict": "allowed", "url_category": "news", "bytes_in": 1, "bytes_out": 2},
    **{"user_agent": "ua", "vendor_action": "TCP_MISS", "vendor_code": "200", "raw": "line", "raw_encoding": "base64"},
    **{"origin": "f:0", "offset": 7, "part": 1},
    **{
        "reporter": "gw",
        "received_from": "10.1.0.2",
        "assigned_address": "10.9.0.1",
        "destination": "h",
        "destination_port": 443,
    },
    **{"protocol": "tcp", "logon_type": "remote", "app": "a", "duration_s": 1.5},
    "attribution": [
        {
            "field": "person",
            "value": "p1",
            "confidence": "high",
            "because": "so",
            "event_id": "e",
            "reference": "users:p1",
        }
    ],
}


@pytest.mark.parametrize(("fast", "twin"), TWINS)
def test_both_have_the_same_fields_in_the_same_order(fast: Any, twin: Any) -> None:
    assert list(fast.__struct_fields__) == list(twin.model_fields)


@pytest.mark.parametrize(("fast", "twin"), TWINS)
def test_both_have_the_same_defaults(fast: Any, twin: Any) -> None:
    fields = {field.name: field for field in msgspec.structs.fields(fast)}
    for name, described in twin.model_fields.items():
        assert fields[name].required == described.is_required(), name
        assert fields[name].required or fields[name].default == described.default, name


def test_a_full_event_leaves_no_field_out() -> None:
    assert set(FULL) == set(event.Event.__struct_fields__)


@pytest.mark.parametrize("said", [LEAST, FULL])
def test_what_one_encodes_the_other_decodes(said: dict[str, Any]) -> None:
    fast = event.decode_event(json.dumps(said).encode())
    twin = edge.Event.model_validate_json(event.encode_event(fast))
    assert twin.model_dump() == edge.as_json(fast)
    assert event.decode_event(twin.model_dump_json().encode()) == fast


@given(st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in FULL.items() if name not in LEAST}))
def test_any_part_of_an_event_is_the_same_to_both(part: dict[str, Any]) -> None:
    fast = event.decode_event(json.dumps({**LEAST, **part}).encode())
    assert edge.check_event(fast).model_dump() == edge.as_json(fast)


@pytest.mark.parametrize("name", sorted(WORDS))
def test_both_allow_the_same_words(name: str) -> None:
    kind = get_type_hints(edge.Event)[name]
    found = {word for part in (get_args(kind) or ()) for word in (get_args(part) or (part,)) if isinstance(word, str)}
    assert found == set(get_args(WORDS[name]))


def test_the_edge_knows_exactly_the_actions_there_are() -> None:
    assert set(get_args(get_type_hints(edge.Event)["action"])) == ACTIONS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("action", "web.guessed"),
        ("category", "mail"),
        ("outcome", "maybe"),
        ("occurred_at", "2026-03-04T14:00:00"),
        ("occurred_at", "2026-03-04 14:00:00Z"),
        ("mac", "AA-BB-CC-00-11-22"),
        ("destination_port", 70000),
        ("bytes_in", -1),
        ("raw_encoding", "hex"),
    ],
)
def test_the_edge_refuses_what_the_fast_struct_trusts(name: str, value: Any) -> None:
    fast = event.Event(**{**LEAST, name: value})
    with pytest.raises(ValidationError, match=name):
        edge.check_event(fast)
