"""A teacher has a colleague's laptop since the day before it was written down."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the grace is for the new user, too."""
    day, written = stage.school_day(1), stage.school_day(2)
    giver, taker = (stage.take("teacher", *stage.school_days_from(1), school=stage.elementary) for _ in range(2))
    laptop, when = giver.laptop, stage.clock.iso(stage.at(day, "07:30"))
    assert laptop is not None
    stage.company.hand_over(giver, laptop, when)
    stage.row(
        "assignments",
        device_id=laptop.device_id,
        person=taker.person_id,
        valid_from=stage.clock.iso(stage.at(written, "12:00")),
    )
    start = stage.at(day, "10:05")
    yield from acts.at_desk(stage.rng, taker.account, laptop, laptop.address, start, start + 40 * MINUTE)
