"""Where a staff account has no business: a student's own device, a network of students, a cart of another's class.

Each answer names the rows that show it. What no table tells is not held against anybody.
"""

from typing import NamedTuple

from model.reference import Assignment, Checkout, Device, Row
from streams.detection import Case
from streams.patterns.public_address import is_another_machines
from streams.patterns.sittings import Sitting
from streams.patterns.timetable import teaches

ASSIGNED, CART, NETWORK = "assigned", "cart", "network"
DETECTION = "staff_account_on_student_device"


class Place(NamedTuple):
    """Why the place is one of students, in words that go on "on CB-1, ...", and the rows that say so."""

    kind: str
    words: str
    rows: tuple[Row, ...]


def place_of(case: Case, sitting: Sitting) -> Place | None:
    """Why the sitting was where only students are; None where it was not, or nobody can tell."""
    at, person = sitting.interval.start, sitting.person
    device = case.reference.device(sitting.device, at)
    if device is None or person is None:
        return None
    owners = case.reference.assignees(device.device_id, at)
    pairs = case.reference.pairings(person, at)
    if any(row.person == person for row in owners):
        return None
    if any(device.device_id in (row.device_id, row.device_id_2) for row in pairs):
        return None
    own_or_cart = _students_own(case, owners, at) or _on_cart(case, device, person, at)
    return own_or_cart or _among(case, device, owners, sitting)


def _students_own(case: Case, owners: list[Assignment], at: int) -> Place | None:
    if not owners or not all(case.reference.has_role(row.person, at, ("student",)) for row in owners):
        return None
    names = " and ".join(case.reference.person_name(row.person, at) for row in owners)
    return Place(ASSIGNED, f"which is assigned to the student {names}", tuple(owners))


def _on_cart(case: Case, device: Device, person: str, at: int) -> Place | None:
    """On a cart's device while it is handed to a class that the person does not teach."""
    if device.device_class != "cart" or not case.reference.known("enrollments"):
        return None
    out = [row for row in case.reference.checkouts(device.device_id, at) if not _late(row, at)]
    theirs = any(row.person == person or _taught_by(case, person, row, at) for row in out)
    classes = [row for row in out if row.class_id]
    if theirs or not classes:
        return None
    titles = " and ".join(_title(case, row, at) for row in classes)
    return Place(CART, f"which was handed to {titles}, which this person does not teach", tuple(classes))


def _taught_by(case: Case, person: str, row: Checkout, at: int) -> bool:
    return bool(row.class_id) and teaches(case.reference, person, row.class_id, at) is not None


def _late(row: Checkout, at: int) -> bool:
    return row.recorded_at is not None and row.recorded_at > at


def _title(case: Case, row: Checkout, at: int) -> str:
    taught = case.reference.school_class(row.class_id, at)
    return f"the class {taught.title if taught and taught.title else row.class_id}"


def _among(case: Case, device: Device, owners: list[Assignment], sitting: Sitting) -> Place | None:
    """In a network where only students are, on a device that is no staff member's."""
    rules = case.policy.detections.staff_account_on_student_device.parameters
    if device.device_class not in rules.network_classes or owners:
        return None
    seen = [(s.at, s.address) for s in sitting.inputs if s.address and is_another_machines(s.address)]
    networks = [case.reference.network(address, at) for at, address in seen]
    found = [network for network in networks if network is not None and network.kind == "student"]
    if not found or len(found) < len(seen):
        return None
    return Place(NETWORK, f"in {found[0].cidr}, a network of students", (found[0],))
