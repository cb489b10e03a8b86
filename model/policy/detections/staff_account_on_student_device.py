"""What a district may set of staff_account_on_student_device, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Minutes, Strict
from model.vocabulary import DeviceClass, DomainCategory

StaffAccountReason = Literal["wrote_records", "guessed", "staff_app", "in_use"]


class StaffAccountParameters(Strict):
    """staff_account_on_student_device (D3): a staff member's account where only students are."""

    least_minutes: Minutes = Field(description="A shorter session does not count.")
    short_minutes: Minutes = Field(
        description="A shorter session that opened no records was probably help: severity low."
    )
    failures: Count = Field(description="This many refused sign-ins and then one that succeeds count as guessing.")
    failures_minutes: Minutes = Field(description="The time in which they must happen.")
    reset_minutes: Minutes = Field(description="A password reset or change this long before explains refused sign-ins.")
    follow_minutes: Minutes = Field(
        description="Records opened or changed this soon after the sign-in are part of the finding."
    )
    record_categories: tuple[DomainCategory, ...] = Field(description="Categories of domains.csv that hold records.")
    writing_methods: tuple[str, ...] = Field(description="Methods of a web request that change something.")
    sign_in_words: tuple[str, ...] = Field(
        description="Words in the path of a request that only signs in or out: it changes no record."
    )
    network_classes: tuple[DeviceClass, ...] = Field(
        description="Device classes that count in a network of students. A lab's computer there is for everybody."
    )
    app_students: Count = Field(
        description="If this many students get into an app of apps.csv on one day, its row is probably wrong: "
        "severity low."
    )
    swap_minutes: Minutes = Field(description="A device_swap ticket excuses this long before and after it.")
