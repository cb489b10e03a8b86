"""The registrar downloads twelve hundred files at the end of the term, as the duty list says."""

from collections.abc import Iterator

from simulator import acts, address_plan, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    start = stage.at(stage.school_day(3), "09:05")
    aide = stage.bystander("aide")
    paper = paperwork.exempt(stage, "bulk_data_pull", start - HOUR, start + 24 * HOUR, account=aide.account)
    yield from acts.exported(aide.account, address_plan.EGRESS, start, 1_200)
    stage.expect_suppressed("bulk_data_pull", paper, start, start + HOUR, account=aide.account)
