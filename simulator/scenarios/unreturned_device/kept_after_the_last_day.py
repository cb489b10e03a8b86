"""A teacher was separated and the account disabled; nobody brought the laptop back."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import CloudLogin, Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: not_returned, from the next morning."""
    day, last = stage.school_day(0), stage.school_day(4)
    teacher = stage.take("teacher", *stage.district.options.dates, school=stage.high)
    assert teacher.laptop is not None
    ended = stage.at(day, "15:00")
    paperwork.stand(stage, "separated", ended, person=teacher.person_id)
    paperwork.listed(stage, teacher.account, "disabled", ended + HOUR)
    yield CloudLogin(ended + 2 * HOUR, teacher.account, teacher.home, "login_failure")
    end = stage.at(last, "23:59")
    stage.expect("unreturned_device", "not_returned", ended, end, device_id=teacher.laptop.device_id)
