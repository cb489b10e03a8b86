"""A Sigma rule as a policy holds it: read and checked, its fields named as the judge looks them up.

`model.sigma` reads the YAML and makes these; the judge needs no reader of Sigma, and a stored pack is judged by later
releases as it was read. Sigma: https://github.com/SigmaHQ/sigma-specification, version 2.1.
"""

import hashlib
from functools import cached_property
from ipaddress import ip_network
from typing import Annotated, Any, Literal, Self

import re2
from pydantic import Field, model_validator

from model.policy.parameters import Strict
from model.policy.rules import ClauseId, DetectionRule, Staged
from model.violation import Severity

ANY = "*"  # among the products of a selection: all there are
RAW = "raw:"  # before a field's name: as the vendor wrote it; else it is one of `model.event.Event`
BASE_CLAUSE = "base/sigma"  # what a rule quotes that names no clause
URI, URI_STEM, URI_QUERY = "uri", "uri_stem", "uri_query"  # fields that are parts of an event's `url`
MOST_DAYS = 7  # the longest time span of a correlation
DAY_S = 86_400
Comparison = Literal["less", "at_most", "more", "at_least"]
How = Literal["equals", "contains", "starts", "ends", "pattern", "network", "exists", "empty", "same"] | Comparison
Kind = Literal["event", "event_count", "value_count", "value_sum", "temporal", "temporal_ordered"]
When = Literal["always", "office_hours", "after_hours", "school_days", "other_days"]
RuleName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,79}$")]


class Test(Strict):
    """One test of one field; of a field with several values one that fits is enough. No `field`: the whole record."""

    field: str | None = None
    how: How
    value: str | float | bool
    cased: bool = False

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if self.how == "pattern":
            compiled(str(self.value))
        if self.how == "network":
            ip_network(str(self.value))
        return self


class AllOf(Strict):
    """Each of these holds."""

    all_of: tuple["Term", ...] = Field(min_length=1)


class AnyOf(Strict):
    """One of these holds."""

    any_of: tuple["Term", ...] = Field(min_length=1)


class Not(Strict):
    """This does not hold."""

    no: "Term"


Term = Test | AllOf | AnyOf | Not


class Selection(Strict):
    """Which events one rule selects: of which products, whose record fits the condition.

    `words`: the vendor's own code or word of an event that can fit, by product; a product that is not there: any.
    `group`: the fields of a correlation's group, in its order; `value`: the field that it counts or sums.
    """

    name: RuleName
    products: tuple[str, ...] = Field(min_length=1)
    condition: Term
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    group: tuple[str, ...] = ()
    value: str | None = None


class SigmaRule(Strict):
    """One rule, or one correlation of the rules that it refers to.

    `least` events, values or sum within `timespan_s`, of one group; of a temporal correlation each of `selections`.
    """

    title: str = Field(min_length=1, max_length=256, description="The title of the rule.")
    rule_id: str = Field(default="", description="The id that the rule gives itself.")
    file: str = Field(description="The file that it stands in.")
    severity: Severity = Field(description="How grave a finding is: the level of the rule.")
    description: str = Field(default="", description="What the rule says of itself.")
    falsepositives: tuple[str, ...] = Field(default=(), description="What may be innocent, as the rule says.")
    categories: tuple[str, ...] = Field(min_length=1, description="The categories whose sources it needs.")
    kind: Kind = Field(default="event", description="A rule by itself, or the type of a correlation.")
    selections: tuple[Selection, ...] = Field(min_length=1, description="Which events it selects.")
    group_by: tuple[str, ...] = Field(default=(), description="What the events of a correlation have in common.")
    timespan_s: int = Field(default=0, ge=0, le=MOST_DAYS * DAY_S, description="Time span of a correlation, seconds.")
    least: float = Field(default=1, description="How much makes a finding.")
    clauses: tuple[ClauseId, ...] = Field(default=(BASE_CLAUSE,), description="The clauses that a finding quotes.")
    when: When = Field(default="always", description="Whether it looks at certain hours or days alone.")
    staged: Staged | None = Field(default=None, description="While it is tried.")

    @cached_property
    def digest(self) -> str:
        """A hash of what it looks for: a rule that looks for something else is another rule."""
        looks_for = self.model_dump_json(include={"kind", "selections", "group_by", "timespan_s", "least", "when"})
        return hashlib.sha256(looks_for.encode()).hexdigest()[:12]

    @property
    def standing(self) -> DetectionRule[Any, Any]:
        """How it stands among the detections of a policy."""
        severity = {self.kind: self.severity}
        return DetectionRule[Any, Any](
            enabled=True, clauses=self.clauses, severity=severity, parameters=self, staged=self.staged
        )


def compiled(pattern: str) -> Any:
    """A regular expression of RE2, which takes time linear in the text; raises ValueError."""
    try:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = 1 << 20
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(f"is no regular expression that RE2 takes: {_told(error)}") from error


def _told(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)
