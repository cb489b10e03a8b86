"""An aide left at noon, and works at the laptop two hours later; the account is disabled in the evening."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: separated."""
    day = stage.school_day(1)
    aide = stage.take("aide", *stage.days_from(1), school=stage.high)
    laptop = aide.laptop
    assert laptop is not None
    paperwork.stand(stage, "separated", stage.at(day, "12:00"), person=aide.person_id)
    paperwork.listed(stage, aide.account, "disabled", stage.at(day, "17:00"))
    paperwork.give_back(stage, aide, returned=stage.at(day, "17:00"))
    start, end = stage.at(day, "14:00"), stage.at(day, "14:40")
    yield from acts.at_desk(stage.rng, aide.account, laptop, laptop.address, start - 6 * HOUR, start - 3 * HOUR)
    yield from acts.at_desk(stage.rng, aide.account, laptop, laptop.address, start, end)
    stage.expect("ended_account_in_use", "separated", start, end, account=aide.account)
