"""What a district may set of bulk_data_pull, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Bytes, Count, Days, HoursOf, Minutes, Percent, Strict
from model.vocabulary import DomainCategory

BulkReason = Literal["whole_export", "exported_records", "unsanctioned_storage"]


class BulkParameters(Strict):
    """bulk_data_pull (D12 a): more records exported, or more data sent to unsanctioned storage, than is usual."""

    record_floor: Count = Field(description="This many exported records or fewer are never too many.")
    record_hours: HoursOf = Field(description="The time over which exported records add up.")
    byte_floor: Bytes = Field(description="This much data sent to unsanctioned storage, or less, is never too much.")
    byte_minutes: Minutes = Field(description="The time over which such data adds up.")
    cohort_percentile: Percent = Field(description="More than this percentile of people of the same role is unusual.")
    cohort_days: Days = Field(description="How far back the role is counted, on the same weekday.")
    cohort_min_samples: Count = Field(description="With fewer known amounts of the role, nobody knows what is usual.")
    cold_start_factor: Count = Field(
        description="While too few amounts are known, the floor is multiplied by this (not for a vendor)."
    )
    storage: tuple[DomainCategory, ...] = Field(
        description="Categories of hosts that are storage which the district has not sanctioned."
    )
    filter_categories: dict[DomainCategory, tuple[str, ...]] = Field(
        description="Words of web filters and firewalls for a category of ours; matched without case, whole words."
    )
    whole_exports: tuple[str, ...] = Field(description="The vendor's words for an export of everything at once.")
