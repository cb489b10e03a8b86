"""A vendor's integration fetches eleven hundred files under a signed agreement."""

from collections.abc import Iterator

from simulator import acts, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the approval of the integration."""
    start = stage.at(stage.office_day(4), "11:10")
    vendor = paperwork.hire(stage, "bus")
    end, role = start + 24 * HOUR, "ext:director_of_technology"
    named = vendor.account
    paper = paperwork.approve(stage, start - HOUR, end, kind="data_integration", role=role, account=named)
    yield from acts.exported(vendor.account, vendor.public, start, 1_100)
    stage.expect_suppressed("bulk_data_pull", paper, start, start + HOUR, account=vendor.account)
