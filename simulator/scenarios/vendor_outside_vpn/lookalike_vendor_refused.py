"""A vendor's account is tried on a server from outside, and refused."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening, Shell
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: nobody got in."""
    day = stage.office_day(2)
    vendor = paperwork.hire(stage, "elevator")
    for number in range(5):
        at = stage.at(day, "10:00") + number * MINUTE
        yield Shell(at, "failed", "hvac1", vendor.account, vendor.public)
