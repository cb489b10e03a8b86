"""All the law that ships: its clocks, its lists of holidays, and what it says of records requests."""

from typing import Self

from pydantic import model_validator

from model.law.requests import RequestLaw
from model.law.rule import Holidays, Rule
from model.policy.parameters import Strict


class Law(Strict):
    """Rules, lists of holidays and laws of records requests, each by its id."""

    rules: dict[str, Rule]
    holidays: dict[str, Holidays]
    requests: dict[str, RequestLaw]

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name, rule in self.rules.items():
            if rule.holidays and rule.holidays not in self.holidays:
                raise ValueError(f"{name}: there is no list of holidays {rule.holidays!r}")
        for name, law in self.requests.items():
            unknown = [one for one in _clocks(law) if one not in self.rules]
            if unknown:
                raise ValueError(f"{name}: there is no rule {unknown[0]!r}")
        return self


def _clocks(law: RequestLaw) -> list[str]:
    more = law.extension.rule if law.extension else None
    return [one for one in (law.respond, law.produce, law.remedy, more, *law.shorter.values()) if one]
