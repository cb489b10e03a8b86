"""What a district may set of vendor_outside_vpn, and the reasons it finds."""

from typing import Annotated, Literal

from pydantic import Field

from model.policy.parameters import Bytes, HoursOf, Minutes, Strict
from model.vocabulary import DeviceClass

OutsideVpnReason = Literal["no_vpn", "remote_tool", "unmonitored"]
StaffedClass = Literal["staff", "server", "lab", "kiosk", "library", "testing", "vdi"]
SourceId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class OutsideVpnParameters(Strict):
    """vendor_outside_vpn (D5): a vendor inside without the VPN, by a remote tool, or while nobody watched."""

    slack_minutes: Minutes = Field(description="A tunnel counts if it was open this long before or after the logon.")
    hold_minutes: Minutes = Field(
        description="The detection waits until the VPN's records have been read this long beyond the logon."
    )
    alive_hours: HoursOf = Field(
        description="If the VPN wrote no record this long before and after, nothing is decided."
    )
    cap_hours: HoursOf = Field(
        description="The longest that a tunnel is taken to be open if its beginning or end was not recorded."
    )
    presence_hours: HoursOf = Field(
        description="A sign-in at a school's access point shows for this long that somebody is on site."
    )
    console_classes: tuple[DeviceClass, ...] = Field(
        description="Device classes at whose screen a logon does not show that somebody is on site."
    )
    tool_classes: tuple[StaffedClass, ...] = Field(description="Device classes on which a remote-support tool counts.")
    tool_minutes: Minutes = Field(description="Traffic of a tool that lasts this long is a session.")
    tool_bytes: Bytes = Field(description="This much traffic of a tool is a session, even if it is short.")
    tool_apps: tuple[str, ...] = Field(description="Names, or parts of names, of remote-support tools in records.")
    tool_words: tuple[str, ...] = Field(description="Words of web filters for remote-support tools.")
    silent_minutes: Minutes = Field(
        description="A source was silent if it paused for longer than this, and for longer than it usually does."
    )
    required_sources: tuple[SourceId, ...] = Field(
        description="Sources that must watch a vendor's session; empty: every source of sign-ins and of the web filter."
    )
