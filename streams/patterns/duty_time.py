"""When somebody's school day runs: between the first and the last bell of the school, else the pack's hours."""

from datetime import time

from model.reference import Bell
from streams.detection import Case

_DAYS = "MTWRFSU"
_TEACHING, _FOR_STAFF = frozenset({"instruction"}), frozenset({"instruction", "staff_day"})


def in_duty_time(case: Case, at: int, person: str | None, device_id: str | None) -> bool:
    """Whether an instant (ms) lies in the duty time of the person's school, or of the device's where nobody is known.

    A day on which staff work without students is none for a student, and none for a device alone.
    """
    roles = case.reference.roles(person, at) if person else []
    staff = any(role.role != "student" for role in roles)
    org = _org(case, at, [role.org for role in roles if role.org], device_id)
    day = case.calendar.local(at).date()
    return case.calendar.kind(day, org) in (_FOR_STAFF if staff else _TEACHING) and _within(case, at, org)


def _org(case: Case, at: int, orgs: list[str], device_id: str | None) -> str | None:
    if orgs:
        return orgs[0]
    device = case.reference.device(device_id, at) if device_id else None
    return device.org if device else None


def _within(case: Case, at: int, org: str | None) -> bool:
    shown = case.calendar.local(at)
    bells: list[Bell] = case.reference.bells(org, at) if org else []
    if not bells:
        return case.policy.hours.opens <= shown.time() < case.policy.hours.closes
    today = [bell for bell in bells if _DAYS[shown.weekday()] in bell.days]
    if not today:
        return False
    first = time.fromisoformat(min(bell.starts for bell in today))
    return first <= shown.time() < time.fromisoformat(max(bell.ends for bell in today))
