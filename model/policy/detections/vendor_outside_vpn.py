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

    slack_minutes: Minutes = Field(description="A tunnel that was open so long before or after counts.")
    hold_minutes: Minutes = Field(description="The verdict waits so long after the VPN's records have been read.")
    alive_hours: HoursOf = Field(
        description="A VPN that wrote nothing for so long before and after is not known to have been heard."
    )
    cap_hours: HoursOf = Field(description="A tunnel whose end or beginning nobody recorded may be this long.")
    presence_hours: HoursOf = Field(description="A sign-in at a school's access point shows presence for so long.")
    console_classes: tuple[DeviceClass, ...] = Field(
        description="Device classes at whose own screen nobody sits without a visit; at others the screen is presence."
    )
    tool_classes: tuple[StaffedClass, ...] = Field(description="Device classes on which a remote-support tool counts.")
    tool_minutes: Minutes = Field(description="Traffic of a tool that lasts so long is a session.")
    tool_bytes: Bytes = Field(description="So much traffic of a tool is a session, however short.")
    tool_apps: tuple[str, ...] = Field(description="Names, or parts of names, of remote-support tools in records.")
    tool_words: tuple[str, ...] = Field(description="Words of web filters for remote-support tools.")
    silent_minutes: Minutes = Field(
        description="A source that paused longer, and longer than is usual of it, was silent."
    )
    required_sources: tuple[SourceId, ...] = Field(
        description="Sources that must watch a vendor's session; empty: every source of sign-ins and of the web filter."
    )
