"""Correlations of Sigma 2.1: which rules they refer to, how events are grouped, and how many make a finding."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaCorrelationType,
)

from model.policy.sigma import DAY_S, MOST_DAYS, Selection
from model.sigma.logsources import field_of

if TYPE_CHECKING:
    from model.sigma.reading import Document

MOST_COUNTED = 10_000
_KINDS = {
    SigmaCorrelationType.EVENT_COUNT: "event_count",
    SigmaCorrelationType.VALUE_COUNT: "value_count",
    SigmaCorrelationType.VALUE_SUM: "value_sum",
    SigmaCorrelationType.TEMPORAL: "temporal",
    SigmaCorrelationType.TEMPORAL_ORDERED: "temporal_ordered",
}
_GTE, _GT = SigmaCorrelationConditionOperator.GTE, SigmaCorrelationConditionOperator.GT


def correlated(one: "Document", parsed: SigmaCorrelationRule, by_name: Mapping[str, "Document"]) -> dict[str, Any]:
    """What a rule says as a correlation; its mistakes are noted in the document."""
    kind = _KINDS.get(parsed.type)
    if kind is None:
        one.blame(f"correlations of type {parsed.type.name.lower()} are not judged here", "correlation.type")
        return {}
    if parsed.timespan.seconds > MOST_DAYS * DAY_S:
        one.blame(f"the time span is longer than {MOST_DAYS} days, which are not remembered", "correlation.timespan")
    referred = _referred(one, parsed, by_name)
    aliases = {alias.alias: {ref.reference: name for ref, name in alias.mapping.items()} for alias in parsed.aliases}
    group_by = tuple(parsed.group_by or ())
    selections = tuple(_grouped(one, name, other, group_by, aliases, parsed) for name, other in referred.items())
    sources = [other.source for other in referred.values() if other.source]
    categories = dict.fromkeys(category for source in sources for category in source.categories)
    said = {"kind": kind, "selections": selections, "group_by": group_by, "categories": tuple(categories)}
    return said | {"timespan_s": parsed.timespan.seconds, "least": _least(one, parsed, kind, len(selections))}


def _referred(
    one: "Document", parsed: SigmaCorrelationRule, by_name: Mapping[str, "Document"]
) -> dict[str, "Document"]:
    """The plain rules that it names, in order, by the names it uses."""
    found: dict[str, Document] = {}
    for reference in parsed.rules or ():
        said = str(reference.reference)
        other = by_name.get(said.lower())
        if other is None:
            one.blame(f"there is no rule with the name or id {said!r} in this folder", "correlation.rules")
        elif "correlation" in other.said:
            one.blame(f"{said!r} is a correlation itself; only plain rules are correlated here", "correlation.rules")
        elif other.selection is None:
            one.blame(f"the rule {said!r} that it refers to cannot be judged", "correlation.rules")
        else:
            found[said] = other
            other.used = other.used or not parsed.generate
    return found


def _grouped(
    one: "Document",
    name: str,
    other: "Document",
    group_by: tuple[str, ...],
    aliases: Mapping[str, Mapping[str, str]],
    parsed: SigmaCorrelationRule,
) -> Selection:
    """What a rule selects, with where the fields of the group and the counted one are looked up in its events."""
    selection = other.selection
    assert selection is not None  # `_referred` left the others out
    group = tuple(_where(one, aliases.get(by, {}).get(name, by), other, "correlation.group-by") for by in group_by)
    condition = parsed.condition
    counted = condition.fieldref if isinstance(condition, SigmaCorrelationCondition) else None
    if isinstance(counted, list):
        one.blame("one field is counted or summed here, not several", "correlation.condition.field")
        counted = None
    value = _where(one, counted, other, "correlation.condition.field") if counted else None
    return selection.model_copy(update={"group": group, "value": value})


def _where(one: "Document", name: str, other: "Document", key: str) -> str:
    assert other.source is not None  # it has a selection
    found = field_of(name, other.source)
    if found is None:
        one.blame(f"the records of the rule {other.name!r} have no field {name!r}", key, "correlation")
    return found or name


def _least(one: "Document", parsed: SigmaCorrelationRule, kind: str, rules: int) -> float:
    """How much makes a finding; fewer than so many, or none, is not judged: silence is not proof."""
    condition = parsed.condition
    if not isinstance(condition, SigmaCorrelationCondition):
        one.blame("conditions over rules (and, or, not) are not judged here; list `rules`", "correlation.condition")
        return 1
    if kind.startswith("temporal"):
        if (condition.op, condition.count) != (_GTE, rules):
            said = "a temporal correlation needs all of its rules here; leave the condition out"
            one.blame(said, "correlation.condition")
        return rules
    if condition.op not in (_GTE, _GT):
        said = f"{condition.op.name.lower()} is not judged here, gte and gt are: records that are missing prove nothing"
        one.blame(said, f"correlation.condition.{condition.op.name.lower()}", "correlation.condition")
        return 1
    if kind == "value_sum":
        return condition.count if condition.op is _GTE else math.nextafter(condition.count, math.inf)
    least = math.ceil(condition.count) if condition.op is _GTE else math.floor(condition.count) + 1
    if not 1 <= least <= MOST_COUNTED:
        one.blame(f"the count must lie between 1 and {MOST_COUNTED:,}", "correlation.condition")
    return least
