"""What a district may set of unapproved_vendor_session, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import HoursOf, Minutes, Seconds, Strict

VendorReason = Literal[
    "none",
    "early",
    "overrun",
    "wrong_system",
    "wrong_approver",
    "no_it_approval",
    "after_hours",
    "sponsor_gone",
    "agreement_ended",
]


class VendorParameters(Strict):
    """unapproved_vendor_session (D4): the approvals are subtracted from the session."""

    grace_before_minutes: Minutes = Field(description="An uncovered time just before approved time may be this long.")
    grace_after_minutes: Minutes = Field(description="An uncovered time just after approved time may be this long.")
    merge_seconds: Seconds = Field(description="A reconnect within this time continues the session.")
    idle_minutes: Minutes = Field(description="A session without a close ends this long after its last activity.")
    cap_hours: HoursOf = Field(description="A session of which no record comes is taken to be at most this long.")
    one_day_hours: HoursOf = Field(description="An approval for longer than this needs IT's signature.")
    second_business_day: bool = Field(
        description="Whether an approval that reaches into a second business day also needs IT's signature."
    )
    break_glass_hours: HoursOf = Field(
        description="An approval by IT recorded this soon after the start ratifies the session (severity low)."
    )
    require_sponsor: bool = Field(description="A vendor without a sponsor in vendors.csv is a reason (sponsor_gone).")
    require_nda: bool = Field(description="A vendor without an NDA in vendors.csv is a reason (agreement_ended).")
