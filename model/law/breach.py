"""Breach law as `policies/law` writes it: whom a rule wants told, on which answers it depends, what a letter says."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from model.law.shipped import LAW_FOLDER, load_law
from model.law.whole import Law
from model.policy.parameters import Strict
from model.strict_yaml import read_yaml

QUESTION_ID = r"^[a-z]+(_[a-z0-9]+)*$"
Kind = Literal["account", "vendor", "device", "store"]
# What a part of a letter gives away. A law may forbid some of it to some audience.
Topic = Literal["nature", "count", "time"]
Part = Literal[
    "nature", "happened", "times", "information", "measures", "count", "count_or_estimate", "contact", "district",
    "reporter", "responsible", "safeguards", "impact", "bureaus", "freeze", "police_report", "monitoring", "protect",
    "passwords", "delay", "updates", "sample",
]  # fmt: skip
GIVES_AWAY: dict[Part, frozenset[Topic]] = {
    "nature": frozenset({"nature", "time"}),
    "happened": frozenset({"nature", "time", "count"}),
    "times": frozenset({"time"}),
    "information": frozenset({"nature"}),
    "measures": frozenset({"nature"}),
    "count": frozenset({"count"}),
    "count_or_estimate": frozenset({"count"}),
    "responsible": frozenset({"nature"}),
    "safeguards": frozenset({"nature"}),
    "impact": frozenset({"nature", "count"}),
    "delay": frozenset({"nature"}),
    "sample": frozenset({"nature", "time"}),
}


class Earlier(Strict):
    """What a question asked of a breach that was discovered before a day."""

    before: date
    asks: str = Field(min_length=10)


class Question(Strict):
    """A question that a person answers with yes or no."""

    asks: str = Field(min_length=10, description="The question in plain words.")
    earlier: Earlier | None = Field(default=None, description="What it asked before the law changed.")
    dated: bool = Field(default=False, description="Whether a yes names a day, which starts a clock.")

    def words(self, discovered: date) -> str:
        """What it asks of a breach discovered on that day."""
        return self.earlier.asks if self.earlier and discovered < self.earlier.before else self.asks


class Duty(Strict):
    """When a rule binds. All of `needs` must be answered so, and the number of people must fit."""

    residents: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", description="Whose residents; absent: anybody.")
    kinds: tuple[Kind, ...] = ()  # of incidents; empty = all
    packs: tuple[str, ...] = Field(default=(), description="Packs of the districts that it binds; empty = all.")
    students: bool = Field(default=False, description="Whether it is about students' records alone.")
    district_state: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", description="Districts of this state only.")
    needs: dict[str, bool] = Field(default={}, description="Question -> the answer with which it binds.")
    more_than: int | None = Field(default=None, ge=0)
    at_least: int | None = Field(default=None, ge=1)
    fewer_than: int | None = Field(default=None, ge=1)
    counted: str | None = Field(default=None, pattern=QUESTION_ID, description="The question that settles the number.")
    starts: str | None = Field(default=None, pattern=QUESTION_ID, description="The question whose day starts it.")
    never: str | None = Field(default=None, description="Why it never binds a district, where it is known for that.")
    letters: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _counted(self) -> "Duty":
        numbered = any(one is not None for one in (self.more_than, self.at_least, self.fewer_than))
        if numbered != (self.counted is not None):
            raise ValueError("a number of people and the question that settles it (`counted`) go together")
        return self


class Letter(Strict):
    """A letter to one audience: its title, its parts in order, and what the law forbids it to give away."""

    to: str = Field(min_length=3, description="Who gets it.")
    title: str = Field(min_length=3)
    headings: dict[Part, str] = Field(default={}, description="Headings that the law prescribes.")
    says: tuple[Part, ...] = Field(min_length=1)
    forbids: tuple[Topic, ...] = ()
    source: str = Field(min_length=3)
    note: str | None = None

    @model_validator(mode="after")
    def _allowed(self) -> "Letter":
        wrong = [part for part in self.says if GIVES_AWAY.get(part, frozenset()) & set(self.forbids)]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} gives away what this letter must not say ({', '.join(self.forbids)})")
        return self


class BreachLaw(Strict):
    """All questions, duties and letters together. A duty goes by the id of its clock."""

    questions: dict[str, Question]
    duties: dict[str, Duty]
    letters: dict[str, Letter]
    bureaus: dict[str, tuple[str, ...]] = Field(
        min_length=3, description="Credit reporting agencies: address, telephone."
    )

    @model_validator(mode="after")
    def _whole(self) -> "BreachLaw":
        for name, duty in self.duties.items():
            asked = {*duty.needs, *(one for one in (duty.counted, duty.starts) if one)}
            if lost := sorted(asked - self.questions.keys()):
                raise ValueError(f"{name}: there is no question {lost[0]!r}")
            if gone := sorted(set(duty.letters) - self.letters.keys()):
                raise ValueError(f"{name}: there is no letter {gone[0]!r}")
        return self


@cache
def load_breach_law(folder: Path = LAW_FOLDER) -> BreachLaw:
    """The breach law of a folder; raises ValueError with the file's name where it cannot be read."""
    parts: dict[str, dict[str, object]] = {"questions": {}, "duties": {}, "letters": {}, "bureaus": {}}
    for file in sorted(folder.glob("*.yaml")):
        said = read_yaml(file.read_bytes()).get("breach", {})
        for name, held in parts.items():
            found = said.get(name, {})
            if twice := sorted(held.keys() & found.keys()):
                raise ValueError(f"{file.name}: {twice[0]} stands twice")
            held.update(found)
    law = BreachLaw.model_validate(parts)
    _fits(law, load_law(folder))
    return law


def _fits(law: BreachLaw, clocks: Law) -> None:
    if lost := sorted(law.duties.keys() - clocks.rules.keys()):
        raise ValueError(f"{lost[0]} is no clock of policies/law")
