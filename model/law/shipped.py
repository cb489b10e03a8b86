"""Reads the law that ships, `policies/law/*.yaml`, strictly: a rule that is told twice or not whole stops the load."""

from functools import cache
from pathlib import Path
from typing import TypeVar

from model.law.requests import RequestLaw
from model.law.rule import Holidays, Rule
from model.law.whole import Law
from model.strict_yaml import read_yaml

T = TypeVar("T")
LAW_FOLDER = Path(__file__).resolve().parents[2] / "policies" / "law"


@cache
def load_law(folder: Path = LAW_FOLDER) -> Law:
    """Every rule, list of holidays and law of records requests of a folder.

    Raises ValueError (pydantic's among them) with the file's name where one cannot be read or a name stands twice.
    """
    rules: dict[str, Rule] = {}
    holidays: dict[str, Holidays] = {}
    requests: dict[str, RequestLaw] = {}
    for file in sorted(folder.glob("*.yaml")):
        said = read_yaml(file.read_bytes())
        try:
            _add(rules, {name: Rule.model_validate(body) for name, body in said["rules"].items()})
            _add(holidays, {name: Holidays.model_validate(body) for name, body in said["holidays"].items()})
            _add(requests, {name: RequestLaw.model_validate(body) for name, body in said["requests"].items()})
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ValueError(f"{file.name}: {error}") from error
    return Law(rules=rules, holidays=holidays, requests=requests)


def _add(to: dict[str, T], found: dict[str, T]) -> None:
    twice = sorted(to.keys() & found.keys())
    if twice:
        raise ValueError(f"{twice[0]} stands twice")
    to.update(found)
