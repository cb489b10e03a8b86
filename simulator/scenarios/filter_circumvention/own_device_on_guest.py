"""A registered device of somebody's own, on guest wireless, where nobody signs in."""

from collections.abc import Iterator

from simulator import address_plan, mischief
from simulator.happenings import Happening, Lease
from simulator.local_time import MINUTE
from simulator.people import private_mac
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: attempted, on the device."""
    day = stage.school_day(1)
    site = stage.high
    number = stage.company.next_spare()
    mac, address = private_mac(number), address_plan.inside(site.octet, address_plan.GUESTS, 4_000 + number)
    device_id = f"BYOD-{number:03d}"
    stage.row("devices", device_id=device_id, mac=mac, class_="byod", org=site.org)
    bad = stage.at(day, "11:05")
    yield Lease(bad - 5 * MINUTE, "sought", address, mac, "tablet")
    yield from mischief.hammer(bad, "", address)
    stage.expect("filter_circumvention", "attempted", bad, bad + 10 * MINUTE, device_id=device_id)
