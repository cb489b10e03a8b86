"""A laptop's operating system speaks Teredo by itself, and three proxy hosts are refused."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Flow, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: Teredo is no tunnel of anybody's making; 3 is below 5."""
    day = stage.school_day(2)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    start = stage.at(day, "13:00")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)
    yield Flow(
        start + 5 * MINUTE, teacher.account, laptop.address, "192.0.2.201", 3_544, 17, "udp/3544", 24_000, 31_000, 60
    )
    for number, host in enumerate(mischief.PROXY_HOSTS[:3]):
        yield mischief.refused(start + (7 + number) * MINUTE, teacher.account, laptop.address, host)
