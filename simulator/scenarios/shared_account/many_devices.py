"""One student's login on nine lab computers in a day, one after the other."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: many_devices; nobody else at that school uses four."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    start = stage.at(day, "08:05")
    for number in range(9):
        pc = stage.spare_pc(stage.high)
        begun = start + number * 20 * MINUTE
        yield from acts.at_desk(stage.rng, student.account, pc, pc.address, begun, begun + 12 * MINUTE)
    stage.expect("shared_account", "many_devices", start, start + 3 * HOUR, account=student.account)
