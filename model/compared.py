"""Two judgments of the same history side by side: which findings appear, vanish or change."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from model.violation import Violation

TOLD = (
    *("status", "suppressed_by", "ratified_by", "reasons", "severity", "confidence", "headline"),
    *("account", "person", "device_id", "vendor", "started_at", "ended_at"),
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One finding that differs. `fields`: what differs in it; `before` is None where it appears, `now` where it
    vanishes."""

    change: Literal["appears", "vanishes", "changes"]
    violation_id: str
    detection: str
    headline: str
    started_at: str
    fields: list[str] = []
    before: dict[str, object] | None = None
    now: dict[str, object] | None = None


def compared(before: Iterable[Violation], now: Iterable[Violation]) -> list[Change]:
    """What differs, in order of when it began. Withdrawn findings are none; provisional ones count as open."""
    old, new = _standing(before), _standing(now)
    found = [_change(old.get(key), new.get(key)) for key in old.keys() | new.keys()]
    return sorted((one for one in found if one), key=lambda one: (one.started_at, one.violation_id))


def _standing(violations: Iterable[Violation]) -> dict[str, Violation]:
    return {one.violation_id: one for one in violations if one.status != "withdrawn"}


def _change(before: Violation | None, now: Violation | None) -> Change | None:
    was, stands = before and _told(before), now and _told(now)
    if was == stands:
        return None
    either = now or before
    assert either is not None
    fields = [name for name in TOLD if was and stands and was[name] != stands[name]]
    return Change(
        change="changes" if was and stands else "appears" if stands else "vanishes",
        violation_id=either.violation_id,
        detection=either.detection,
        headline=either.headline,
        started_at=either.started_at,
        fields=fields,
        before={name: was[name] for name in fields or TOLD} if was else None,
        now={name: stands[name] for name in fields or TOLD} if stands else None,
    )


def _told(violation: Violation) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(violation, name) for name in TOLD}
    return {**said, "status": "open" if violation.status == "provisional" else violation.status}
