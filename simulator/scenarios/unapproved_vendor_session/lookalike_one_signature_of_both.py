"""Three days, signed by the director of technology, who is administrator and IT in one."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: one row suffices."""
    days = stage.run_of_weekdays(0, 3)
    vendor = paperwork.hire(stage, "servers")
    paperwork.approve(
        stage,
        stage.at(days[0], "08:00"),
        stage.at(days[2], "16:30"),
        role="ext:director_of_technology",
        vendor=vendor.vendor,
        system="hvac1",
    )
    for day in days[1:]:
        yield from paperwork.session(vendor, stage.at(day, "13:00"), stage.at(day, "14:30"), gateway=OPENVPN)
