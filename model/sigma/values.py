"""What pySigma read of a condition, as tests of fields."""

import math
from collections.abc import Callable
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from model.policy.sigma import AllOf, AnyOf, Comparison, Not, Term, Test, compiled

MOST_TESTS = 2_000
_COMPARISONS: dict[CompareOperators, Comparison] = {
    CompareOperators.LT: "less",
    CompareOperators.LTE: "at_most",
    CompareOperators.GT: "more",
    CompareOperators.GTE: "at_least",
}
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
_ESCAPED = frozenset(".*+?^$[](){}\\|")
FieldOf = Callable[[str], str]


class Unsupported(ValueError):
    """A part of a rule that is not judged here; `field` is the rule's name of the field, where one is to blame."""

    def __init__(self, problem: str, field: str | None = None) -> None:
        super().__init__(problem)
        self.field = field


class Terms:
    """Turns the condition of one rule into a term. `field_of` says where a field is looked up, or raises."""

    def __init__(self, field_of: FieldOf) -> None:
        self._field_of = field_of
        self._left = MOST_TESTS

    def of(self, parsed: Any) -> Term:
        """The term; raises `Unsupported`."""
        if isinstance(parsed, ConditionAND):
            return AllOf(all_of=tuple(map(self.of, parsed.args)))
        if isinstance(parsed, ConditionOR):
            return AnyOf(any_of=tuple(map(self.of, parsed.args)))
        if isinstance(parsed, ConditionNOT):
            return Not(no=self.of(parsed.args[0]))
        if isinstance(parsed, ConditionFieldEqualsValueExpression):
            return self._test(parsed.field, parsed.value)
        if isinstance(parsed, ConditionValueExpression):
            return self._test(None, parsed.value)
        raise Unsupported(f"a condition of the kind {type(parsed).__name__} is not judged here")

    def _test(self, name: str | None, value: Any) -> Term:
        self._left -= 1
        if self._left < 0:
            raise Unsupported(f"the rule amounts to more than {MOST_TESTS:,} tests; divide it")
        if isinstance(value, SigmaExpansion):
            return AnyOf(any_of=tuple(self._test(name, one) for one in value.values))
        where = self._field_of(name) if name else None
        try:
            return self._one(where, value)
        except Unsupported as error:
            raise Unsupported(str(error), name) from error
        except ValueError as error:
            said = getattr(error, "errors", None)
            raise Unsupported(said()[0]["msg"] if said else str(error), name) from error

    def _one(self, where: str | None, value: Any) -> Term:
        if isinstance(value, SigmaString):
            return _text(where, value)
        if isinstance(value, SigmaRegularExpression):
            return Test(field=where, how="pattern", value=_pattern(value), cased=True)
        if isinstance(value, SigmaTimestampPart):
            raise Unsupported("parts of a time (minute, hour, day, week, month, year) are not judged; see `when`")
        if isinstance(value, SigmaBool | SigmaNumber):
            return Test(field=where, how="equals" if where else "contains", value=str(value).lower())
        if where is None:
            raise Unsupported(f"{type(value).__name__.removeprefix('Sigma')} needs a field; here it has none")
        return self._of_a_field(where, value)

    def _of_a_field(self, where: str, value: Any) -> Term:
        if isinstance(value, SigmaNull):
            return Test(field=where, how="empty", value=True)
        if isinstance(value, SigmaExists):
            test = Test(field=where, how="exists", value=True)
            return test if value.exists else Not(no=test)
        if isinstance(value, SigmaCIDRExpression):
            return Test(field=where, how="network", value=value.cidr)
        if isinstance(value, SigmaFieldReference):
            if value.starts_with or value.ends_with:
                raise Unsupported("fieldref together with contains, startswith or endswith is not judged here")
            return Test(field=where, how="same", value=self._field_of(value.field))
        if isinstance(value, SigmaCompareExpression):
            return _compared(where, value)
        raise Unsupported(f"a value of the kind {type(value).__name__} is not judged here")


def _compared(where: str, value: SigmaCompareExpression) -> Term:
    number = float(value.number.number)
    if not math.isfinite(number):
        raise Unsupported(f"{number} is no number to compare with")
    if value.op not in _COMPARISONS:
        raise Unsupported(f"the comparison {value.op.name.lower()} is not judged here; write neq")
    return Test(field=where, how=_COMPARISONS[value.op], value=number)


def _pattern(value: SigmaRegularExpression) -> str:
    flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
    return (f"(?{flags})" if flags else "") + str(value.regexp)


def _text(where: str | None, value: SigmaString) -> Term:
    """A text with wildcards; case counts only with `cased`. A word without a field is looked for anywhere."""
    cased = isinstance(value, SigmaCasedString)
    parts: list[Any] = list(value.s)
    if not all(isinstance(part, str | SpecialChars) for part in parts):
        raise Unsupported("placeholders (expand) are not filled in here; write the values out")
    if where is None:
        parts = [SpecialChars.WILDCARD_MULTI, *parts, SpecialChars.WILDCARD_MULTI]
    before, after = _open(parts[:1]), _open(parts[-1:])
    inner = parts[before : len(parts) - after] if len(parts) > 1 else parts[before:]
    while inner and _open(inner[:1]) and before:
        inner = inner[1:]
    while inner and _open(inner[-1:]) and after:
        inner = inner[:-1]
    if not inner and (before or after):
        return Test(field=where, how="exists", value=True)
    if len(inner) <= 1 and all(isinstance(part, str) for part in inner):
        how = ("contains" if after else "ends") if before else "starts" if after else "equals"
        return Test(field=where, how=how, value="".join(inner), cased=cased)  # type: ignore[arg-type]
    written = "".join(_escaped(part) for part in parts)
    pattern = f"(?s{'' if cased else 'i'})^(?:{written})$"
    compiled(pattern)
    return Test(field=where, how="pattern", value=pattern, cased=cased)


def _open(part: list[Any]) -> bool:
    return part == [SpecialChars.WILDCARD_MULTI]


def _escaped(part: Any) -> str:
    if part is SpecialChars.WILDCARD_MULTI:
        return ".*"
    if part is SpecialChars.WILDCARD_SINGLE:
        return "."
    return "".join("\\" + letter if letter in _ESCAPED else letter for letter in part)
