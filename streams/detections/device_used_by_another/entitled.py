"""Who may use a device: its assignee, and whoever it was paired, handed, lent or reassigned to; why others may not."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from model.policy import ApprovalKind, OtherUserParameters
from model.reference import Assignment, Device
from model.violation import Consulted
from streams.detection import Case
from streams.patterns.excuses import Excuse, Excuses
from streams.patterns.handed_out import excuses_by_hand_out
from streams.patterns.sittings import Sitting
from streams.patterns.timetable import teaches_in_room

DETECTION = "device_used_by_another"
MINUTE = 60_000


@dataclass
class Entitled:
    """One device's case: every question is as of the start of a sitting."""

    case: Case
    handed: dict[str, Consulted] = field(default_factory=dict)

    @property
    def rules(self) -> OtherUserParameters:
        """The pack's numbers and lists."""
        return self.case.policy.detections.device_used_by_another.parameters

    @cached_property
    def excuses(self) -> Excuses:
        """Exemptions, loans, searches that were authorized, and service tickets."""
        kinds: dict[ApprovalKind, int] = {"search_authorisation": 0, "device_swap": self.rules.swap_minutes * MINUTE}
        return Excuses(self.case, DETECTION, {"loan": 0, **kinds} if self.rules.loans else kinds)

    def assignees(self, at: int) -> list[Assignment]:
        """To whom it was given then, and who had not given it back."""
        back = [row for row in self.case.reference.returns(self.case.subject, at) if (row.returned_at or at) < at]
        rows = self.case.reference.assignees(self.case.subject, at)
        return [row for row in rows if not any(_gave_back(row, one.person, one.returned_at or 0) for one in back)]

    def device(self, at: int) -> Device | None:
        """The device's row then."""
        return self.case.reference.device(self.case.subject, at)

    def is_anothers(self, sitting: Sitting) -> bool:
        """Whether somebody signed in for long enough at another's device who may not use it without being asked."""
        at, person = sitting.interval.start, sitting.person
        device = self.device(at)
        if device is None or device.device_class not in self.rules.classes:
            return False
        lasted = sitting.interval.length >= self.rules.least_minutes * MINUTE
        if not (lasted and sitting.signed_in and self.assignees(at)):
            return False
        if person is None:  # a vendor's account is nobody's here; whose another one is nobody knows
            account = self.case.reference.account(sitting.account, at)
            return account is not None and account.kind == "vendor"
        own = any(row.person == person for row in self.case.reference.assignees(device.device_id, at))
        return not (own or self._is_known_there(person, device, at) or self._is_staff_at_students(person, at))

    def _is_known_there(self, person: str, device: Device, at: int) -> bool:
        """By a pairing, a change of hands close by, or the class that they teach in the device's room."""
        pairs = self.case.reference.pairings(person, at)
        paired = any(device.device_id in (row.device_id, row.device_id_2) for row in pairs)
        taught = teaches_in_room(self.case.reference, self.case.calendar, person, device, at)
        return paired or taught is not None or self.in_grace(person, at)

    def _is_staff_at_students(self, person: str, at: int) -> bool:
        """A staff account at a student's device is staff_account_on_student_device, and that alone."""
        owners = [self.roles(row.person, at) for row in self.assignees(at)]
        students = bool(owners) and all("student" in roles for roles in owners)
        own = self.roles(person, at)
        return students and "student" not in own and bool(own - set(self.rules.outsider_roles))

    # Changes of hands

    def in_grace(self, person: str, at: int) -> bool:
        """Whether it was theirs a few school days ago, or will be in a few."""
        return any(self.school_days_off(row, at) <= self.rules.grace_school_days for row in self.changes(person))

    def changes(self, person: str) -> list[Assignment]:
        """Every assignment of the device to the person, past and to come."""
        return [row for row in self.case.reference.assignments_of(self.case.subject) if row.person == person]

    def school_days_off(self, row: Assignment, at: int) -> int:
        """How many school days lie between an instant and the assignment that had ended or was to begin."""
        if row.valid_to is not None and row.valid_to <= at:
            first, last = self._day(row.valid_to - 1) + timedelta(days=1), self._day(at)
        else:
            first, last = self._day(at), self._day(row.valid_from or at) - timedelta(days=1)
        device = self.device(at)
        return self.case.calendar.school_days(first, last, device.org if device else None)

    def _day(self, at: int) -> date:
        return self.case.calendar.local(at).date()

    # Roles

    def roles(self, person: str | None, at: int) -> set[str]:
        """The person's roles then."""
        return {row.role for row in self.case.reference.roles(person, at)} if person else set()

    def reason(self, sitting: Sitting) -> str:
        """Who used it: somebody of IT, somebody from outside at a staff member's device, or another."""
        at = sitting.interval.start
        own = self.roles(sitting.person, at)
        if own & set(self.rules.technician_roles):
            return "technician"
        unemployed = self.case.reference.known("roles") and own <= set(self.rules.outsider_roles)
        outside = sitting.person is None or unemployed
        return "outsider" if outside and self.is_staffs(at) else "other"

    def is_staffs(self, at: int) -> bool:
        """Whether it is a staff member's device."""
        device = self.device(at)
        employed = [self.roles(row.person, at) - set(self.rules.outsider_roles) for row in self.assignees(at)]
        return (device is not None and device.device_class == "staff") or any(employed)

    # Excuses

    def excuse(self, sitting: Sitting) -> Excuse | None:
        """What excuses it: what was written down in time goes before what was not."""
        during, person = sitting.interval, sitting.person
        device = self.case.subject
        found = [self.excuses.of(during, account=sitting.account, person=person, device_id=device)]
        for given, row in excuses_by_hand_out(self.case, device, person, during.start):
            self.handed[row.reference] = row
            found.append(given)
        return min((one for one in found if one), key=lambda excuse: excuse.late, default=None)


def _gave_back(row: Assignment, person: str, returned_at: int) -> bool:
    """Whether this return ended the assignment."""
    begun = row.valid_from is None or row.valid_from <= returned_at
    return begun and person in ("", row.person)
