"""Two teachers who share a class share a laptop, by an administrator's exemption."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(1)
    owner, colleague = (stage.take("teacher", day, school=stage.elementary) for _ in range(2))
    laptop = owner.laptop
    assert laptop is not None
    start, end = stage.at(day, "13:00"), stage.at(day, "13:50")
    paper = paperwork.exempt(
        stage,
        "device_used_by_another",
        stage.at(day, "00:00"),
        stage.at(day, "23:00"),
        device_id=laptop.device_id,
    )
    yield from acts.at_desk(stage.rng, colleague.account, laptop, laptop.address, start, end)
    stage.expect_suppressed("device_used_by_another", paper, start, end, device_id=laptop.device_id)
