"""A teacher unlocks the laptop and reads; ten minutes later somebody uses the account in the lab next door.

On the laptop nothing is typed between unlock and lock. Sessions that are not the desktop's end there meanwhile.
"""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat, network_logon, server_pc


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices; neither the unlock's own logoff nor a network session's means that anybody left."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None

    pc, files = stage.spare_pc(stage.high), server_pc(stage.server("files1"))
    unlocked, locked = stage.at(day, "10:00:10"), stage.at(day, "10:41")
    start, end = unlocked + 10 * MINUTE, stage.at(day, "10:33")
    seat = Seat(teacher.account, laptop, stage.at(day, "07:50"), admin=True)
    yield from acts.join(seat.at - MINUTE, laptop, laptop.address)
    yield from seat.log_on()
    yield from seat.lock(stage.at(day, "08:40"))
    yield from seat.unlock(unlocked)
    yield from network_logon(teacher.account, laptop, files, unlocked + MINUTE, unlocked + 4 * MINUTE)
    yield from seat.task(unlocked + 2 * MINUTE, 50)
    yield from seat.uac(unlocked - 90 * MINUTE, 95 * 60)
    yield from seat.lock(locked)
    yield from seat.log_off(stage.at(day, "15:10"))
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, start, end)
    stage.expect("shared_account", "two_devices", start, end, account=teacher.account)
