"""What a district may set of unapproved_privilege_change, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, HoursOf, Minutes, Strict

PrivilegeReason = Literal["logging_disabled", "self_granted", "brief", "unapproved"]


class PrivilegeParameters(Strict):
    """unapproved_privilege_change (D11): a right was given, or a safeguard weakened, and nobody had approved it."""

    approval_days: Days = Field(description="An approval counts if it was written down this long before the change.")
    brief_minutes: Minutes = Field(description="A right that is taken back this soon counts as brief.")
    first_use_hours: HoursOf = Field(description="A use this soon after the change raises the severity by one step.")
    resync_hours: HoursOf = Field(
        description="A service account that adds whom it had removed this recently has granted nothing."
    )
    review_business_days: Count = Field(
        description="A break-glass approval counts if it is written down before the end of this business day after."
    )
    admin_words: tuple[str, ...] = Field(
        description="Words in the name of a group or organizational unit that make it a right of administrators."
    )
    sensitive_words: tuple[str, ...] = Field(
        description="Words that make it another right that counts; a service account that gives it does its work."
    )
    filter_words: tuple[str, ...] = Field(
        description="Words that say that the web filter spares a group or unit; a service account may give it, too."
    )
    ordinary_words: tuple[str, ...] = Field(
        description="Words that make a name with one of `sensitive_words` an ordinary one, which everybody has."
    )
    entitlements: tuple[str, ...] = Field(
        description="More names of groups and organizational units that count; they may end with *."
    )
    harmless: tuple[str, ...] = Field(description="Names that do not count, whatever their words; they may end with *.")
    mfa_names: tuple[str, ...] = Field(description="What an approval may call the second factor as its entitlement.")
    activations: tuple[str, ...] = Field(
        description="The vendor's words for taking up a role that was given before; they grant nothing."
    )
    password_length: Count = Field(description="A shorter minimum length of passwords is a weaker password policy.")
