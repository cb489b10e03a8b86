"""Which clauses of a policy are answered, by what, and why the others are not; and where two policies differ."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from model.policy.whole import Policy
from model.vocabulary import SIGMA


class Covered(NamedTuple):
    """One clause: the detections that are on and quote it, what else answers it, and what of it nothing answers."""

    clause: str
    section: str
    detections: tuple[str, ...]
    answered_by: tuple[str, ...]
    not_answered: str

    @property
    def accounted_for(self) -> bool:
        """Whether something answers it or the pack says why nothing does."""
        return bool(self.detections or self.answered_by or self.not_answered)


class Difference(NamedTuple):
    """A key whose value differs; None where one of the policies has no such key."""

    key: str
    one: Any
    other: Any


def coverage(policy: Policy) -> list[Covered]:
    """Every clause of the district's own policy in the pack's order; the base pack's only where nothing else is."""
    quoting: dict[str, list[str]] = {}
    for name in [*type(policy.detections).model_fields, *(SIGMA + rule for rule in policy.sigma)]:
        rule = policy.detection(name)
        for clause in rule.every_clause if rule.enabled else ():
            quoting.setdefault(clause, []).append(name)
    own = [name for name in policy.clauses if not name.startswith("base/")] or list(policy.clauses)
    return [_covered(policy, name, quoting.get(name, [])) for name in own]


def _covered(policy: Policy, name: str, quoting: list[str]) -> Covered:
    text = policy.clauses[name]
    return Covered(name, text.section, tuple(quoting), text.answered_by, text.not_answered)


def differences(one: Policy, other: Policy) -> list[Difference]:
    """The keys whose values differ, in order of their names; ids, names, hashes and the clauses' words left out."""
    left, right = dict(_flat(_compared(one))), dict(_flat(_compared(other)))
    keys = sorted(left.keys() | right.keys())
    return [Difference(key, left.get(key), right.get(key)) for key in keys if left.get(key) != right.get(key)]


def _compared(policy: Policy) -> dict[str, Any]:
    return policy.model_dump(mode="json", exclude={"id", "name", "version", "extends", "source", "hash", "clauses"})


def _flat(said: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in said.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
