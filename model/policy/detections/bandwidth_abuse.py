"""What a district may set of bandwidth_abuse, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Bytes, Count, Minutes, Strict
from model.vocabulary import DeviceClass, DomainCategory

BandwidthReason = Literal["peer_to_peer", "streaming", "downloads"]


class BandwidthParameters(Strict):
    """bandwidth_abuse (D12 b): peer-to-peer traffic, paid streaming, or large downloads in duty time."""

    peer_flows: Count = Field(description="This many flows of `peer_categories` within `peer_minutes` are too many.")
    peer_minutes: Minutes = Field(description="The time in which they are counted.")
    peer_categories: tuple[DomainCategory, ...] = Field(description="Categories that are peer-to-peer traffic.")
    stream_minutes: Minutes = Field(description="A stream that lasts this long is too long.")
    stream_gap_minutes: Minutes = Field(description="Requests no further apart than this are one stream.")
    stream_bytes: Bytes = Field(description="A stream of less than this, where its size is known, was not watched.")
    stream_categories: tuple[DomainCategory, ...] = Field(
        description="Categories of streaming that the district does not allow."
    )
    download_floor: Bytes = Field(description="More data received than this, within `download_minutes`, is too much.")
    download_minutes: Minutes = Field(description="The time over which downloads add up.")
    counted_from: Bytes = Field(description="Smaller responses are not added up.")
    uncounted: tuple[DomainCategory, ...] = Field(description="Categories whose traffic is never counted as downloads.")
    duty_time_only: bool = Field(description="Whether streaming counts in duty time alone, as the other two do.")
    device_classes: tuple[DeviceClass, ...] = Field(
        description="Classes of devices whose traffic counts even if nobody is known to be signed in."
    )
    filter_categories: dict[DomainCategory, tuple[str, ...]] = Field(
        description="Words of web filters and firewalls for a category of ours; matched without case, whole words."
    )
