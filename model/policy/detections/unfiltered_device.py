"""What a district may set of unfiltered_device, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, HoursOf, Minutes, Percent, Strict
from model.vocabulary import DeviceClass

UnfilteredReason = Literal["agent_unhealthy", "unfiltered"]


class UnfilteredDeviceParameters(Strict):
    """unfiltered_device (D8): a device online away from the district, of which the web filter has no record."""

    classes: tuple[DeviceClass, ...] = Field(description="Device classes that are filtered wherever they are.")
    active_minutes: Minutes = Field(description="A shorter time online in a school day does not count.")
    join_minutes: Minutes = Field(
        description="Check-ins that the device makes by itself are one stretch if they are at most this far apart."
    )
    used_minutes: Minutes = Field(
        description="The same for times when somebody signed in, logged on or unlocked the device."
    )
    margin_minutes: Minutes = Field(
        description="If the filter has a record of the device within this time, the device was filtered."
    )
    days: Count = Field(description="It is a violation if it happens on this many school days.")
    window_days: Days = Field(description="The days in which those are counted.")
    verdict_hours: HoursOf = Field(
        description="Devices upload late: nothing counts as missing before this many hours have passed."
    )
    fleet_percent: Percent = Field(
        description="If this share of the devices online in the same hours has no record of the filter, the filter "
        "itself was out."
    )
    fleet_devices: Count = Field(description="With fewer such devices, nothing is concluded about the filter.")
    full_tunnel: bool = Field(description="Whether all traffic of a VPN goes through the district, and its filter.")
