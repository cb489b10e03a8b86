"""A teacher hands the laptop over, and uses it once more the day after."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: within three school days of the change of hands."""
    changed, day = stage.school_day(1), stage.school_day(2)
    giver, taker = (stage.take("teacher", *stage.school_days_from(1), school=stage.high) for _ in range(2))
    laptop, when = giver.laptop, stage.clock.iso(stage.at(changed, "08:00"))
    assert laptop is not None
    stage.company.hand_over(giver, laptop, when)
    stage.row("assignments", device_id=laptop.device_id, person=taker.person_id, valid_from=when)
    start = stage.at(day, "10:05")
    yield from acts.at_desk(stage.rng, giver.account, laptop, laptop.address, start, start + 40 * MINUTE)
    yield from acts.at_desk(stage.rng, taker.account, laptop, laptop.address, start + HOUR, start + 2 * HOUR)
