"""A laptop is used at home all evening on two days, by sign-ins of its own; no filter sees it."""

from collections.abc import Iterator

from simulator.happenings import Happening, SignIn
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: an interactive sign-in every twelve minutes for an hour and a half, on two days of a week."""
    first, second = stage.school_day(1), stage.school_day(2)
    stage.school_day(4)  # an agent may tell late: nothing is said for a day and a half
    teacher, laptop = stage.bystander("teacher"), stage.room_pc(stage.high)
    stage.row("assignments", device_id=laptop.device_id, person=teacher.person_id)
    for evening in (first, second):
        start = stage.at(evening, "18:45")
        for minutes in range(0, 97, 12):
            yield SignIn(start + minutes * MINUTE, teacher.account, teacher.home, laptop.hostname)
    stage.expect("unfiltered_device", "unfiltered", start, start + 96 * MINUTE, device_id=laptop.device_id)
