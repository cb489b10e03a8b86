"""A policy apart from a detection's numbers: hours, clauses, who may approve, and how a detection stands."""

from datetime import date, time
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BeforeValidator, Field, field_serializer, model_validator

from model.policy.parameters import Strict
from model.violation import Severity

ClauseId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._/-]{0,79}$")]
BASE_CLAUSE = "base/"
Answer = Literal["search", "evidence", "clock", "retention", "requests", "disclosures", "purposes"]
"""`search`: what happened can be looked up. `evidence`: every violation carries it. `clock`: the legal deadlines.
`retention`: how long records are kept. `requests`: records are found, held, redacted and produced. `disclosures`: each
release of a record that names a student is recorded. `purposes`: each search says which purpose it serves."""


def _text(value: object) -> object:
    """A number would be read as seconds since midnight."""
    if isinstance(value, int | float):
        raise ValueError('write the hour as text, "07:00"')
    return value


Clock = Annotated[time, BeforeValidator(_text)]


class Hours(Strict):
    """When the district's day opens and closes."""

    opens: Clock = Field(description="Opening, local wall clock, HH:MM.")
    closes: Clock = Field(description="Closing, local wall clock, HH:MM; after it begins after-hours.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(f"opens {self.opens} is not before closes {self.closes}")
        return self

    @field_serializer("opens", "closes")
    def _short(self, value: time) -> str:
        return value.isoformat("minutes")


class ClauseText(Strict):
    """A clause as the district published it."""

    section: str = Field(min_length=1, description="Where it stands: policy number, heading, letter.")
    quote: str = Field(min_length=1, description="The clause, word for word.")
    revised_on: date | None = Field(default=None, description="The revision the words were taken from.")
    answered_by: tuple[Answer, ...] = Field(
        default=(), description="What answers it beside the detections that quote it."
    )
    not_answered: str = Field(default="", description="What of it nothing answers, and why.")


class ApprovalRule(Strict):
    """Who may approve one kind of thing."""

    roles: tuple[str, ...] = Field(min_length=1, description="Roles that may approve; one of them is enough.")
    it_roles: tuple[str, ...] = Field(default=(), description="Approver roles that count as IT, where IT signs too.")


class Exemptions(Strict):
    """Who may excuse somebody from a detection."""

    roles: tuple[str, ...] = Field(min_length=1, description="Roles that may approve; one of them is enough.")
    max_days: int = Field(ge=1, le=3650, description="A longer exemption ends after this many days.")


class Staged(Strict):
    """A trial of a detection, or of new numbers for it: what it finds is stored and not shown as open."""

    since: date = Field(description="The first day of the trial: violations that begin from here on.")
    until: date = Field(description="The first day after it: from here on violations are open.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since >= self.until:
            raise ValueError(f"since {self.since} is not before until {self.until}")
        return self


R = TypeVar("R", bound=str)
P = TypeVar("P", bound=Strict)


class DetectionRule(Strict, Generic[R, P]):
    """How one detection stands in a district."""

    enabled: bool = Field(description="Whether it judges.")
    off_reason: str | None = Field(default=None, description="Why it is turned off; needed when it is.")
    staged: Staged | None = Field(default=None, description="While it is tried; null: it is not.")
    clauses: tuple[ClauseId, ...] = Field(min_length=1, description="The clauses a finding quotes.")
    clauses_by_reason: dict[R, tuple[ClauseId, ...]] = Field(
        default_factory=dict, description="The clauses of one reason, instead."
    )
    severity: dict[R, Severity] = Field(description="How grave each reason is.")
    parameters: P = Field(description="Its numbers and lists.")

    @property
    def basis(self) -> Literal["clause", "base"]:
        """`clause` where the district's own policy says it, `base` where only the base pack does."""
        return self.basis_for(())

    @property
    def every_clause(self) -> frozenset[str]:
        """The clauses that any of its findings may quote."""
        return frozenset(self.clauses).union(*self.clauses_by_reason.values())

    def clauses_for(self, reasons: "tuple[str, ...] | list[str]") -> tuple[str, ...]:
        """The clauses a finding with these reasons quotes, each once."""
        own = {str(reason): clauses for reason, clauses in self.clauses_by_reason.items()}
        named = [own.get(reason, self.clauses) for reason in reasons]
        return tuple(dict.fromkeys(clause for clauses in named or [self.clauses] for clause in clauses))

    def basis_for(self, reasons: "tuple[str, ...] | list[str]") -> Literal["clause", "base"]:
        """The basis of a finding with these reasons."""
        own = any(not clause.startswith(BASE_CLAUSE) for clause in self.clauses_for(reasons))
        return "clause" if own else "base"
