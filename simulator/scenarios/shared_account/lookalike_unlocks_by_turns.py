"""A teacher's laptop and a lab computer stay logged on; each is locked before the other is unlocked."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: locks here, walks, unlocks there, six times."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc, start = stage.spare_pc(stage.elementary), stage.at(day, "08:10")
    seats = [Seat(teacher.account, laptop, start, admin=True), Seat(teacher.account, pc, start + 22 * MINUTE)]
    for turn in range(6):
        seat, begun = seats[turn % 2], start + turn * 22 * MINUTE
        ended = begun + 20 * MINUTE
        yield from acts.join(begun - 20_000, seat.pc, seat.pc.address)
        yield from seat.unlock(begun) if turn > 1 else seat.log_on()
        yield from acts.browse(stage.rng, SQUID, teacher.account, seat.pc.address, begun + MINUTE, ended, 7)
        yield from seat.lock(ended)
    for seat in seats:
        yield from seat.shut_down(stage.at(day, "15:30"))
