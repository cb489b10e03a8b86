"""What a district may set of device_used_by_another, and the reasons it finds."""

from typing import Annotated, Literal

from pydantic import Field

from model.policy.parameters import Count, Minutes, Strict
from model.vocabulary import DeviceClass

OtherUserReason = Literal["outsider", "other", "technician"]
SchoolDays = Annotated[int, Field(ge=0, le=30, json_schema_extra={"unit": "school days"})]


class OtherUserParameters(Strict):
    """device_used_by_another (D2): a person at a device that was given to somebody else."""

    classes: tuple[DeviceClass, ...] = Field(description="Device classes that belong to their assignee alone.")
    least_minutes: Minutes = Field(description="A shorter session does not count.")
    grace_school_days: SchoolDays = Field(
        description="For this long after and before a device changes hands, the old and the new holder may both use it."
    )
    shared_users: Count = Field(
        description="A device that this many people used counts as shared, whatever the tables say."
    )
    shared_days: Annotated[int, Field(ge=1, le=7, json_schema_extra={"unit": "days"})] = Field(
        description="The days in which they are counted."
    )
    loans: bool = Field(
        description="Whether a recorded loan excuses. Turn it off where nobody else may ever use the device."
    )
    swap_minutes: Minutes = Field(description="A device_swap ticket excuses this long before and after it.")
    technician_roles: tuple[str, ...] = Field(description="IT roles: people who work on other people's devices.")
    outsider_roles: tuple[str, ...] = Field(
        description="Roles of outsiders. Somebody who also has another role is not an outsider."
    )
