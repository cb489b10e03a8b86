"""What a district may set of unreturned_device, and the reasons it finds."""

from typing import Annotated, Literal

from pydantic import Field

from model.policy.parameters import BusinessDays, Strict
from model.policy.rules import Clock
from model.vocabulary import DeviceClass

UnreturnedReason = Literal["not_returned", "redeployed"]


class UnreturnedParameters(Strict):
    """unreturned_device (D10): a device that its holder had to give back and did not, or that was passed on unwiped."""

    classes: tuple[DeviceClass, ...] = Field(description="Device classes that one person holds and gives back.")
    sweep_at: Clock = Field(description="When in the morning missing devices are looked for, local wall clock, HH:MM.")
    escalate_business_days: Annotated[tuple[BusinessDays, ...], Field(max_length=5)] = Field(
        description="After each of these business days the severity rises by a step."
    )
    end_of_school_year: bool = Field(description="Students give their devices back by the last day of instruction.")
    redeploy_returned: bool = Field(
        description="A device goes to the next person only after it was returned and wiped (reason redeployed)."
    )
