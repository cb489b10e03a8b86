"""What the log itself says of the district: its zone, policy and sources; facts, so that a replay has them too."""

from bisect import bisect_right
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.calendar import Calendar
from model.policy import Policy, read_stored
from model.realms import Realms, realms_of
from model.reference import Reference
from streams.attribution.waiting import HOLDS, SITS

ALWAYS = -(1 << 62)
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
    _policies: list[tuple[int, Policy]] = field(default_factory=list)  # each with its first instant (ms), in order
    _calendar: Calendar | None = None

    @property
    def known(self) -> bool:
        """Whether the facts came that say what district and policy events are judged by."""
        return bool(self._policies) and self._calendar is not None

    @property
    def policies(self) -> list[Policy]:
        """Every version that was published, in the order in which they come into force."""
        return [policy for _, policy in self._policies]

    @property
    def policy(self) -> Policy:
        """The newest version; raises `NotSettled` before its fact came."""
        if not self._policies:
            raise NotSettled("no fact of table 'policy' stands before the first event; publish the district's settings")
        return self._policies[-1][1]

    def policy_at(self, at: int) -> Policy:
        """The version in force at an instant (ms); before the first one, the first. Raises `NotSettled`."""
        if len(self._policies) < 2:
            return self.policy
        return self._policies[max(0, bisect_right(self._policies, at, key=lambda one: one[0]) - 1)][1]

    def is_back(self, fact: Fact) -> bool:
        """Whether a pack that was published before is published again, after another had taken its place."""
        if fact.table != "policy" or fact.row is None:
            return False
        since = ALWAYS if fact.valid_from is None else fact.valid_from
        stands = [policy.label for at, policy in self._policies if at == since]
        return fact.row.get("label", "") not in ("", *stands)

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
            since = ALWAYS if fact.valid_from is None else fact.valid_from
            others = [one for one in self._policies if one[0] != since]
            newest = (since, read_stored(row["pack"], self.defaults))
            self._policies = sorted([*others, newest], key=lambda one: one[0])
        else:
            categories = frozenset(row["categories"].split(";"))
            tells = sum(_TELLS[word] for word in row.get("tells", "").split(";") if word)
            self.sources[fact.key] = SourceSettings(categories, int(float(row["lateness_s"]) * 1000), tells)

    def lateness(self) -> int:
        """The longest (ms) of all sources."""
        return max((source.lateness for source in self.sources.values()), default=0)
