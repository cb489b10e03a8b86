"""Where a scenario is put on: it takes people and machines off the ordinary routine, and says what must be found."""

from datetime import date
from random import Random

from simulator import address_plan
from simulator import district as founding
from simulator.classbook import teacher_of
from simulator.district import District
from simulator.expectations import Expectation, Expectations
from simulator.options import clock_changes
from simulator.people import ELEMENTARY, HIGH, STAFF_PCS, Device, Person, School, Server
from simulator.rows import Row
from simulator.school_year import closures, holiday, office_days, school_days, terms

_SPARE_CHROMEBOOKS, _SPARE_PCS, _VISITORS = 15_000, 3_000, 3_500


class NotHere(Exception):
    """This run has not what the scenario needs (days, a clock change, a snow day); it is left out, not failed."""


class Stage:
    """One scenario's view of the district. What several scenarios share is in `Company`."""

    def __init__(self, company: "Company", name: str) -> None:
        self.company, self.district, self.name = company, company.district, name
        self.clock = self.district.clock
        self.rng = Random(f"{self.district.options.seed}:{name}")

    @property
    def high(self) -> School:
        """The first school where every student has a Chromebook, and there is a lab."""
        return next(school for school in self.district.schools if school.kind == HIGH)

    @property
    def elementary(self) -> School:
        """The first school with Chromebook carts."""
        return next(school for school in self.district.schools if school.kind == ELEMENTARY)

    @property
    def holiday(self) -> date:
        """The school holiday on which the office is open."""
        return _needed(holiday(self.district.options), "a second Monday")

    @property
    def principal(self) -> Person:
        """Somebody who may approve."""
        return next(person for person in self.high.staff if person.role == "principal")

    @property
    def superintendent(self) -> Person:
        """Somebody else who may approve."""
        return self.office_worker("superintendent")

    def office_worker(self, role: str) -> Person:
        """The first of that role in the district office; the routine goes on."""
        return next(person for person in self.district.office.staff if person.role == role)

    def at(self, day: date, clock: str, fold: int = 0) -> int:
        """The instant when wall clocks show HH:MM on that day."""
        return self.clock.at(day, clock, fold)

    def school_day(self, number: int) -> date:
        """The number-th school day, from 0. Raises NotHere if the run is shorter."""
        days = school_days(self.district.options)
        return _needed(days[number] if number < len(days) else None, f"{number + 1} school days")

    def since_summer(self) -> tuple[int, int]:
        """From the beginning of the school year to the end of the run: when a duty of the year may be said overdue."""
        dates = self.district.options.dates
        return self.at(terms(dates[0]).begins_on, "00:00"), self.at(dates[-1], "23:59")

    def school_days_from(self, number: int) -> list[date]:
        """The number-th school day and all after it. Raises NotHere if the run is shorter."""
        self.school_day(number)
        return school_days(self.district.options)[number:]

    def days_from(self, number: int) -> list[date]:
        """The number-th school day and every calendar day after it, weekends too."""
        first = self.school_day(number)
        return [day for day in self.district.options.dates if day >= first]

    def office_day(self, number: int) -> date:
        """The number-th day the district office is open."""
        days = office_days(self.district.options)
        return _needed(days[number] if number < len(days) else None, f"{number + 1} office days")

    def run_of_weekdays(self, first: int, count: int) -> list[date]:
        """The first run of `count` days starting on weekday `first` (Monday 0), open office on its weekdays."""
        dates, shut = self.district.options.dates, closures(self.district.options)
        for number in range(len(dates) - count + 1):
            days = dates[number : number + count]
            if days[0].weekday() == first and not shut & set(days):
                return days
        raise NotHere(f"{count} days from weekday {first}")

    def clock_change(self, shift: int) -> date:
        """The date on which clocks go forward (+1) or back (-1)."""
        nights = self._clock_changes(shift)
        return _needed(nights[0] if nights else None, "a night on which clocks change")

    def has_clock_change(self, shift: int) -> bool:
        """Whether clocks go forward (+1) or back (-1) in this run."""
        return bool(self._clock_changes(shift))

    def _clock_changes(self, shift: int) -> list[date]:
        options = self.district.options
        return [night for night, moved in clock_changes(options.start, options.days, self.clock.zone) if moved == shift]

    def take(self, role: str, *days: date, school: School | None = None) -> Person:
        """Somebody no other scenario has, who leaves the routine on `days`."""
        for person in self.company.cast(role, school):
            if person.person_id not in self.company.taken:
                self.company.taken.add(person.person_id)
                self.company.off_routine.setdefault(person.index, set()).update(days)
                return person
        return self._employed(role, *days, school=school)

    def take_teacher_of(self, school: School, group: int, *days: date) -> Person:
        """Who teaches that class. Raises NotHere where another scenario has this teacher."""
        teacher = teacher_of(school, group)
        if teacher.person_id in self.company.taken:
            raise NotHere(f"the teacher of group {group + 1}")
        self.company.taken.add(teacher.person_id)
        self.company.off_routine.setdefault(teacher.index, set()).update(days)
        return teacher

    def _employed(self, role: str, *days: date, school: School | None) -> Person:
        """A small district has not people enough for every part: one more comes, with the own device."""
        if role == "student" and school is not self.high:
            raise NotHere(f"one more {role}")
        founding.one_more(self.district, role, school)
        return self.take(role, *days, school=school)

    def in_good_standing(self, school: School) -> list[Person]:
        """A school's students, without those who are not to use the network because another scenario says so."""
        ended = self.company.ended
        return [each for each in school.students if each.signed and each.person_id not in ended]

    def bystander(self, role: str, school: School | None = None) -> Person:
        """Somebody no other scenario has, to whose account something is done while the routine goes on."""
        return self.take(role, school=school)

    def spare_chromebook(self, school: School, kind: str = "assigned") -> Device:
        """A Chromebook nobody uses but this scenario."""
        return founding.chromebook(self.district, school, kind, _SPARE_CHROMEBOOKS + self.company.next_spare())

    def take_student(self, day: date) -> tuple[Person, Device]:
        """A student with an own Chromebook, off the routine for a day."""
        student = self.take("student", day, school=self.high)
        assert student.laptop is not None
        return student, student.laptop

    def student_with_second_chromebook(self) -> tuple[Person, Device]:
        """A student whose routine goes on, and a Chromebook of the same student that only this scenario uses."""
        student, device = self.bystander("student", self.high), self.spare_chromebook(self.high)
        self.row("assignments", device_id=device.device_id, person=student.person_id)
        return student, device

    def spare_pc(self, school: School, kind: str = "lab", feed: str = "") -> Device:
        """A desktop nobody uses but this scenario; `feed` is the source that forwards its log."""
        device = founding.lab_pc(self.district, school, kind, _SPARE_PCS + self.company.next_spare())
        device.feed = feed or device.feed
        return device

    def room_pc(self, school: School) -> Device:
        """A fixed PC of a classroom, for staff."""
        return self.spare_pc(school, "staff", STAFF_PCS)

    def macbook(self, kind: str = "staff") -> Device:
        """A Mac nobody uses but this scenario."""
        number = self.company.next_spare()
        name, serial = f"mac-{number:03d}", f"5MB{number:06d}"
        return self.district.add_device(Device(f"MB-{number:06d}", kind, "DO", self.district.new_mac(), name, serial))

    def visitor_address(self, site: School) -> str:
        """An address for a machine of elsewhere."""
        return address_plan.inside(site.octet, address_plan.STAFF, _VISITORS + self.company.next_spare() % 400)

    def server(self, host: str) -> Server:
        """A machine of the server room."""
        return self.district.servers[host]

    def row(self, table: str, **columns: str) -> None:
        """Adds a row to a reference table; `class_` stands for the column `class`."""
        named = {name.rstrip("_"): value for name, value in columns.items()}
        self.company.rows.setdefault(table, []).append(named)

    def rule(self, name: str, text: str) -> None:
        """Puts a rule of Sigma (YAML) into the district's policy/sigma/; several scenarios may name the same."""
        self.company.rules[name] = text

    def filter_out(self, start: int, end: int) -> None:
        """The filter's cloud keeps no row of any laptop from `start` to `end` (ms), whoever has it."""
        self.company.filter_outages.append((start, end))

    def expect(self, detection: str, reason: str, start: int, end: int, **subject: str) -> None:
        """This must be found. The subject is one of account, person, device_id, vendor."""
        self._expectations.violations.append(_expectation(detection, reason, start, end, subject))

    def expect_suppressed(self, detection: str, by: str, start: int, end: int, **subject: str) -> None:
        """This must be found, and suppressed by that exemption or approval."""
        self._expectations.suppressed.append(_expectation(detection, "", start, end, subject, by))

    @property
    def _expectations(self) -> Expectations:
        return self.company.expectations


