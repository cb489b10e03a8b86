"""HR posts in the afternoon that an aide was separated in the morning; the laptop was used in between."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: separated, whatever was known then."""
    day = stage.school_day(2)
    aide = stage.take("aide", *stage.days_from(2), school=stage.elementary)
    laptop = aide.laptop
    assert laptop is not None
    posted = stage.at(day, "15:00")
    paperwork.stand(stage, "separated", stage.at(day, "08:00"), person=aide.person_id, recorded=posted)
    paperwork.listed(stage, aide.account, "disabled", posted + HOUR // 2)
    paperwork.give_back(stage, aide, returned=posted)
    start, end = stage.at(day, "10:05"), stage.at(day, "10:50")
    yield from acts.at_desk(stage.rng, aide.account, laptop, laptop.address, start, end)
    stage.expect("ended_account_in_use", "separated", start, end, account=aide.account)
