"""What a district may set of investigator_misuse, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Strict

MisuseReason = Literal[
    "after_closing",
    "watched_person",
    "self",
    "supervisor",
    "household",
    "many_people",
    "export_without_case",
]


class MisuseParameters(Strict):
    """investigator_misuse (G2): what those who may search the audit trail search."""

    people_per_hour: Count = Field(description="So many different people may be looked up in an hour without a case.")
    watched_people: tuple[str, ...] = Field(description="People (ids) who are looked up only for an open case.")
    watched_roles: tuple[str, ...] = Field(description="Roles whose holders are looked up only for an open case.")
    household_by_name: bool = Field(description="Whether people of the investigator's family name count as family.")
    purposes_without_case: tuple[str, ...] = Field(
        description="Purposes for which no case is needed to take records away."
    )
