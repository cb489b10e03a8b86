"""A teacher gets around the web proxy: a refused proxy, one that lets pass, encrypted DNS, a bare address."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import SQUID, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: succeeded; squid names no category, the district's domains do."""
    day = stage.school_day(3)
    teacher = stage.take("teacher", day, school=stage.elementary)
    laptop = teacher.laptop
    assert laptop is not None
    start, bad = stage.at(day, "08:00"), stage.at(day, "13:00")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, bad + HOUR)
    who = (teacher.account, laptop.address)
    yield mischief.refused(bad, *who, "unblock-it.example", SQUID)
    yield mischief.reached(bad + MINUTE, *who, "dns-over-https.example", SQUID)
    yield mischief.reached(bad + 2 * MINUTE, *who, "192.0.2.77", SQUID)
    for minute in (3, 4, 6):
        yield mischief.reached(bad + minute * MINUTE, *who, "www.mirror-surf.example", SQUID)
    stage.expect("filter_circumvention", "succeeded", bad, bad + 10 * MINUTE, account=teacher.account)
