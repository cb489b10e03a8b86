"""A technician has a second account for work on servers, and uses it on the own laptop."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: both accounts are the same person's."""
    day = stage.school_day(1)
    technician = stage.take("ext:it", day)
    laptop, second = technician.laptop, f"adm-{technician.account}"
    assert laptop is not None
    stage.row("accounts", account=second, person=technician.person_id, kind="personal")
    start = stage.at(day, "10:05")
    yield from acts.at_desk(stage.rng, second, laptop, laptop.address, start, start + 40 * MINUTE)