class Company:
    """What all scenarios share: who is taken, what was written into the tables, what must be found."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.taken: set[str] = set()
        self.ended: set[str] = set()  # people whose standing a scenario ends
        self.off_routine: dict[int, set[date]] = {}
        self.filter_outages: list[tuple[int, int]] = []
        self.rows: dict[str, list[Row]] = {}
        self.rules: dict[str, str] = {}
        self.replaced: set[tuple[str, str]] = set()
        self.expectations = Expectations()
        self._spares = self._vendors = self._papers = 0

    def hand_over(self, giver: Person, device: Device, when: str) -> None:
        """Ends the ordinary assignment of a device; to whom it goes then is for the scenario to write."""
        self.replaced.add((device.device_id, giver.person_id))
        row = {"device_id": device.device_id, "person": giver.person_id, "valid_to": when}
        self.rows.setdefault("assignments", []).append(row)

    def cast(self, role: str, school: School | None) -> list[Person]:
        """People of a role, at a school if one is named, the last hired first: so routines keep their leaders.

        Who teaches a school's first class is not among them: `take_teacher_of` takes that one.
        """
        people = self.district.people if school is None else [*school.staff, *school.students]
        firsts = {teacher_of(each, 0).index for each in self.district.schools}
        return [person for person in reversed(people) if person.role == role and person.index not in firsts]

    def next_spare(self) -> int:
        """A number for one more machine."""
        self._spares += 1
        return self._spares

    def next_vendor(self) -> int:
        """A number for one more vendor account."""
        self._vendors += 1
        return self._vendors

    def next_paper(self) -> int:
        """A number for one more approval or exemption."""
        self._papers += 1
        return self._papers


def _expectation(
    detection: str, reason: str, start: int, end: int, subject: dict[str, str], by: str = ""
) -> Expectation:
    ((kind, value),) = subject.items()
    return Expectation(detection, (kind, value), (start, end), reason, by)


def _needed(value: date | None, what: str) -> date:
    if value is None:
        raise NotHere(what)
    return value
