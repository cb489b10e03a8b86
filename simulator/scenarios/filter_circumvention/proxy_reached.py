"""A student is refused three proxies and reaches a fourth, which the firewall takes for education."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: succeeded; the district's own list of domains overrules the firewall."""
    day = stage.school_day(2)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:10")

    for number, host in enumerate(mischief.PROXY_HOSTS[:3]):
        yield mischief.refused(bad + number * MINUTE, student.account, device.address, host)
    for minute in (4, 5, 7):
        yield mischief.reached(
            bad + minute * MINUTE, student.account, device.address, "hidemyhomework.example", category="Education"
        )
    stage.expect("filter_circumvention", "succeeded", bad, bad + 10 * MINUTE, account=student.account)
