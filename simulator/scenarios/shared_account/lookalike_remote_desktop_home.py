"""A teacher visits the other school with the laptop, and works on the own room's computer by Remote Desktop."""

from collections.abc import Iterator
from dataclasses import replace

from simulator import acts
from simulator.happenings import SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat, second_screen, second_screen_ended


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: whoever is logged on from afar sits at the laptop, wherever the other computer stands."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc, address = stage.room_pc(stage.high), stage.visitor_address(stage.elementary)
    here = replace(laptop, address=address)
    start, end = stage.at(day, "09:10"), stage.at(day, "10:30")
    remote = Seat(teacher.account, pc, start, admin=True, logon_type=10, client=here, session=3)
    yield from acts.at_desk(stage.rng, teacher.account, laptop, address, start - 20 * MINUTE, end + 10 * MINUTE)
    yield from acts.join(start - 60 * MINUTE, pc, pc.address)
    yield from second_screen(pc, start - 1_500, 3)
    yield from remote.log_on()
    yield from acts.browse(stage.rng, SQUID, teacher.account, pc.address, start + MINUTE, start + 30 * MINUTE, 12)
    yield from remote.disconnect(start + 31 * MINUTE)
    yield from second_screen_ended(pc, start - 1_500, start + 31 * MINUTE + 500, 3)
    yield from remote.reconnect(start + 45 * MINUTE)
    yield from acts.browse(stage.rng, SQUID, teacher.account, pc.address, start + 46 * MINUTE, end - MINUTE, 12)
    yield from remote.log_off(end)
