"""A student brings up a WireGuard tunnel that moves megabytes, after four refused proxies."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Flow, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: succeeded, since the tunnel carried more than 10 kB each way."""
    day = stage.school_day(2)
    student = stage.take("student", day, school=stage.high)
    device = student.laptop
    assert device is not None
    yield from acts.on_chromebook(stage.rng, student.account, device, stage.at(day, "09:00"), stage.at(day, "11:00"))
    bad = stage.at(day, "10:30")

    for number, host in enumerate(mischief.PROXY_HOSTS[:4]):
        yield mischief.refused(bad + number * MINUTE, student.account, device.address, host)
    yield Flow(
        bad + 6 * MINUTE,
        student.account,
        device.address,
        "192.0.2.240",
        51_820,
        17,
        "udp/51820",
        1_400_000,
        6_900_000,
        300,
    )
    stage.expect("filter_circumvention", "succeeded", bad, bad + 10 * MINUTE, account=student.account)
