"""Uniform enforcement (N15): the same detection and severity, a different outcome by school or role.

It counts; it does not say why. A difference is named where both groups are large enough to be compared.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from casework.triage import OUTCOMES
from storage.queries.outcomes import Handled

By = Literal["school", "role"]
LEAST = 5  # closed violations a group needs to be compared
APART = 0.2  # shares of `confirmed` that differ by so much are named


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the violations of one detection and severity in one school or of one role."""

    detection: str
    severity: str
    by: By
    group: str
    name: str
    violations: int
    closed: int
    outcomes: dict[str, int]
    confirmed_share: float | None  # of the closed ones; None where fewer than `LEAST` are closed


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Two groups that were treated differently."""

    detection: str
    severity: str
    by: By
    low: str
    low_share: float
    high: str
    high_share: float
    says: str


class UniformityReport(msgspec.Struct, frozen=True, kw_only=True):
    """All groups, and the differences, the largest first. `uniform`: none was found among what can be compared."""

    uniform: bool
    compared: int  # groups with enough closed violations
    groups: list[Group]
    differences: list[Difference]


def uniformity(found: Iterable[Handled], names: Mapping[str, str]) -> UniformityReport:
    """The report; `names`: of schools by id. Pure."""
    rows = list(found)
    groups = [*_groups(rows, "school", names), *_groups(rows, "role", names)]
    told = sorted(_differences(groups), key=lambda one: one.low_share - one.high_share)
    compared = sum(one.confirmed_share is not None for one in groups)
    return UniformityReport(uniform=not told, compared=compared, groups=groups, differences=told)


def _groups(rows: list[Handled], by: By, names: Mapping[str, str]) -> Iterator[Group]:
    apart: dict[tuple[str, str, str], list[Handled]] = {}
    for one in rows:
        apart.setdefault((one.detection, one.severity, getattr(one, by)), []).append(one)
    for (detection, severity, group), own in sorted(apart.items()):
        closed = Counter(one.outcome for one in own if one.state == "closed")
        number = closed.total()
        yield Group(
            detection=detection,
            severity=severity,
            by=by,
            group=group,
            name=names.get(group, group) or "not known",
            violations=len(own),
            closed=number,
            outcomes={name: closed[name] for name in OUTCOMES},
            confirmed_share=round(closed["confirmed"] / number, 3) if number >= LEAST else None,
        )


def _differences(groups: list[Group]) -> Iterator[Difference]:
    apart: dict[tuple[str, str, By], list[tuple[float, Group]]] = {}
    for one in groups:
        if one.confirmed_share is not None and one.group:
            apart.setdefault((one.detection, one.severity, one.by), []).append((one.confirmed_share, one))
    for (detection, severity, by), own in apart.items():
        ends = sorted(own, key=lambda pair: pair[0])
        (low_share, low), (high_share, high) = ends[0], ends[-1]
        if high_share - low_share >= APART:
            told = [f"{one.name}: {share:.0%} of {one.closed} confirmed" for share, one in (ends[-1], ends[0])]
            yield Difference(
                detection=detection,
                severity=severity,
                by=by,
                low=low.name,
                low_share=low_share,
                high=high.name,
                high_share=high_share,
                says="; ".join(told),
            )
