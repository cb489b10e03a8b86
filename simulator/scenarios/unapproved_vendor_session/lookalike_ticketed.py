"""A vendor with a ticket for each day comes each day."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.paperwork import ASA, OPENVPN
from simulator.school_year import office_days
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: every session lies in its ticket."""
    vendor = paperwork.hire(stage, "copier")
    for number, day in enumerate(office_days(stage.district.options)):
        start, end = stage.at(day, "09:30"), stage.at(day, "11:00")
        paperwork.approve(stage, stage.at(day, "09:00"), stage.at(day, "12:00"), vendor=vendor.vendor, system="print1")
        gateway = OPENVPN if number % 2 else ASA
        yield from paperwork.session(vendor, start, end, gateway=gateway, host="print1")
