"""A teacher gave the laptop to a colleague a week ago, and uses it once more."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: more than three school days after the change of hands."""
    changed, day = stage.school_day(0), stage.school_day(5)
    giver, taker = (stage.take("teacher", *stage.school_days_from(0), school=stage.high) for _ in range(2))
    laptop, when = giver.laptop, stage.clock.iso(stage.at(changed, "08:00"))
    assert laptop is not None
    stage.company.hand_over(giver, laptop, when)
    stage.row("assignments", device_id=laptop.device_id, person=taker.person_id, valid_from=when)
    start, end = stage.at(day, "10:05"), stage.at(day, "10:50")
    yield from acts.at_desk(stage.rng, taker.account, laptop, laptop.address, stage.at(day, "08:05"), start - HOUR)
    yield from acts.at_desk(stage.rng, giver.account, laptop, laptop.address, start, end)
    stage.expect("device_used_by_another", "other", start, end, device_id=laptop.device_id)
