"""An administrator's laptop at the office reaches a lab computer of a school by remote desktop, and a server."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Desk, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


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
    for minute, what in ((0, "logged_on"), (12, "disconnected"), (14, "reconnected"), (30, "logged_off")):
        yield Desk(start + minute * MINUTE, pc.feed, what, admin.account, pc.hostname, 10, laptop.address)
    yield from acts.shells("files1", admin.account, laptop.address, start, start + HOUR)
