"""A vendor's account downloads eleven hundred files from its own office."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import CloudLogin, Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: exported_records."""
    start = stage.at(stage.office_day(3), "10:10")
    vendor = paperwork.hire(stage, "photo")
    yield CloudLogin(start - MINUTE, vendor.account, vendor.public)
    yield from acts.exported(vendor.account, vendor.public, start, 1_100)
    stage.expect("bulk_data_pull", "exported_records", start, start + HOUR, account=vendor.account)
