"""A separated aide tries the old password again and again."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Desk, Happening, Ticket
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody got in, and the account was disabled in time."""
    day = stage.school_day(4)
    aide = stage.take("aide", *stage.days_from(3), school=stage.high)
    laptop = aide.laptop
    assert laptop is not None
    ended = stage.at(stage.school_day(3), "12:00")
    paperwork.stand(stage, "separated", ended, person=aide.person_id)
    paperwork.listed(stage, aide.account, "disabled", ended + HOUR)
    paperwork.give_back(stage, aide, returned=ended)
    for number in range(4):
        at = stage.at(day, "09:05") + number * MINUTE
        yield Desk(at, laptop.feed, "failed", aide.account, laptop.hostname)
        yield Ticket(at, "pre_auth_failed", aide.account, laptop.address)
