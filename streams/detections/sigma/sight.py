"""What is remembered of an event that fits a rule: whose it is, of which group, and the value that is counted."""

from hashlib import blake2b

from model.policy import Policy
from model.policy.sigma import ANY, Selection, SigmaRule, Term
from model.reference import Reference
from model.sigma.words import left_of
from streams.detections.sigma.kinds import sure_of
from streams.detections.sigma.predicate import Predicate, number_of, predicate
from streams.detections.sigma.record import Record
from streams.seen import Seen
from streams.sighting import Sighting

LONGEST = 160  # characters of a value that is remembered
EVERYBODY = "all records"
NAMED = ("person", "account", "device_id", "address", "device", "reporter")  # whom a record is about, the surest first


class Reader:
    """One rule, ready to read records."""

    def __init__(self, rule: SigmaRule) -> None:
        self._rule = rule
        alone = len(rule.selections) == 1  # then a record of a kind that `reads` lets in fits in those fields
        self._selections = [
            (selection, frozenset(selection.products), _predicate(selection.condition, alone=alone))
            for selection in rule.selections
        ]

    def concerns(self, seen: Seen, reference: Reference) -> bool:
        """Whether a selection fits the record; attribution has no part in it, so that it is asked once."""
        record = Record.of(seen)
        for selection, products, fits in self._selections:
            if self._fit(selection, products, fits, seen, record) is not None:
                return True
        return False

    def sight(self, seen: Seen, reference: Reference, policy: Policy) -> Sighting | None:
        """The event, if a selection of its product fits it and it has the fields of the group; `kind` says which fit.

        Of a correlation of several rules whose groups differ for one event, the first counts.
        """
        record = Record.of(seen)
        told = ((one[0], self._fit(*one, seen, record)) for one in self._selections)
        found = [(one, values) for one, values in told if values is not None]
        if not found:
            return None
        first = found[0][1]
        names = [one.name for one, values in found if values[: len(one.group)] == first[: len(one.group)]]
        return _sighting(seen, " ".join(names), first)

    def subject(self, sighting: Sighting) -> str:
        """Whom a finding is about: the group of a correlation; else the person, account, device or address."""
        if self._rule.kind != "event":
            count = len(self._rule.group_by)
            return " · ".join((sighting.told or [])[:count]) or EVERYBODY
        named: list[str | None] = [getattr(sighting, name) for name in NAMED]
        return next((name for name in named if name), sighting.source_id)

    def _fit(
        self, selection: Selection, products: frozenset[str], fits: Predicate, seen: Seen, record: Record
    ) -> list[str] | None:
        """The values of the group, and the counted one, of a record that fits; None where it does not."""
        if (ANY not in products and seen.product not in products) or not fits(record):
            return None
        asked = [*selection.group, *([selection.value] if selection.value else [])]
        values = [next(iter(record.lower(field)), "") for field in asked]
        if not all(values) or (self._rule.kind == "value_sum" and number_of(values[-1]) is None):
            return None
        return [short(value) for value in values]


def _predicate(condition: Term, *, alone: bool) -> Predicate:
    left = left_of(condition, sure_of(condition)) if alone else condition
    return predicate(left) if left is not None else lambda record: True


def short(value: str) -> str:
    """A value as it is remembered: a long one by its beginning and a hash of the whole."""
    if len(value) <= LONGEST:
        return value
    return f"{value[:LONGEST]}…{blake2b(value.encode(), digest_size=8).hexdigest()}"


def _sighting(seen: Seen, kind: str, told: list[str]) -> Sighting:
    return Sighting(
        at=seen.at,
        until=seen.at,
        event_id=seen.event_id,
        last_event_id=seen.event_id,
        kind=kind,
        source_id=seen.source_id,
        account=seen.account or seen.holder,
        person=seen.person,
        device_id=seen.device_id,
        device=seen.device,
        address=seen.address,
        site=seen.site,
        reporter=seen.reporter,
        session_id=seen.session_id,
        app=seen.vendor_action or seen.action,
        outcome=seen.outcome,
        vendor_code=seen.vendor_code,
        confidence=seen.confidence,
        time_quality=seen.time_quality,
        told=told,
    )
