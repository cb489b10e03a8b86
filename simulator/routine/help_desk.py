"""What IT does every day and every night in the directory and in device management, as it should be done."""

from collections.abc import Iterator
from datetime import date
from random import Random

from simulator.address_plan import EGRESS
from simulator.district import District
from simulator.happenings import CheckIn, Command, Console, DirectoryChange, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.people import Person

SYNC = "svc-sync"
_GROUPS = ("All Staff", "SIS Teachers", "Copier Users")


def help_desk_day(rng: Random, district: District, day: date, *, open_office: bool) -> Iterator[Happening]:
    """The nightly sync from human resources, the studio's Mac, and while the office is open what people call about."""
    midnight = district.clock.midnight(day)
    teachers = [person for person in district.people if person.role == "teacher"]
    yield from _sync(district.clock.at(day, "03:30"), teachers[day.toordinal() % len(teachers)])
    studio = district.studio
    for at in range(midnight + 7 * MINUTE, midnight + 23 * HOUR, HOUR):
        yield CheckIn(at, studio.serial, studio.hostname, studio.mac, EGRESS)
    if open_office:
        yield from _calls(rng, district, day)


def _sync(at: int, teacher: Person) -> Iterator[Happening]:
    """A service account takes somebody out of the groups and puts the same person back, as syncs do."""
    for number, group in enumerate(_GROUPS):
        yield DirectoryChange(at + number * 900, "member_removed", SYNC, teacher.account, group)
        yield DirectoryChange(at + MINUTE + number * 900, "member_added", SYNC, teacher.account, group)


def _calls(rng: Random, district: District, day: date) -> Iterator[Happening]:
    desk = next(person for person in district.people if person.role == "ext:it")
    student, other = rng.choice(district.people), rng.choice(district.people)
    laptop = rng.choice(district.office.staff).laptop
    assert laptop is not None
    at = district.clock.at(day, "08:40")
    yield DirectoryChange(at, "password_reset", desk.account, student.account)
    yield DirectoryChange(at + 40 * MINUTE, "account_unlocked", desk.account, other.account)
    mail = f"{student.account}@{district.options.domain}"
    named = (("USER_EMAIL", mail),)
    yield Console(at + MINUTE, "admin", "USER_SETTINGS", "CHANGE_PASSWORD", desk.account, EGRESS, named)
    for hours in (2, 5):
        yield Command(at + hours * HOUR, "syncDevice", desk.account, laptop.hostname, laptop.serial)
