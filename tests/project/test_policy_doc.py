"""docs/policy-pack.md: every key of a pack, with the default that the base pack really has."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from model.policy import Policy, load_pack, shipped_pack
from model.policy.detections import Detections

DOC = Path(__file__).parents[2] / "docs" / "policy-pack.md"
_found = load_pack(shipped_pack("base") or {})
assert isinstance(_found, Policy), _found
BASE = _found


def keys(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Every key of a pack, `<...>` where the district chooses the name."""
    for name, field in model.model_fields.items():
        yield from _keys_of(field.annotation, f"{path}{field.alias or name}")


def _keys_of(kind: Any, path: str) -> Iterator[str]:
    inner = [part for part in get_args(kind) if isinstance(part, type) and issubclass(part, BaseModel)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from keys(kind, f"{path}.")
    elif inner:
        yield from keys(inner[0], f"{path}." if type(None) in get_args(kind) else f"{path}.<name>.")
    else:
        yield path


def generic(path: str) -> str:
    """What all detections share is documented once."""
    parts = path.split(".")
    shared = parts[0] == "detections" and parts[2] != "parameters"
    return ".".join(["detections.<name>", *parts[2:]]) if shared else path


def test_every_key_of_a_pack_is_documented() -> None:
    text = DOC.read_text()
    wanted = {generic(path) for path in keys(Policy) if not path.startswith("sigma.")}  # read from files, never written
    assert len(wanted) > 60
    assert sorted(path for path in wanted if f"`{path}`" not in text) == []


def test_every_default_in_the_document_is_the_bases() -> None:
    base: dict[str, Any] = BASE.model_dump(mode="json")
    told = [line.split("|") for line in DOC.read_text().splitlines() if line.startswith("| `")]
    for _, key, _, default, *_ in told:
        value: Any = base
        for part in key.strip().strip("`").split("."):
            value = value.get(part, {}) if isinstance(value, dict) else {}
        if isinstance(value, int | float | bool):
            assert default.strip() == json.dumps(value), key


def test_every_reason_of_a_detection_is_documented() -> None:
    text = DOC.read_text()
    rules = [BASE.detection(name) for name in Detections.model_fields]
    assert all(f"`{reason}`" in text for rule in rules for reason in rule.severity)


def test_a_detection_nobody_has_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="shared_account"):
        BASE.detection("shared_acount")
