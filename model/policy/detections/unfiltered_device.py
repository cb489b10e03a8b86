"""What a district may set of unfiltered_device, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, HoursOf, Minutes, Percent, Strict
from model.vocabulary import DeviceClass

UnfilteredReason = Literal["unfiltered"]


class UnfilteredDeviceParameters(Strict):
    """unfiltered_device (D8): a device online away from the district, of which the web filter has no record."""

    classes: tuple[DeviceClass, ...] = Field(description="Device classes that are filtered wherever they are.")
    active_minutes: Minutes = Field(description="Shorter time online in a school day says nothing.")
    join_minutes: Minutes = Field(
        description="Check-ins that it makes by itself count as one stretch up to this far apart."
    )
    used_minutes: Minutes = Field(description="The same, where somebody signed in, logged on or unlocked it.")
    margin_minutes: Minutes = Field(description="A record of the filter so near a proof shows that it was filtered.")
    days: Count = Field(description="On so many school days it is a violation; on fewer it is watched.")
    window_days: Days = Field(description="The days in which those are counted.")
    verdict_hours: HoursOf = Field(description="Devices upload late: nothing is missing before so many hours.")
    fleet_percent: Percent = Field(description="If this share of the devices online is silent, it is the filter.")
    fleet_devices: Count = Field(description="Fewer silent devices say nothing about the filter.")
    full_tunnel: bool = Field(description="Whether all traffic of a VPN goes through the district, and its filter.")
