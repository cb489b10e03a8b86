"""A student looks for ways around, tries encrypted DNS and four refused proxies."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: attempted."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:20")

    yield mischief.searched(bad, student.account, device.address, "how+to+bypass+school+filter+proxy")
    yield mischief.reached(
        bad + MINUTE,
        student.account,
        device.address,
        "resolver.dns-over-https.example",
        category="Information Technology",
        size=4_000,
    )
    for number, host in enumerate(mischief.PROXY_HOSTS[:4], start=2):
        yield mischief.refused(bad + number * MINUTE, student.account, device.address, host)
    stage.expect("filter_circumvention", "attempted", bad, bad + 10 * MINUTE, account=student.account)
