"""A Chromebook's battery dies and the student takes another; for a minute and a half both are on."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: less than five minutes is a hand-off."""
    day = stage.school_day(2)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None

    other = stage.spare_chromebook(stage.high)
    died = stage.at(day, "10:20")
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:05"), died, leave=False)
    yield from acts.on_chromebook(stage.rng, student.account, other, died - 90_000, stage.at(day, "11:20"))
