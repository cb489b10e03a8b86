"""The numbers and lists of each detection that a district may set. Defaults stand in `policies/base`, nowhere else."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from model.vocabulary import DeviceClass, DomainCategory

Minutes = Annotated[int, Field(ge=0, le=10_080, json_schema_extra={"unit": "minutes"})]
Seconds = Annotated[int, Field(ge=0, le=86_400, json_schema_extra={"unit": "seconds"})]
HoursOf = Annotated[int, Field(ge=1, le=8_760, json_schema_extra={"unit": "hours"})]
Days = Annotated[int, Field(ge=1, le=60, json_schema_extra={"unit": "days"})]  # what memory of habits reaches back
Percent = Annotated[float, Field(gt=0, le=100, json_schema_extra={"unit": "percent"})]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Bytes = Annotated[int, Field(ge=0, le=1 << 50, json_schema_extra={"unit": "bytes"})]
Host = Annotated[str, Field(pattern=r"^[a-z0-9_]([a-z0-9_.-]{0,252}[a-z0-9])?$")]


class Strict(BaseModel):
    """Frozen, and a key we do not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SharedAccountParameters(Strict):
    """shared_account (D1): one personal account in two places, on two devices, or on too many."""

    overlap_minutes: Minutes = Field(description="Use of two devices at once that is shorter than this is a hand-off.")
    travel_minutes: Minutes = Field(description="Travel between two sites where travel.csv does not say.")
    two_site_inputs: Count = Field(description="How often inputs at two sites must be closer than the travel.")
    classes: tuple[DeviceClass, ...] = Field(description="Device classes of which two at once count.")
    young_classes: tuple[DeviceClass, ...] = Field(
        description="Device classes counted for many_devices while the cohort is too small to say what is usual."
    )
    many_devices_floor: Count = Field(description="Fewer distinct devices in a school day are never too many.")
    cohort_days: Days = Field(description="How far back the cohort (same role and school) is counted.")
    cohort_min_person_days: Count = Field(description="Fewer person-days make no cohort.")
    cohort_percentile: Percent = Field(description="More devices than this percentile of the cohort are too many.")
    normal_days: Count = Field(description="A device used on so many school days is normal for the account.")
    normal_window_days: Days = Field(description="How far back those school days are counted.")
    swap_minutes: Minutes = Field(description="A device_swap approval excuses this long before and after it.")
    background_domains: tuple[Host, ...] = Field(
        description="Hosts (and subdomains) that devices ask by themselves; such traffic is nobody's input."
    )


class VendorParameters(Strict):
    """unapproved_vendor_session (D4): the approvals are subtracted from the session."""

    grace_before_minutes: Minutes = Field(description="An uncovered stretch before a covered one may be this long.")
    grace_after_minutes: Minutes = Field(description="An uncovered stretch after a covered one may be this long.")
    merge_seconds: Seconds = Field(description="A reconnect within this time continues the session.")
    idle_minutes: Minutes = Field(description="A session without a close ends this long after its last activity.")
    cap_hours: HoursOf = Field(description="No session is taken to be longer while nothing of it is heard.")
    one_day_hours: HoursOf = Field(description="Longer than this is longer than one day: IT must have signed.")
    second_business_day: bool = Field(description="Touching a second local business day is longer than one day, too.")
    break_glass_hours: HoursOf = Field(
        description="An approval by IT recorded this soon after the start ratifies the session (severity low)."
    )
    require_sponsor: bool = Field(description="A vendor without a sponsor in vendors.csv is a reason (sponsor_gone).")
    require_nda: bool = Field(description="A vendor without an NDA in vendors.csv is a reason (agreement_ended).")


class FilterWeights(Strict):
    """What each kind of signal counts."""

    blocked: Count = Field(description="A blocked request of a category of `categories`.")
    allowed: Count = Field(description="An allowed request of a category of `categories`.")
    bypass_search: Count = Field(description="A search for a way around the filter (`search_phrases`).")
    app_installed: Count = Field(description="A VPN or proxy app or extension installed (`apps`).")
    agent_stopped: Count = Field(description="The filter's agent stopped or removed (`agents`).")
    settings_changed: Count = Field(description="Browser proxy settings changed or developer mode reached.")
    tunnel: Count = Field(description="A tunnel's protocol or port (`tunnel_ports`), or TLS off port 443.")
    encrypted_dns: Count = Field(description="An encrypted-DNS name asked.")
    unrated: Count = Field(description="An unrated domain with more than `unrated_bytes`.")
    direct_ip: Count = Field(description="HTTPS to an address without a name.")


class FilterParameters(Strict):
    """filter_circumvention (D7): a weighted score per person and device."""

    window_minutes: Minutes = Field(description="Signals within this time add up.")
    score: Count = Field(description="From this sum on it is a violation, if `min_kinds` kinds add to it.")
    min_kinds: Count = Field(description="How many kinds of signal the sum needs.")
    sole_weight: Count = Field(description="One signal of this weight is enough by itself.")
    blocked_requests: Count = Field(description="So many blocked requests within `blocked_minutes` are enough.")
    blocked_minutes: Minutes = Field(description="The time in which blocked requests are counted.")
    per_minute: Count = Field(description="Of one minute at most so many blocked hosts count: a page load is one act.")
    weights: FilterWeights = Field(description="What each kind of signal counts.")
    categories: tuple[DomainCategory, ...] = Field(
        min_length=1, description="Categories of domains.csv that are a way around the filter."
    )
    filter_categories: dict[DomainCategory, tuple[str, ...]] = Field(
        description="Words of web filters for a category of ours; matched without case, whole word of the record."
    )
    unrated_categories: tuple[str, ...] = Field(description="Words of web filters for a host they have not rated.")
    search_phrases: tuple[str, ...] = Field(description="Words of a search that seeks a way around the filter.")
    apps: tuple[str, ...] = Field(description="Names, or parts of names, of apps and extensions that are a way around.")
    agents: tuple[str, ...] = Field(description="Names, or parts of names, of the district's filter agents.")
    tunnel_ports: tuple[str, ...] = Field(description="protocol/port of tunnels, e.g. udp/51820.")
    tunnel_bytes: Bytes = Field(description="A tunnel with more than this each way succeeded.")
    unrated_bytes: Bytes = Field(description="An unrated domain counts from this much on.")
    fleet_percent: Percent = Field(description="If this share of a site shows the same at once, it is the feed.")
    fleet_people: Count = Field(description="Fewer active people at the site say nothing about the feed.")
    fleet_minutes: Minutes = Field(description="How soon after each other they must show it.")
