"""Longer memory: which devices a subject used on which days, and how many devices its cohort uses a day."""

from datetime import date, timedelta

import msgspec

from streams.memory.history import Cohorts, History
from streams.memory.shelf import Shelf

KEPT = timedelta(days=60)  # the longest window a pack may ask for


class Habit(msgspec.Struct, array_like=True, gc=False):
    """Devices by school day (ordinal), and the cohort the subject was counted in that day."""

    devices: dict[str, list[int]] = {}
    cohort: dict[int, str] = {}


class PersonDays(msgspec.Struct, array_like=True, gc=False):
    """Of one cohort: day (ordinal) -> number of devices -> how many subjects had it."""

    days: dict[int, dict[int, int]] = {}


class Habits:
    """The habits of a detection's subjects and their cohorts."""

    def __init__(self, name: str) -> None:
        self.subjects = Shelf(f"habit-{name}", Habit, Habit)
        self.cohorts = Shelf(f"cohort-{name}", PersonDays, PersonDays)

    def knows(self, subject: str, device_id: str, number: int) -> bool:
        """Whether this use was counted already on the day of that number (ordinal): the hot path."""
        habit = self.subjects.items.get(subject)
        days = habit.devices.get(device_id) if habit else None
        return days is not None and (days[-1] == number or number in days)

    def used(self, subject: str, device_id: str, day: date, cohort: str) -> list[date]:
        """Count a device on a day; returns the later days on which the subject was seen, to be judged again."""
        number = day.toordinal()
        habit = self.subjects.at(subject)
        before = sum(number in days for days in habit.devices.values())
        habit.devices.setdefault(device_id, []).append(number)
        self._count(habit.cohort.setdefault(number, cohort), number, before)
        self._forget(habit, number)
        known = {seen for days in habit.devices.values() for seen in days if seen > number}
        return [date.fromordinal(later) for later in known]

    def _count(self, cohort: str, number: int, before: int) -> None:
        days = self.cohorts.at(cohort).days
        counted = days.setdefault(number, {})
        if before:
            counted[before] -= 1
        counted[before + 1] = counted.get(before + 1, 0) + 1
        for old in [seen for seen in days if seen < number - KEPT.days]:
            del days[old]

    def _forget(self, habit: Habit, number: int) -> None:
        oldest = number - KEPT.days
        for device_id, days in list(habit.devices.items()):
            if kept := [seen for seen in days if seen >= oldest]:
                habit.devices[device_id] = kept
            else:
                del habit.devices[device_id]
        for old in [seen for seen in habit.cohort if seen < oldest]:
            del habit.cohort[old]

    def history(self, subject: str, day: date, window: int) -> History:
        """The subject's devices over the `window` days before `day`."""
        habit = self.subjects.items.get(subject)
        if habit is None:
            return History()
        low, high = day.toordinal() - window, day.toordinal()
        devices = {
            device_id: frozenset(date.fromordinal(seen) for seen in days if low <= seen < high)
            for device_id, days in habit.devices.items()
        }
        return History(devices, len(frozenset().union(*devices.values())) if devices else 0)

    def cohort(self, subject: str, day: date, window: int) -> Cohorts:
        """The person-days of the subject's cohort: the `window` days before, and the same day's others."""
        habit = self.subjects.items.get(subject)
        number = day.toordinal()
        name = habit.cohort.get(number) if habit else None
        if habit is None or name is None:
            return Cohorts()
        counted: dict[int, int] = {}
        for seen, devices in self.cohorts.at(name).days.items():
            if number - window <= seen <= number:
                for count, people in devices.items():
                    counted[count] = counted.get(count, 0) + people
        own = sum(number in days for days in habit.devices.values())
        counted[own] = counted.get(own, 0) - 1
        return Cohorts({count: people for count, people in counted.items() if people > 0}, name)
