"""Who belongs where by the timetable: whose class meets in a room at an instant, and who of the class is who.

A district that keeps no bells, or a class without periods, does not say when a class meets: then it may be now.
"""

from model.calendar import Calendar
from model.reference import Device, Enrollment, Reference, SchoolClass

TEACHING = frozenset({"teacher", "aide", "proctor"})
_DAYS = "MTWRFSU"


def teaches(reference: Reference, person: str, class_id: str, at: int) -> Enrollment | None:
    """The row by which the person teaches the class, helps in it or watches over it."""
    rows = reference.classes_of(person, at)
    return next((row for row in rows if row.class_id == class_id and row.role in TEACHING), None)


def in_class(reference: Reference, person: str, class_id: str, at: int) -> Enrollment | None:
    """The row by which the person belongs to the class, as a student or otherwise."""
    return next((row for row in reference.classes_of(person, at) if row.class_id == class_id), None)


def teaches_in_room(
    reference: Reference, calendar: Calendar, person: str, device: Device, at: int
) -> tuple[Enrollment, SchoolClass] | None:
    """The class that the person teaches in the device's room at that time; None if none, or the room is not known."""
    if not device.room:
        return None
    for row in reference.classes_of(person, at):
        taught = reference.school_class(row.class_id, at) if row.role in TEACHING else None
        if taught and _same_room(taught, device) and meets(reference, calendar, taught, at):
            return row, taught
    return None


def meets(reference: Reference, calendar: Calendar, taught: SchoolClass, at: int) -> bool:
    """Whether the class meets at that time, as far as its periods and the school's bells say."""
    bells = [bell for bell in reference.bells(taught.org, at) if bell.period in taught.periods]
    if not bells:
        return True
    shown = calendar.local(at)
    letter, clock = _DAYS[shown.weekday()], f"{shown:%H:%M}"
    return any(letter in bell.days and bell.starts <= clock < bell.ends for bell in bells)


def _same_room(taught: SchoolClass, device: Device) -> bool:
    same = taught.room.strip().casefold() == device.room.strip().casefold()
    return same and (not taught.org or not device.org or taught.org == device.org)
