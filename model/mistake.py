"""A mistake in what somebody wrote for us: which file, which key or column, which line, and what to do about it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from model.spelling import meant


class Mistake(NamedTuple):
    """One mistake; `line` is 1-based, 0 where no line is to blame."""

    file: str
    key: str
    problem: str
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"


_LISTED = "`hallmonitor schema policy` or `schema district` lists those there are"
_LIST, _KEYS = "must be a list: one `- …` a line, or [a, b]", "must hold keys and values, one `key: value` a line"
_SAID = {
    "missing": "is missing",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "string_type": "must be text; put it in quotes",
}


def mistakes_of(
    error: ValidationError, model: type[BaseModel], file: str = "", forms: Mapping[str, str] | None = None
) -> Iterable[Mistake]:
    """What pydantic found of a `model`, by dotted key; the caller knows the file and the line.

    `forms`: patterns of the model, each with the words for what it asks for.
    """
    for found in error.errors(include_url=False):
        path = [str(part) for part in found["loc"] if part != "[key]"]
        yield Mistake(file, ".".join(path), _said(found, path, model, forms or {}) + _given(found))


def _said(found: Any, path: list[str], model: type[BaseModel], forms: Mapping[str, str]) -> str:
    if found["type"] == "extra_forbidden":
        near = meant(path[-1], _keys(model))
        return f"unknown key; did you mean {near}?" if near else f"unknown key; {_LISTED}"
    if found["type"] == "string_pattern_mismatch" and (form := forms.get(found["ctx"]["pattern"])):
        return form
    said: str = _SAID.get(found["type"]) or found["msg"][:1].lower() + found["msg"][1:]
    return said.removeprefix("value error, ")


@cache
def _keys(model: type[BaseModel]) -> frozenset[str]:
    """Every key that a text of this model may hold, at any depth."""
    schema = model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return frozenset(name for part in parts for name in part.get("properties", ()))


def _given(found: Any) -> str:
    value = found.get("input")
    if found["type"] in ("missing", "extra_forbidden") or isinstance(value, dict | list) or value is None:
        return ""
    return f" (it says {str(value)[:80]!r})"
