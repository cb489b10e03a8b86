"""The JSON Schemas of what others read and write: event, violation, district.yaml, policy pack."""

from collections.abc import Callable
from typing import Any

import msgspec

from model.district import District
from model.edge import Event
from model.policy import Policy
from model.violation import Violation

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _violation() -> dict[str, Any]:
    """As printed: what is at its default is left out of the nested parts, never of the violation itself."""
    schema = msgspec.json.schema(Violation)
    body: dict[str, Any] = schema["$defs"].pop("Violation")
    return {**body, "$defs": schema["$defs"]}


def _pack() -> dict[str, Any]:
    """A pack says only what differs from the pack it extends, so nothing but its own name is required."""
    schema = Policy.model_json_schema()
    schema["required"] = ["id", "name", "version"]
    schema["properties"].pop("hash")
    for definition in schema["$defs"].values():
        if (
            definition.get("title", "").startswith(("DetectionRule", "Detections"))
            or "Parameters" in definition["title"]
        ):
            definition.pop("required", None)
    return schema


_SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "event": Event.model_json_schema,
    "violation": _violation,
    "district": District.model_json_schema,
    "policy": _pack,
}
NAMES = tuple(_SCHEMAS)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema called `name` (one of NAMES); raises KeyError on another."""
    return {"$schema": DIALECT, "title": name, **{k: v for k, v in _SCHEMAS[name]().items() if k != "title"}}
