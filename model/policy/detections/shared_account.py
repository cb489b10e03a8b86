"""What a district may set of shared_account, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Count, Days, Host, Minutes, Percent, Strict
from model.vocabulary import DeviceClass

SharedAccountReason = Literal["two_sites", "two_devices", "many_devices"]


class SharedAccountParameters(Strict):
    """shared_account (D1): one personal account in two places, on two devices, or on too many."""

    overlap_minutes: Minutes = Field(description="Use of two devices at once for less than this counts as a hand-off.")
    travel_minutes: Minutes = Field(description="Travel time between two sites that travel.csv does not list.")
    two_site_inputs: Count = Field(
        description="How many times inputs at two sites must be closer together than the travel time."
    )
    classes: tuple[DeviceClass, ...] = Field(description="Device classes that count when two are in use at once.")
    young_classes: tuple[DeviceClass, ...] = Field(
        description="Device classes counted for many_devices while the cohort is too small to say what is usual."
    )
    many_devices_floor: Count = Field(description="Fewer different devices in a school day are never too many.")
    cohort_days: Days = Field(description="How far back the cohort (same role and school) is counted.")
    cohort_min_person_days: Count = Field(description="With fewer person-days there is no cohort to compare with.")
    cohort_percentile: Percent = Field(description="More devices than this percentile of the cohort are too many.")
    normal_days: Count = Field(description="A device used on so many school days is normal for the account.")
    normal_window_days: Days = Field(description="How far back those school days are counted.")
    swap_minutes: Minutes = Field(description="A device_swap approval excuses this long before and after it.")
    background_domains: tuple[Host, ...] = Field(
        description="Hosts (and subdomains) that devices contact by themselves; such traffic is not a person's input."
    )
