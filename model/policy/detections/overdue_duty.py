"""What a district may set of overdue_duty: each duty on or off, with its numbers; and the reasons it finds."""

from typing import Annotated, Literal

from pydantic import Field

from model.policy.parameters import BusinessDays, Days, Strict
from model.vocabulary import DeviceClass

SchoolDays = Annotated[int, Field(ge=1, le=200, json_schema_extra={"unit": "school days"})]
DutyReason = Literal[
    "acknowledgement",
    "student_contract",
    "password",
    "encryption",
    "software",
    "unblock_decision",
    "unblock_expired",
    "sponsor",
    "purchase",
    "check_in",
]


class PasswordDuty(Strict):
    """Changing one's password once per term."""

    on: bool = Field(description="Whether passwords must be changed once per term.")
    roles: tuple[str, ...] = Field(description="Whose passwords.")


class AcknowledgementDuty(Strict):
    """Acknowledging the policy every school year."""

    on: bool = Field(description="Whether the policy must be acknowledged every school year.")
    roles: tuple[str, ...] = Field(description="By whom.")
    days: Days = Field(description="Within so many days of the first day of the school year or of the work.")


class ContractDuty(Strict):
    """Signing the student contract."""

    on: bool = Field(description="Whether students must sign a contract every school year.")
    days: Days = Field(description="Within so many days of the first day of the school year or of the enrollment.")


class EncryptionDuty(Strict):
    """Keeping a device encrypted and locked, as the device management checks it."""

    on: bool = Field(description="Whether devices must comply.")
    days: Days = Field(description="A device may be reported as not compliant for so many days.")


class SoftwareDuty(Strict):
    """Removing software that was not approved."""

    on: bool = Field(description="Whether software that software.csv does not approve must be removed.")
    days: Days = Field(description="Within so many days of its installation.")


class UnblockDuty(Strict):
    """Deciding requests to unblock a site, and ending what was granted for a time."""

    decision_on: bool = Field(description="Whether requests must be decided in time.")
    business_days: BusinessDays = Field(description="Within so many business days.")
    expired_on: bool = Field(description="Whether a site granted for a time must be blocked again.")


class SponsorDuty(Strict):
    """Somebody in the district answering for each company."""

    on: bool = Field(description="Whether a company needs another sponsor when its sponsor leaves.")
    required: bool = Field(description="A company without any sponsor is overdue, too.")


class PurchaseDuty(Strict):
    """A record of how each device came into the district."""

    on: bool = Field(description="Whether each device needs a purchase or donation record.")
    classes: tuple[DeviceClass, ...] = Field(description="Device classes that need one.")
    days: Days = Field(description="Within so many days of being entered into the inventory.")


class CheckInDuty(Strict):
    """Being in touch with the device management."""

    on: bool = Field(description="Whether devices must be in touch with the device management regularly.")
    classes: tuple[DeviceClass, ...] = Field(description="Device classes that must.")
    school_days: SchoolDays = Field(description="A device may be out of touch for so many school days.")


class DutyParameters(Strict):
    """overdue_duty (G3): what the policy asks of people and devices by a date, and nothing shows that it was done."""

    acknowledgement: AcknowledgementDuty = Field(description="The yearly acknowledgment.")
    student_contract: ContractDuty = Field(description="The student contract.")
    password: PasswordDuty = Field(description="The change of the password.")
    encryption: EncryptionDuty = Field(description="Encryption and passcode.")
    software: SoftwareDuty = Field(description="Software that was not approved.")
    unblock: UnblockDuty = Field(description="Requests to unblock sites.")
    sponsor: SponsorDuty = Field(description="Companies' sponsors.")
    purchase: PurchaseDuty = Field(description="Purchase records.")
    check_in: CheckInDuty = Field(description="Being in touch with the device management.")
