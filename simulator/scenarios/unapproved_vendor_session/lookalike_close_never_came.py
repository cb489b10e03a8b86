"""The line dropped and the closing message was never written."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import OPENVPN
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is judged to its last activity, not to an inferred end."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "copper")
    paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "11:00"), vendor=vendor.vendor, system="hvac1")
    yield from paperwork.session(vendor, stage.at(day, "09:15"), stage.at(day, "10:50"), gateway=OPENVPN, close=False)
