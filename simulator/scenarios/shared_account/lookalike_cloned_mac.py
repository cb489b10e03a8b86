"""A student's own machine goes under a copy of a teacher's network card at the other school, while both are in use."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import FORTIGATE, Happening, Lease
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: one address at two places names no machine; the student is at one school."""
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.elementary)
    student = stage.take("student", day, school=stage.high)
    laptop, book = teacher.laptop, student.laptop
    assert laptop is not None
    assert book is not None

    start, end = stage.at(day, "10:04"), stage.at(day, "10:50")
    address = stage.visitor_address(stage.high)
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "12:00"), minutes=1
    )
    yield from acts.browse(stage.rng, FORTIGATE, student.account, address, start, end, 25)
    for renewed in range(start - 2 * MINUTE, end, 5 * MINUTE):  # short leases: both renew theirs all the time
        yield Lease(renewed, "granted", laptop.address, laptop.mac, laptop.hostname)
        yield Lease(renewed + MINUTE, "granted", address, laptop.mac)
    yield from acts.on_chromebook(stage.rng, student.account, book, start, end)
