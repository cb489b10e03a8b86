"""The inventory lists a cart's Chromebook as one student's own; ten students use it in a day."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: eight users in a week are a question to the inventory, not to ten students."""
    day = stage.school_day(3)
    device = stage.spare_chromebook(stage.high)
    stage.row("assignments", device_id=device.device_id, person=stage.high.students[0].person_id)
    for number in range(10):
        student = stage.take("student", day, school=stage.high)
        start = stage.at(day, "08:05") + number * 35 * MINUTE
        yield from acts.on_chromebook(stage.rng, student.account, device, start, start + 25 * MINUTE)
