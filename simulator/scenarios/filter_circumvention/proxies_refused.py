"""A student tries proxy after proxy for eight minutes; the filter refuses every one."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: attempted, by more than ten refusals in ten minutes."""
    day = stage.school_day(1)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:00")

    yield from mischief.hammer(bad, student.account, device.address)
    stage.expect("filter_circumvention", "attempted", bad, bad + 10 * MINUTE, account=student.account)
