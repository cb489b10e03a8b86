"""A technician works at a teacher's laptop for twenty minutes, without a ticket."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, though it is only worth knowing."""
    day = stage.school_day(2)
    teacher, technician = stage.take("teacher", day, school=stage.elementary), stage.take("ext:it", day)
    laptop = teacher.laptop
    assert laptop is not None
    start, end = stage.at(day, "12:05"), stage.at(day, "12:25")
    yield from acts.at_desk(stage.rng, technician.account, laptop, laptop.address, start, end)
    stage.expect("device_used_by_another", "technician", start, end, device_id=laptop.device_id)
