"""A student's login is open on two lab computers; both were locked, and both are unlocked and worked at together."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices, from the later unlock to the earlier lock."""
    day = stage.school_day(2)
    student = stage.take("student", day, school=stage.high)
    start, end = stage.at(day, "09:34"), stage.at(day, "09:58")
    for opened, locked, unlocked, left in (
        ("09:02", "09:10", "09:30:20", "09:58"),
        ("09:14", "09:22", "09:34:05", "10:20"),
    ):
        pc = stage.spare_pc(stage.high)
        seat = Seat(student.account, pc, stage.at(day, opened))
        back, gone = stage.at(day, unlocked), stage.at(day, left)
        yield from acts.join(seat.at - MINUTE, pc, pc.address)
        yield from seat.log_on()
        yield from seat.lock(stage.at(day, locked))
        yield from seat.unlock(back)
        yield from acts.browse(stage.rng, SQUID, student.account, pc.address, back + MINUTE, gone, 9)
        yield from seat.lock(gone)
        yield from seat.shut_down(stage.at(day, "15:20"))
    stage.expect("shared_account", "two_devices", start, end, account=student.account)
