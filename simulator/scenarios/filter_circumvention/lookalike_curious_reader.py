"""A student reads about censorship: four searches, and two refused links that the browser fetched ahead."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: 1 for the search, 2 for two hosts."""
    day = stage.school_day(3)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "09:10")

    for minute, words in enumerate(("what+is+a+proxy", "vpn+history", "bypass+censorship+essay", "unblock+meaning")):
        yield mischief.searched(bad + minute * MINUTE, student.account, device.address, words)
    for number, host in enumerate(mischief.PROXY_HOSTS[:2]):
        yield mischief.refused(bad + (5 + number) * MINUTE, student.account, device.address, host)
