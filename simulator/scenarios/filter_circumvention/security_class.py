"""A class on network security: one lesson's exemption for the student who shows how it is done."""

from collections.abc import Iterator

from simulator import acts, mischief, paperwork
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(2)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "09:10")

    paper = paperwork.exempt(
        stage, "filter_circumvention", stage.at(day, "09:00"), stage.at(day, "09:55"), account=student.account
    )
    yield from mischief.hammer(bad, student.account, device.address)
    stage.expect_suppressed("filter_circumvention", paper, bad, bad + 10 * MINUTE, account=student.account)
