"""What a district may set of lost_device, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, HoursOf, Minutes, Strict
from model.vocabulary import LossKind, ToldOfLoss

LossReason = Literal["late_report", "no_police_report", "used_after_report", "tracked_without_loss"]
LossCommand = Literal["locate", "screenshot", "camera", "live_view"]
Recipients = tuple[tuple[ToldOfLoss, ...], ...]


class Told(Strict):
    """Who must be told of a loss: one of each list."""

    student: Recipients = Field(description="By a student.")
    employee: Recipients = Field(description="By anybody else.")


class LostDeviceParameters(Strict):
    """lost_device (D9): what must be reported, and what may be done to a device that is not lost."""

    report_within: Literal["next_business_day", "immediately", "no_limit"] = Field(
        description="When a loss must be reported, counted from its discovery."
    )
    immediate_hours: HoursOf = Field(
        description='"Immediately" means within this many hours, between opening and closing.'
    )
    report_kinds: tuple[LossKind, ...] = Field(description="Kinds of loss that must be reported in time.")
    told: Told = Field(description="Who must be told, by who has the device.")
    police_kinds: tuple[LossKind, ...] = Field(description="Kinds of loss that need a police report.")
    police_business_days: Count = Field(description="The police report is due at the end of this business day.")
    used_after_minutes: Minutes = Field(description="Activity this soon after the report is not counted.")
    needs_loss: tuple[LossCommand, ...] = Field(description="Commands that only a lost or stolen device may get.")
    never: tuple[LossCommand, ...] = Field(description="Commands that no device may get, lost or not.")
    critical: tuple[LossCommand, ...] = Field(description="Commands that make a finding critical.")
    queued_hours: HoursOf = Field(
        description="A command carried out this soon after the recovery counts as given before it."
    )
