"""A student installs a VPN extension and is refused three proxies before that."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: attempted (3 for the extension, 3 for three hosts)."""
    day = stage.school_day(4)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "09:30")

    for number, host in enumerate(mischief.PROXY_HOSTS[:3]):
        yield mischief.refused(bad + number * MINUTE, student.account, device.address, host)
    detail = (
        ("APP_ID", "pbnkexampleexampleexampleexample"),
        ("APP_NAME", "Paper Plane VPN - Unlimited Proxy"),
        ("EXTENSION_ACTION", "INSTALL"),
    )
    yield acts.chrome(bad + 6 * MINUTE, "BROWSER_EXTENSION_INSTALL", student.account, device, detail=detail)
    stage.expect("filter_circumvention", "attempted", bad, bad + 10 * MINUTE, account=student.account)
