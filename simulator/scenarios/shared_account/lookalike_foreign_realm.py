"""Somebody's private account has a teacher's name before the @; it is used in the lab and on a Chromebook elsewhere."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import FORTIGATE, SQUID, CloudLogin, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a name of another realm is another account."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    foreign = f"{teacher.account}@gmail.com"
    pc, book = stage.spare_pc(stage.high), stage.spare_chromebook(stage.elementary, "cart")
    start, end = stage.at(day, "09:05"), stage.at(day, "09:50")
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "11:00")
    )
    seat = Seat(foreign, pc, start, domain="MicrosoftAccount")
    yield from acts.join(start - MINUTE, pc, pc.address)
    yield from seat.log_on()
    yield from acts.browse(stage.rng, SQUID, foreign, pc.address, start + MINUTE, end, 12)
    yield from seat.lock(start + 20 * MINUTE)
    yield from seat.unlock(start + 24 * MINUTE)
    yield from seat.log_off(end)
    yield acts.chrome(start, "CHROME_OS_LOGIN_EVENT", foreign, book)
    yield from acts.on_wireless(start + 1_000, foreign, stage.elementary, book.mac, 1)
    yield from acts.join(start + 2_000, book, book.address)
    yield from acts.browse(stage.rng, FORTIGATE, foreign, book.address, start + MINUTE, end, 12)
    yield CloudLogin(start + 5 * MINUTE, foreign, "198.51.100.77")
    yield acts.chrome(end, "CHROME_OS_LOGOUT_EVENT", foreign, book)
