"""Somebody in IT orders a copy of all that the district has in the cloud office."""

from collections.abc import Iterator

from simulator import address_plan
from simulator.happenings import Console, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: whole_export."""
    at = stage.at(stage.office_day(2), "17:40")
    technician = stage.bystander("ext:it")
    detail = (("OBFUSCATED_CUSTOMER_TAKEOUT_REQUEST_ID", "00examp1e0000"),)
    kind, event = "CUSTOMER_TAKEOUT", "CUSTOMER_TAKEOUT_CREATED"
    yield Console(at, "admin", kind, event, technician.account, address_plan.EGRESS, detail)
    stage.expect("bulk_data_pull", "whole_export", at, at, account=technician.account)
