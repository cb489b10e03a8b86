"""What a law says of records requests: its clock, when more time may be taken and why, its exemptions, its letters."""

from datetime import date
from typing import Literal

from pydantic import Field

from model.law.rule import RULE_ID, Status
from model.policy.parameters import Strict

LetterKind = Literal["acknowledgement", "determination", "extension", "denial", "production"]
LETTERS: tuple[LetterKind, ...] = ("acknowledgement", "determination", "extension", "denial", "production")
# What an exemption is about; redaction finds the code for a kind of cell by it (docs/records.md).
Covers = Literal["student", "employee", "home_address", "security", "other_person", "other"]
CODE = r"^[A-Z]{2,5}(-[A-Z0-9]+)+$"


class Exemption(Strict):
    """Why something may be kept back. The code stands in the place of what was struck out."""

    covers: tuple[Covers, ...] = Field(min_length=1, description="What it is about.")
    title: str = Field(min_length=3, description="In plain words.")
    explains: str = Field(min_length=10, description="How it applies to a record of a log: for the withholding index.")
    source: str = Field(min_length=3, description="Statute or regulation.")
    status: Status = Field(description="How far the source was checked.")
    effective_from: date | None = Field(default=None, description="First day on which it holds.")
    effective_to: date | None = Field(default=None, description="Last day on which it holds.")
    review_by: date = Field(description="When somebody must read the source again.")


class Extension(Strict):
    """When more time may be taken, for which reasons and how often."""

    rule: str | None = Field(
        default=None, description="The clock that names the last day; without one a date is estimated."
    )
    counts_from: Literal["received", "produce"] = Field(
        default="received", description="What starts that clock: receipt, or the day production was due."
    )
    once: bool = Field(description="Whether it may be taken only once.")
    reasons: dict[str, str] = Field(min_length=1, description="The law's reasons, by a short word.")
    needs: str = Field(min_length=3, description="What must be done to have it.")
    source: str = Field(min_length=3, description="Statute or regulation.")


class Letter(Strict):
    """What the law wants in a letter of one kind."""

    source: str = Field(min_length=3, description="Statute or regulation that the letter names.")
    says: tuple[str, ...] = Field(default=(), description="Sentences that it must hold.")
    wants: tuple[Literal["estimate", "reasons", "names"], ...] = Field(
        default=(), description="What it must state: an estimated date, reasons, the names and titles of who denied."
    )


class RequestLaw(Strict):
    """A law under which records may be asked for."""

    title: str = Field(min_length=3, description="Its name.")
    source: str = Field(min_length=3, description="Where it stands.")
    state: str | None = Field(default=None, pattern="^[A-Z]{2}$", description="Of which state; none: federal.")
    respond: str = Field(pattern=RULE_ID, description="The clock of the first answer.")
    produce: str | None = Field(default=None, pattern=RULE_ID, description="The clock of the records themselves.")
    shorter: dict[str, str] = Field(
        default_factory=dict, description="By state, a clock that wins where it is earlier."
    )
    extension: Extension | None = Field(default=None, description="Without one no more time may be taken.")
    appeal: str | None = Field(default=None, description="What a requester must be, or may be, told of their remedies.")
    remedy: str | None = Field(
        default=None,
        pattern=RULE_ID,
        description="The clock within which a requester may appeal or sue; it begins"
        " with the answer, and the request's file is kept until it ends.",
    )
    letters: dict[LetterKind, Letter] = Field(description="By kind.")
    exemptions: dict[str, Exemption] = Field(min_length=1, description="By code.")
