"""A teacher was separated, and nobody disabled the account; the phone at home tries an old password."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import CloudLogin, Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: still_enabled."""
    day, last = stage.school_day(0), stage.school_day(4)
    teacher = stage.take("teacher", *stage.district.options.dates, school=stage.high)
    ended = stage.at(day, "17:00")
    paperwork.stand(stage, "separated", ended, person=teacher.person_id)
    paperwork.give_back(stage, teacher, returned=ended)
    yield CloudLogin(ended + HOUR, teacher.account, teacher.home, "login_failure")
    stage.expect("ended_account_in_use", "still_enabled", ended, stage.at(last, "23:59"), account=teacher.account)
