"""An administrator's laptop at the office reaches a lab computer of a school by remote desktop, and a server."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a remote logon comes from the laptop, where its user sits."""
    day = stage.school_day(3)
    admin = stage.take("ext:it", day)
    laptop = admin.laptop
    assert laptop is not None
    pc = stage.spare_pc(stage.high)
    start = stage.at(day, "10:00")
    yield from acts.at_desk(stage.rng, admin.account, laptop, laptop.address, stage.at(day, "08:00"), start + 2 * HOUR)
    yield from acts.join(start - HOUR, pc, pc.address)
    remote = Seat(admin.account, pc, start, admin=True, logon_type=10, client=laptop, session=2)
    yield from remote.log_on()
    yield from remote.disconnect(start + 12 * MINUTE)
    yield from remote.reconnect(start + 14 * MINUTE)
    yield from remote.log_off(start + 30 * MINUTE)
    yield from acts.shells("files1", admin.account, laptop.address, start, start + HOUR)
