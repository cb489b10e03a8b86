"""A cart's Chromebook is out with another teacher's class, and somebody uses it with this teacher's login."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.classbook import class_id
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: in_use."""
    day = stage.school_day(1)
    strangers = class_id(stage.elementary, 0)
    teacher = stage.take("teacher", day, school=stage.elementary)
    device = stage.spare_chromebook(stage.elementary, "cart")
    start, end = stage.at(day, "10:05"), stage.at(day, "10:25")
    paperwork.check_out(stage, device, stage.at(day, "10:00"), stage.at(day, "10:55"), class_=strangers)
    yield from acts.on_chromebook(stage.rng, teacher.account, device, start, end)
    stage.expect("staff_account_on_student_device", "in_use", start, end, account=teacher.account)
