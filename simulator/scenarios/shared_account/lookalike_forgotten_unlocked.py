"""A student walks away from a lab computer without locking; it stands open until Windows ends the session at noon."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: after the last input nobody knows of any use; the student is at the own Chromebook."""
    day = stage.school_day(3)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None

    pc, start = stage.spare_pc(stage.high), stage.at(day, "09:05")
    seat = Seat(student.account, pc, start)
    yield from acts.join(start - MINUTE, pc, pc.address)
    yield from seat.log_on()
    yield from acts.browse(stage.rng, SQUID, student.account, pc.address, start + MINUTE, start + 20 * MINUTE, 8)
    yield from seat.shut_down(stage.at(day, "12:00"))
    yield from acts.on_chromebook(
        stage.rng, student.account, device, start + 22 * MINUTE, stage.at(day, "10:50"), named=True
    )
