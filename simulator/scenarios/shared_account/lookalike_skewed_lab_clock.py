"""An old lab's clocks run seven minutes ahead, so that leaving it seems to overlap with the next lesson."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening, Ticket
from simulator.local_time import HOUR, MINUTE
from simulator.people import ANNEX_PCS
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: 28 sign-ins seen by the domain controller too show the skew."""
    day = stage.school_day(2)
    pupils = [stage.take("student", stage.school_day(1), day, school=stage.high) for _ in range(4)]
    pcs = [stage.spare_pc(stage.high, "lab", ANNEX_PCS) for _ in pupils]
    for pupil, pc in zip(pupils, pcs, strict=True):
        for turn in range(7):
            begun = stage.at(stage.school_day(1), "08:05") + turn * 30 * MINUTE
            yield Ticket(begun, "ticket", pupil.account, pc.address)
            yield from acts.at_desk(stage.rng, pupil.account, pc, pc.address, begun, begun + 12 * MINUTE)
    pupil, pc, device = pupils[0], pcs[0], pupils[0].laptop
    assert device is not None
    left = stage.at(day, "09:30")
    yield Ticket(left - HOUR // 2, "ticket", pupil.account, pc.address)
    yield from acts.join(left - HOUR // 2, pc, pc.address)
    seat = Seat(pupil.account, pc, left - HOUR // 2)
    yield from seat.log_on()
    yield from seat.unlock(left - 20_000)
    yield from seat.log_off(left)
    yield from acts.on_chromebook(stage.rng, pupil.account, device, left + MINUTE, left + HOUR)
