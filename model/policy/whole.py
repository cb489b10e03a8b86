"""The whole policy of a district, merged with its base, and the hash that names exactly this text."""

import hashlib
import json
from collections.abc import Set
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from model.policy.detections import Detections
from model.policy.parameters import Count, Host, Strict
from model.policy.rules import ApprovalRule, ClauseId, ClauseText, DetectionRule, Exemptions, Hours
from model.policy.sigma import RuleName, SigmaRule
from model.vocabulary import SIGMA, ApprovalKind, DeviceClass

IdleOf = DeviceClass | Literal["chromebook", "vpn", "default"]
Duration = Annotated[
    str, Field(pattern=r"^P\d{1,4}[YMWD](\d{1,4}[MWD]){0,3}$", json_schema_extra={"unit": "ISO 8601 duration"})
]
RECORD_CLASSES = (
    *("auth_events", "vpn_events", "proxy_events", "device_events", "raw", "dead_letters", "violations", "exhibits"),
    *("searches", "casework", "requests", "mail_metadata"),
)
RecordClass = Literal[
    "auth_events",
    "vpn_events",
    "proxy_events",
    "device_events",
    "raw",
    "dead_letters",
    "violations",
    "exhibits",
    "searches",
    "casework",
    "requests",
    "mail_metadata",
]
Phrase = Annotated[str, Field(pattern=r"^[a-z0-9]+( [a-z0-9]+)*$", max_length=80)]
Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
From = Literal["occurred", "stored", "school_year_end", "closed"]
NameCategory = Literal[
    "proxy_avoidance",
    "vpn",
    "encrypted_dns",
    "remote_support",
    "file_storage",
    "p2p",
    "streaming_paid",
    "update",
    "video_call",
    "sensitive",
]
AROUND = frozenset({"proxy_avoidance", "vpn"})  # ways around the filter, which no other word for a host hides


class ProtectedSpeech(Strict):
    """Topics that no detection and no rule may read: of a web request about one it is kept that the web was used."""

    filter_categories: tuple[Phrase, ...] = Field(
        min_length=1, description="Words in a filter's category that make a web request `sensitive`."
    )
    topics: tuple[Phrase, ...] = Field(
        min_length=1, description="Words of these topics; a rule or a list of a pack that names one is refused."
    )


class Retention(Strict):
    """How long one class of record is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    keep: Duration = Field(description="For how long.")
    since: From = Field(alias="from", description="From when: occurred, stored, school_year_end or closed.")
    basis: str = Field(min_length=1, max_length=80, description="The law's id, or `local` where the district chose it.")
    schedule_class: Literal[1, 2, 3] | None = Field(
        default=None, alias="class", description="Class 1, 2 or 3 where the law sorts records so (5 CCR 16023-16025)."
    )


class Policy(Strict):
    """The policy in force. What a district's pack does not say stands in the pack it extends."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="The pack's name; its folder's, where it ships.")
    name: str = Field(min_length=1, description="What a finding calls the policy.")
    version: str = Field(min_length=1, max_length=40, description="Which text: a revision's date, or a number.")
    in_force_from: date | None = Field(
        default=None, description="The first day of this version; null: it is in force for all time before as well."
    )
    extends: str | None = Field(default=None, description="The pack whose values hold where this one says nothing.")
    source: str = Field(default="", description="Where the policy itself can be read.")
    hours: Hours = Field(description="Opening hours; what lies outside is after hours.")
    idle_minutes: dict[IdleOf, Count] = Field(
        description="Minutes without input after which use ended, by device class; chromebook, vpn, default besides."
    )
    clauses: dict[ClauseId, ClauseText] = Field(description="The clauses that findings quote, by id.")
    approvals: dict[ApprovalKind, ApprovalRule] = Field(description="Who may approve what.")
    exemptions: Exemptions = Field(description="Who may excuse somebody from a detection.")
    purposes: tuple[Purpose, ...] = Field(
        min_length=1, description="For which purposes people may be searched; the first is taken where none is named."
    )
    retention: dict[RecordClass, Retention] = Field(description="How long each class of record is kept.")
    well_known_domains: dict[NameCategory, tuple[Host, ...]] = Field(
        description="Names (and subdomains) everybody knows; the district's and the filter's word go first."
    )
    protected_speech: ProtectedSpeech = Field(description="Topics that no detection and no rule may read.")
    detections: Detections = Field(description="How each detection stands.")
    sigma: dict[RuleName, SigmaRule] = Field(
        default_factory=dict, description="Rules of Sigma by name, read from the files in `sigma/`, never written here."
    )
    hash: str = Field(default="", description="SHA-256 of the merged pack; worked out, never written.")

    def has(self, name: str) -> bool:
        """Whether there is a detection `name` in this pack; all have those that ship."""
        return not name.startswith(SIGMA) or name.removeprefix(SIGMA) in self.sigma

    def detection(self, name: str) -> DetectionRule[Any, Any]:
        """How the detection `name` stands; raises KeyError on a name that no pack has."""
        if name.startswith(SIGMA):
            return self.sigma[name.removeprefix(SIGMA)].standing
        names = type(self.detections).model_fields
        if name not in names:
            raise KeyError(f"no detection {name!r} in a policy pack; there are {', '.join(names)}")
        rule: DetectionRule[Any, Any] = getattr(self.detections, name)
        return rule

    def idle_ms(self, device_class: str | None) -> int:
        """Milliseconds without input after which use of such a device has ended."""
        named: dict[str, int] = self.idle_minutes  # type: ignore[assignment]
        return named.get(device_class or "default", named["default"]) * 60_000

    @property
    def longest_idle_ms(self) -> int:
        """The longest of them, of any class."""
        return max(self.idle_minutes.values()) * 60_000

    def well_known(self, host: str) -> str | None:
        """The category of a host that everybody knows; None for the rest."""
        name = self.well_known_as(host)
        return self._well_known[name] if name else None

    def well_known_as(self, host: str) -> str | None:
        """The name that everybody knows of a host: its own, else its nearest parent's; None where there is none."""
        labels = host.lower().rstrip(".").split(".")[-16:]
        names = (".".join(labels[n:]) for n in range(len(labels)))
        return next((name for name in names if name in self._well_known), None)

    @property
    def well_known_hosts(self) -> Set[str]:
        """The names that everybody knows and that tell nothing of whoever goes there; hosts below them are the same."""
        return self._well_known.keys() - set(self.well_known_domains.get("sensitive", ()))

    @cached_property
    def _well_known(self) -> dict[str, str]:
        return {name: category for category, names in self.well_known_domains.items() for name in names}

    @property
    def label(self) -> str:
        """How a finding names the policy: pack, version and the beginning of its hash."""
        return f"{self.id}@{self.version}#{self.hash[:12]}"

    def digest(self) -> str:
        """SHA-256 of all that the pack says."""
        said = self.model_dump(mode="json", exclude={"hash"})
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
