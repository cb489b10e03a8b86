"""A teacher's laptop calls the district's own VPN and a vendor's, and is refused two proxies."""

from collections.abc import Iterator

from simulator import acts, address_plan, mischief
from simulator.happenings import Flow, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: tunnels to the district's and its vendors' own gateways are no signal."""
    day = stage.school_day(4)
    teacher = stage.take("teacher", day, school=stage.high)
    laptop = teacher.laptop
    assert laptop is not None
    start = stage.at(day, "12:40")
    yield from acts.at_desk(stage.rng, teacher.account, laptop, laptop.address, start, start + HOUR)
    gateways = (address_plan.GATEWAY, address_plan.OLD_GATEWAY, address_plan.VENDOR_GATEWAY)
    for number, gateway in enumerate(gateways):
        yield Flow(
            start + (5 + number) * MINUTE,
            teacher.account,
            laptop.address,
            gateway,
            1_194,
            17,
            "udp/1194",
            90_000,
            400_000,
            120,
        )
    for number, host in enumerate(mischief.PROXY_HOSTS[:2]):
        yield mischief.refused(start + (12 + number) * MINUTE, teacher.account, laptop.address, host)
