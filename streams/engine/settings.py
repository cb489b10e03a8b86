"""What the log itself says of the district: its zone, policy and sources; facts, so that a replay has them too."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.calendar import Calendar
from model.policy import Policy, read_stored
from model.realms import Realms, realms_of
from model.reference import Reference
from streams.attribution.waiting import HOLDS, SITS

_TELLS = {"holds": HOLDS, "sits": SITS}
TABLES = frozenset({"district", "policy", "source"})


class NotSettled(RuntimeError):
    """Events came before the facts that say what district and policy they are judged by."""


@dataclass(slots=True)
class SourceSettings:
    """A source's categories, and how late (ms) its records may come."""

    categories: frozenset[str]
    lateness: int
    tells: int = 0  # HOLDS, SITS: what its records can tell of who is where


@dataclass(slots=True)
class Settings:
    """The district as the log has told it so far."""

    reference: Reference
    defaults: Policy  # what a stored pack of another release lacks
    sources: dict[str, SourceSettings] = field(default_factory=dict)
    realms: Realms = field(default_factory=Realms)
    _policy: Policy | None = None
    _calendar: Calendar | None = None

    @property
    def known(self) -> bool:
        """Whether the facts came that say what district and policy events are judged by."""
        return self._policy is not None and self._calendar is not None

    @property
    def policy(self) -> Policy:
        """The pack in force; raises `NotSettled` before its fact came."""
        if self._policy is None:
            raise NotSettled("no fact of table 'policy' stands before the first event; publish the district's settings")
        return self._policy

    @property
    def calendar(self) -> Calendar:
        """Local time and school days; raises `NotSettled` before the district's fact came."""
        if self._calendar is None:
            raise NotSettled("no fact of table 'district' stands before the first event; publish the settings")
        return self._calendar

    def apply(self, fact: Fact) -> None:
        """Take a fact of the tables `district`, `policy`, `source`."""
        row = fact.row
        if row is None:
            self.sources.pop(fact.key, None)
        elif fact.table == "district":
            self._calendar = Calendar(self.reference, ZoneInfo(row["timezone"]))
            self.realms = realms_of(row)
        elif fact.table == "policy":
            self._policy = read_stored(row["pack"], self.defaults)
        else:
            categories = frozenset(row["categories"].split(";"))
            tells = sum(_TELLS[word] for word in row.get("tells", "").split(";") if word)
            self.sources[fact.key] = SourceSettings(categories, int(float(row["lateness_s"]) * 1000), tells)

    def lateness(self) -> int:
        """The longest (ms) of all sources."""
        return max((source.lateness for source in self.sources.values()), default=0)
