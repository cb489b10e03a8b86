"""A teacher uses a Chromebook of the cart that the own class has."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.classbook import class_id
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it was checked out to the class that this teacher teaches."""
    day = stage.school_day(2)
    own = class_id(stage.elementary, 0)
    teacher = stage.take_teacher_of(stage.elementary, 0, day)
    device = stage.spare_chromebook(stage.elementary, "cart")
    start, end = stage.at(day, "10:05"), stage.at(day, "10:25")
    paperwork.check_out(stage, device, stage.at(day, "10:00"), stage.at(day, "10:55"), class_=own)
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
