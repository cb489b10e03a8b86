"""What a district may set of silent_source, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, Minutes, Percent, Strict

SilentReason = Literal["silent", "fewer_records"]


class SilentSourceParameters(Strict):
    """silent_source (G1): a source against itself, in its own last weeks."""

    gap_factor: Count = Field(description="Silent is longer than so many times what is usual in that hour.")
    shortest_minutes: Minutes = Field(description="Shorter time without a record is never a silence; 10 at least.")
    drop_percent: Percent = Field(description="An hour with less than this share of what is usual has too few records.")
    critical_percent: Percent = Field(description="If this share of what is usual is missing, it is critical.")
    least_records: Count = Field(description="Hours in which fewer are usual are too small to count.")
    missed_records: Count = Field(description="A silence misses at least so many records of what is usual.")
    baseline_days: Days = Field(description="How far back a source is compared with itself.")
    young_days: Days = Field(description="Nothing is said in the first days of a source.")
