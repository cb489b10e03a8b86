"""A student's phone takes its address under the name of a teacher's laptop, at the other school."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import FORTIGATE, Happening, Lease
from simulator.local_time import MINUTE
from simulator.people import private_mac
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the client chose that name; the laptop is where its owner is."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    student = stage.take("student", day, school=stage.high)
    laptop, book = teacher.laptop, student.laptop
    assert laptop is not None
    assert book is not None

    start, end = stage.at(day, "09:05"), stage.at(day, "09:52")
    address, mac = address_plan.inside(stage.high.octet, address_plan.GUESTS, 3_900), private_mac(77_123)
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "11:00")
    )
    yield Lease(start - MINUTE, "sought", address, mac, laptop.hostname)
    yield from acts.browse(stage.rng, FORTIGATE, student.account, address, start, end, 25)
    yield from acts.on_chromebook(stage.rng, student.account, book, start, end)
