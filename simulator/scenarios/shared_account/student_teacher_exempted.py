"""A student teacher shares the class teacher's login for a week, by an administrator's exemption."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None

    pc = stage.spare_pc(stage.elementary)
    start, end = stage.at(day, "09:20"), stage.at(day, "10:10")
    paper = paperwork.exempt(
        stage, "shared_account", stage.at(day, "00:00"), stage.at(day, "23:00"), account=teacher.account
    )
    yield from acts.at_desk(
        stage.rng, teacher.account, laptop, laptop.address, stage.at(day, "08:00"), stage.at(day, "11:30")
    )
    yield from acts.at_desk(stage.rng, teacher.account, pc, pc.address, start, end)
    stage.expect_suppressed("shared_account", paper, start, end, account=teacher.account)
