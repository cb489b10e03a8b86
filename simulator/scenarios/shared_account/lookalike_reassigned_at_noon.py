"""A Chromebook goes from one student to another at noon, by the book."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: each uses it in the own half of the day, and on the days after each has the own one."""
    day, *later = stage.school_days_from(3)
    noon = stage.clock.iso(stage.at(day, "12:00"))
    giver, taker = (stage.take("student", day, *later, school=stage.high) for _ in range(2))
    device, new = giver.laptop, stage.spare_chromebook(stage.high)
    assert device is not None
    stage.company.replaced.add((device.device_id, giver.person_id))
    stage.row("assignments", device_id=device.device_id, person=giver.person_id, valid_to=noon)
    stage.row("assignments", device_id=device.device_id, person=taker.person_id, valid_from=noon)
    stage.row("assignments", device_id=new.device_id, person=giver.person_id, valid_from=noon)
    yield from acts.on_chromebook(stage.rng, giver.account, device, stage.at(day, "08:30"), stage.at(day, "11:40"))
    yield from acts.on_chromebook(stage.rng, giver.account, new, stage.at(day, "12:45"), stage.at(day, "13:30"))
    yield from acts.on_chromebook(stage.rng, taker.account, device, stage.at(day, "12:41"), stage.at(day, "13:30"))
    for day in later:
        start, end = stage.at(day, "09:02"), stage.at(day, "09:50")
        yield from acts.on_chromebook(stage.rng, giver.account, new, start, end)
        yield from acts.on_chromebook(stage.rng, taker.account, device, start, end)
