"""A vendor signs in to the cloud office from the own company."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import CloudLogin, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a cloud service is not inside."""
    day = stage.office_day(1)
    vendor = paperwork.hire(stage, "yearbook")
    for number in range(3):
        yield CloudLogin(stage.at(day, "10:00") + number * 20 * MINUTE, vendor.account, vendor.public)
