"""Devices handed out: to which class or person a device was given for a while, and whether this is one of them."""

from dataclasses import dataclass

from model.reference import Checkout, Reference
from model.violation import Consulted
from streams.detection import Case
from streams.evidence.consulted_rows import consulted
from streams.patterns.excuses import Excuse
from streams.patterns.timetable import in_class


@dataclass(frozen=True, slots=True)
class HandOut:
    """A row of checkouts.csv that held: what it says, whether it covers the person, and why it excuses nobody.

    `late`: it was written down after the fact, so that it ratifies and hides nothing.
    """

    row: Checkout
    says: str
    covers: bool
    failed: str | None
    late: bool


def hand_outs(reference: Reference, device_id: str, person: str | None, at: int) -> list[HandOut]:
    """Every hand-out of the device that held at `at`, weighed for the person."""
    return [_weighed(reference, row, person, at) for row in reference.checkouts(device_id, at)]


def _weighed(reference: Reference, row: Checkout, person: str | None, at: int) -> HandOut:
    covers = bool(person) and (row.person == person or _belongs(reference, row, person or "", at))
    late = covers and row.recorded_at is not None and row.recorded_at > at
    failed = None if covers else "the person is not the one it was handed to, nor of that class"
    return HandOut(
        row, f"handed to {_whom(reference, row, at)}", covers, "it was recorded afterward" if late else failed, late
    )


def _belongs(reference: Reference, row: Checkout, person: str, at: int) -> bool:
    return bool(row.class_id) and in_class(reference, person, row.class_id, at) is not None


def _whom(reference: Reference, row: Checkout, at: int) -> str:
    if row.person:
        return reference.person_name(row.person, at)
    taught = reference.school_class(row.class_id, at)
    return f"the class {taught.title if taught and taught.title else row.class_id}"


def excuses_by_hand_out(
    case: Case, device_id: str, person: str | None, at: int
) -> list[tuple[Excuse | None, Consulted]]:
    """Every hand-out weighed: the excuse that it gives, if any, and the row as evidence shows it."""
    found = hand_outs(case.reference, device_id, person, at)
    return [
        (Excuse(out.row.checkout_id, out.late) if out.covers else None, consulted(out.row, out.says, out.failed))
        for out in found
    ]
