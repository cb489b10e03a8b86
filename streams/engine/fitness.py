"""What a fact, tick or command must be for the judge to take it in: told before anything is changed by it."""

from model.adoption import Adoption
from model.batch import Fact, Tick
from model.event import format_ms, parse_at
from model.policy import Policy
from model.reference import Reference
from model.reference.reading import read_row
from model.tables import FACTS
from streams.engine.output import words_of
from streams.engine.settings import TABLES as SETTINGS
from streams.engine.settings import Settings


class Unfit(ValueError):
    """A line that can be decoded and says nothing that can be taken in; the message says why."""


def check_fact(fact: Fact, defaults: Policy) -> None:
    """Raises `Unfit` where the table is none of ours or its row cannot be read as one; `defaults` as in `Settings`."""
    if fact.table not in FACTS and fact.table not in SETTINGS:
        raise Unfit(f"there is no table {fact.table[:40]!r}")
    try:
        for at in (fact.valid_from, fact.valid_to, fact.recorded_at):
            _tellable(at)
        if fact.table in SETTINGS:
            Settings(Reference(), defaults).apply(fact)
        elif fact.row is not None:
            read_row(fact)
    except Exception as error:  # whatever a row can be spoilt by
        raise Unfit(words_of(error)) from error


def check_tick(tick: Tick) -> None:
    """Raises `Unfit` for a time that no calendar has: it would be reached for ever."""
    try:
        _tellable(tick.reached_at)
    except (ValueError, OverflowError, OSError) as error:
        raise Unfit(f"reached_at {tick.reached_at}: {words_of(error)}") from error


def _tellable(at: int | None) -> None:
    if at is not None:
        format_ms(at)


def check_adoption(adoption: Adoption, district: str, settings: Settings) -> None:
    """Raises `Unfit` where a finding is none of the district's, or was judged by another pack than is in force."""
    violation = adoption.violation
    if violation.district != district or violation.adopted is None or not settings.known:
        raise Unfit("a finding that is adopted is of the district, and says who adopted it")
    labels = [policy.label for policy in settings.policies]
    if violation.status != "withdrawn" and violation.policy not in labels:
        raise Unfit(f"it was judged by {violation.policy}, and {labels[-1]} is in force; replay it again")
    try:
        parse_at(violation.started_at)
    except ValueError as error:
        raise Unfit(f"started_at {violation.started_at!r}: {words_of(error)}") from error
