"""The limits of a rule in sentences with human units; the sentences are the descriptions that the policy carries."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic.fields import FieldInfo

from dashboard.plain_names import plain, sentence
from dashboard.words import counted, size
from model.policy.detections import Detections
from model.policy.sigma import SigmaRule
from model.vocabulary import SIGMA

_UNITS: Final = {"minutes": "minute", "seconds": "second", "hours": "hour", "days": "day"}


class Limit(NamedTuple):
    """One thing a district may set: what it means, what was set, and whether that is a list."""

    means: str
    value: str
    is_list: bool


def limits(detection: str, parameters: Mapping[str, Any]) -> list[Limit]:
    """Everything that was in force when a finding of `detection` was made; not what was left open."""
    fields = _fields(detection)
    return [
        Limit(_meaning(name, fields), _shown(name, value), isinstance(value, list | tuple | Mapping))
        for name, value in parameters.items()
        if value not in (None, "")
        and not (name == "selections" and detection.startswith(SIGMA))  # a tree that nobody reads here; --json shows it
    ]


def _fields(detection: str) -> Mapping[str, FieldInfo]:
    if detection.startswith(SIGMA):
        return SigmaRule.model_fields
    rule = Detections.model_fields.get(detection)
    numbers = rule.annotation.model_fields["parameters"].annotation if rule and rule.annotation else None
    return getattr(numbers, "model_fields", {})


def _meaning(name: str, fields: Mapping[str, FieldInfo]) -> str:
    field = fields.get(name)
    return (field.description or sentence(name)).replace("`", "") if field else f"{sentence(name)}."


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{plain(str(key))}: {_shown(str(key), one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, map(str, value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _with_unit(name, value) if isinstance(value, int | float) else str(value)


def _with_unit(name: str, value: float) -> str:
    unit = name.rsplit("_", 1)[-1]
    if unit == "bytes":
        return size(value)
    if unit == "percent":
        return f"{value:g} %"
    return counted(int(value), _UNITS[unit]) if unit in _UNITS else f"{value:,g}"
