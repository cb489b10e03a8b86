"""A legal clock as `policies/law` writes it: what starts it, how it counts, its source and how far that was checked."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from model.policy.parameters import Strict

Unit = Literal["calendar_days", "business_days", "years", "july_firsts", "year_ends"]
Status = Literal["verified", "secondary", "unverified", "proposed", "contract", "policy"]
Meaning = Literal["act_by", "keep_through", "not_before"]
Anchor = Literal["trigger", "next_open_day", "year_end", "school_year_end"]
RULE_ID = r"^[a-z0-9]+(\.[a-z0-9_-]+)+$"


class Rule(Strict):
    """One clock. Without a `count` the law names no day, and `why` says what it says instead."""

    title: str = Field(min_length=3, description="What must be done, in plain words.")
    starts: str = Field(min_length=3, description="What starts the clock.")
    tell: str | None = Field(default=None, description="Who must be told.")
    count: int | None = Field(default=None, ge=1, description="How many units.")
    unit: Unit | None = Field(
        default=None,
        description="Days, years, or the n-th July 1 (july_firsts) or December 31 (year_ends) after the anchor.",
    )
    anchor: Anchor = Field(
        default="trigger",
        description="The day that the count leaves out: the trigger, the next open day if it fell on a closed one, "
        "December 31 of its year, or June 30 of its school year.",
    )
    holidays: str | None = Field(default=None, description="The list of holidays that it skips or rolls over.")
    office: bool = Field(default=False, description="Whether days on which the district office is closed do not count.")
    roll: bool = Field(default=False, description="Whether a last day that is no business day moves to the next one.")
    means: Meaning = Field(default="act_by", description="What the date is.")
    why: str | None = Field(default=None, description="Where the law names no day: what it says.")
    note: str | None = Field(default=None, description="What a reader must know besides: exceptions, doubts.")
    source: str = Field(min_length=3, description="Statute, regulation, policy or contract.")
    status: Status = Field(description="How far the source was checked; `proposed` is not law.")
    effective_from: date | None = Field(default=None, description="First day on which it holds.")
    effective_to: date | None = Field(default=None, description="Last day on which it holds.")
    review_by: date = Field(description="When somebody must read the source again.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.count is None) != (self.unit is None):
            raise ValueError("count and unit go together")
        if self.count is None and not self.why:
            raise ValueError("a rule without a count needs `why`: what the law says instead of a day")
        if (self.unit == "business_days" or self.roll or self.anchor == "next_open_day") and not self.holidays:
            raise ValueError("a rule that skips or rolls over days needs the name of a list of holidays")
        return self


class Holidays(Strict):
    """An explicit list of the days that a law does not count, besides Saturdays and Sundays."""

    source: str = Field(min_length=3)
    review_by: date
    note: str | None = None
    days: dict[date, str] = Field(min_length=1, description="Each day with its name.")

    @field_validator("days", mode="before")
    @classmethod
    def _dates(cls, days: object) -> object:
        return {date.fromisoformat(str(day)): name for day, name in days.items()} if isinstance(days, dict) else days

    @property
    def years(self) -> range:
        """The years that the list covers."""
        return range(min(self.days).year, max(self.days).year + 1)
