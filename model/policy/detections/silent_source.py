"""What a district may set of silent_source, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, Minutes, Percent, Strict

SilentReason = Literal["silent", "fewer_records"]


class SilentSourceParameters(Strict):
    """silent_source (G1): a source against itself, in its own last weeks."""

    gap_factor: Count = Field(
        description="A source is silent after this many times the longest gap that is usual in that hour."
    )
    shortest_minutes: Minutes = Field(description="A shorter time without a record is never a silence; at least 10.")
    drop_percent: Percent = Field(description="An hour with less than this share of what is usual has too few records.")
    critical_percent: Percent = Field(
        description="If this share of the usual records is missing, the severity is critical."
    )
    least_records: Count = Field(description="Hours in which fewer records are usual are not judged.")
    missed_records: Count = Field(description="In a silence at least this many of the usual records must be missing.")
    baseline_days: Days = Field(description="How far back a source is compared with itself.")
    young_days: Days = Field(description="A new source is not judged in its first days.")
