"""Counsel reads on in the account of a teacher who was separated, by an administrator's exemption."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", *stage.days_from(3), school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "14:05"), stage.at(day, "14:35")
    paperwork.stand(stage, "separated", stage.at(day, "12:00"), person=teacher.person_id)
    paperwork.listed(stage, teacher.account, "disabled", stage.at(day, "18:00"))
    paperwork.give_back(stage, teacher, returned=stage.at(day, "15:00"))
    paper = paperwork.exempt(
        stage,
        "ended_account_in_use",
        stage.at(day, "00:00"),
        stage.at(day, "23:00"),
        account=teacher.account,
    )
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, end)
    stage.expect_suppressed("ended_account_in_use", paper, start, end, account=teacher.account)
