"""What a district may set of filter_circumvention, and the reasons it finds."""

from typing import Literal

from pydantic import Field

from model.policy.parameters import Bytes, Count, Minutes, Percent, Strict
from model.vocabulary import DomainCategory

FilterReason = Literal["succeeded", "attempted"]


class FilterWeights(Strict):
    """What each kind of signal counts."""

    blocked: Count = Field(description="A blocked request of a category of `categories`.")
    allowed: Count = Field(description="An allowed request of a category of `categories`.")
    bypass_search: Count = Field(description="A search for a way around the filter (`search_phrases`).")
    app_installed: Count = Field(description="A VPN or proxy app or extension installed (`apps`).")
    agent_stopped: Count = Field(description="The filter's agent stopped or removed (`agents`).")
    settings_changed: Count = Field(description="Browser proxy settings changed or developer mode reached.")
    tunnel: Count = Field(description="A tunnel's protocol or port (`tunnel_ports`), or TLS off port 443.")
    encrypted_dns: Count = Field(description="A request to a host for encrypted DNS.")
    unrated: Count = Field(description="An unrated domain with more than `unrated_bytes`.")
    direct_ip: Count = Field(description="HTTPS to an address without a name.")


class FilterParameters(Strict):
    """filter_circumvention (D7): a weighted score per person and device."""

    window_minutes: Minutes = Field(description="Signals within this time add up.")
    score: Count = Field(
        description="A sum of at least this is a violation, if signals of `min_kinds` kinds are in it."
    )
    min_kinds: Count = Field(description="How many kinds of signal the sum needs.")
    sole_weight: Count = Field(description="One signal of this weight is enough by itself.")
    blocked_requests: Count = Field(description="This many blocked requests within `blocked_minutes` are enough.")
    blocked_minutes: Minutes = Field(description="The time in which blocked requests are counted.")
    per_minute: Count = Field(
        description="At most this many blocked hosts count in one minute, since loading a page makes many requests."
    )
    weights: FilterWeights = Field(description="What each kind of signal counts.")
    categories: tuple[DomainCategory, ...] = Field(
        min_length=1, description="Categories of domains.csv that are a way around the filter."
    )
    filter_categories: dict[DomainCategory, tuple[str, ...]] = Field(
        description="Words of web filters for a category of ours; matched without case, whole word of the record."
    )
    unrated_categories: tuple[str, ...] = Field(description="Words of web filters for a host they have not rated.")
    search_phrases: tuple[str, ...] = Field(description="Words in a search for a way around the filter.")
    apps: tuple[str, ...] = Field(
        description="Names, or parts of names, of apps and extensions that go around the filter."
    )
    agents: tuple[str, ...] = Field(
        description="Names of the agents of filters: the whole name, or the beginning of one with `*` at its end."
    )
    tunnel_ports: tuple[str, ...] = Field(description="protocol/port of tunnels, e.g. udp/51820.")
    tunnel_bytes: Bytes = Field(description="A tunnel with more than this each way succeeded.")
    unrated_bytes: Bytes = Field(description="An unrated domain counts from this much on.")
    fleet_percent: Percent = Field(
        description="If this share of a site's people shows the same host at once, the cause is the filter's list."
    )
    fleet_people: Count = Field(
        description="With fewer active people at the site, nothing is concluded about the filter's list."
    )
    fleet_minutes: Minutes = Field(description="How soon after each other they must show it.")
