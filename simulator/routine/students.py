"""A student's school day: an own Chromebook and now and then the lab, or a cart's Chromebook in four of six lessons.

By design nobody is at two machines at once, and everybody with carts meets equally many devices.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from simulator import acts
from simulator.district import CART, LAB, LESSONS_WITH_CART
from simulator.happenings import FORTIGATE, Happening, Radius
from simulator.local_time import HOUR, MINUTE
from simulator.people import HIGH, Device, Person
from simulator.routine.timetable import Timetable
from simulator.windows import Seat

_LAB_LESSON_EVERY = 5  # a class is in the lab on every fifth school day
_LIDS_SHUT = 0.15  # share of sessions that end without a logout


def student_day(rng: Random, person: Person, day: date, timetable: Timetable) -> Iterator[Happening]:
    """What one student does on one school day."""
    if rng.random() < 0.05:
        return
    if person.school.kind == HIGH:
        yield from _with_own_device(rng, person, day, timetable)
    else:
        yield from _with_carts(rng, person, day, timetable)


def _with_own_device(rng: Random, person: Person, day: date, timetable: Timetable) -> Iterator[Happening]:
    device = person.laptop
    assert device is not None
    arrived = timetable.opens - int(rng.random() * 12 * MINUTE)
    yield from acts.join(arrived, device, device.address)
    yield from acts.on_wireless(arrived + 2_000, person.account, person.school, device.mac, person.number)
    yield acts.chrome(arrived + 20_000, "CHROME_OS_LOGIN_EVENT", person.account, device)
    lab_lesson = _lab_lesson(person, day)
    for number, (start, end) in enumerate(timetable.lessons):
        if number == lab_lesson:
            yield from _in_lab(rng, person, (start, end), timetable)
        elif rng.random() < 0.8:
            yield from acts.browse(
                rng,
                FORTIGATE,
                person.account,
                device.address,
                start + MINUTE,
                end - 2 * MINUTE,
                timetable.requests(rng),
            )
    if rng.random() > _LIDS_SHUT:
        yield acts.chrome(
            timetable.closes + int(rng.random() * 9 * MINUTE), "CHROME_OS_LOGOUT_EVENT", person.account, device
        )
    yield from _homework(rng, person, device, timetable)


def _homework(rng: Random, person: Person, device: Device, timetable: Timetable) -> Iterator[Happening]:
    if rng.random() < 0.2:  # off network: ChromeOS reports it, no filter here sees it
        start = timetable.closes + 4 * HOUR + int(rng.random() * HOUR)
        yield acts.chrome(start, "CHROME_OS_LOGIN_EVENT", person.account, device)
        yield acts.chrome(start + HOUR, "CHROME_OS_LOGOUT_EVENT", person.account, device)


def _lab_lesson(person: Person, day: date) -> int:
    """Which lesson this student's class of 30 has in the lab today, or -1. No lesson has two classes."""
    group = person.number // LAB
    slot = (group + day.toordinal()) % (6 * _LAB_LESSON_EVERY)
    return slot if slot < 6 and group < 6 * _LAB_LESSON_EVERY else -1


def _in_lab(rng: Random, person: Person, lesson: tuple[int, int], timetable: Timetable) -> Iterator[Happening]:
    """A lesson at a lab computer; some leave by switching users, and Windows ends their session in the evening."""
    pc, booted = person.school.lab[person.number % LAB], timetable.opens - HOUR
    begun, ended = lesson[0] + MINUTE + int(rng.random() * MINUTE), lesson[1] - 3 * MINUTE
    leave = "switched_away" if rng.random() < 0.15 else "logged_off"
    yield from acts.at_desk(rng, person.account, pc, pc.address, begun, ended, minutes=5, leave=leave, booted=booted)
    if leave == "switched_away":
        yield from Seat(person.account, pc, begun, booted).shut_down(timetable.closes + HOUR)


def _with_carts(rng: Random, person: Person, day: date, timetable: Timetable) -> Iterator[Happening]:
    group, seat = divmod(person.number, CART)
    for turn in range(LESSONS_WITH_CART):
        slot = group * LESSONS_WITH_CART + turn
        cart = person.school.carts[slot // 6]
        device = cart[(seat + day.toordinal() * 7 + slot * 11) % CART]
        start, end = timetable.lessons[slot % 6]
        begun, stopped = start + 3 * MINUTE + int(rng.random() * MINUTE), end - 4 * MINUTE
        yield from acts.on_chromebook(
            rng,
            person.account,
            device,
            begun,
            stopped,
            named=False,
            leave=rng.random() > _LIDS_SHUT,
            minutes=51 / timetable.requests(rng),
        )
        if rng.random() < 0.02:
            yield Radius(
                begun - 5_000,
                person.account,
                person.school.access_points[0],
                device.mac,
                "mschap: MS-CHAP2-Response is incorrect",
            )
