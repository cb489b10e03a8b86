"""A closed laptop renews its tokens at home all night long, two nights running."""

from collections.abc import Iterator

from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody signs in, so nobody is online."""
    first, second = stage.school_day(1), stage.school_day(2)
    teacher, laptop = stage.bystander("teacher"), stage.room_pc(stage.high)
    stage.row("assignments", device_id=laptop.device_id, person=teacher.person_id)
    for evening in (first, second):
        start = stage.at(evening, "18:30")
        for minutes in range(0, 300, 20):
            at = start + minutes * MINUTE
            yield SignIn(at, teacher.account, teacher.home, laptop.hostname, interactive=False)
