"""A teacher downloads eleven hundred files of the shared drive in an hour."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: exported_records, more than twice the floor."""
    start = stage.at(stage.school_day(1), "12:45")
    teacher = stage.bystander("teacher")
    yield from acts.exported(teacher.account, address_plan.EGRESS, start, 1_100)
    stage.expect("bulk_data_pull", "exported_records", start, start + HOUR, account=teacher.account)
