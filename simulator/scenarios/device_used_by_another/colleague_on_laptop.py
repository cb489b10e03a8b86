"""A teacher works at a colleague's laptop for an hour; the colleague is not in."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found."""
    day = stage.school_day(2)
    owner, colleague = (stage.take("teacher", day, school=stage.high) for _ in range(2))
    laptop = owner.laptop
    assert laptop is not None
    start, end = stage.at(day, "09:05"), stage.at(day, "10:05")
    yield from acts.at_desk(stage.rng, colleague.account, laptop, laptop.address, start, end)
    stage.expect("device_used_by_another", "other", start, end, device_id=laptop.device_id)
