"""What a district is to an incident: its tables, its wall, its realms, its sources and their silences; read once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from casework.incidents.exposure import Gap
from model.batch import Fact
from model.event import parse_at
from model.realms import Realms, realms_of
from model.reference import Reference
from storage.client import Store
from storage.queries.history import reference as stored_facts
from storage.queries.incidents import Extent, extents
from storage.queries.sources import Spell, spells

STATES = frozenset({"OK", "CA", "MA", "WA"})  # whose breach law ships
_SHOWN = 20  # rows that cannot be read, of which each is named
NOWHERE = "unknown"  # the state of somebody whom no table places


@dataclass(frozen=True)
class Context:
    """One district as it is stored, as of `as_of`."""

    district: str
    name: str
    zone: ZoneInfo
    state: str
    policy: str
    realms: Realms
    reference: Reference
    extents: list[Extent]
    spells: list[Spell]
    as_of: int
    unreadable: tuple[str, ...] = ()  # of each stored row that could not be read, a sentence

    @property
    def known_from(self) -> int:
        """When the stored events begin (ms)."""
        return min((one.first_at for one in self.extents), default=self.as_of)

    @property
    def known_to(self) -> int:
        """When they end."""
        return max((one.last_at for one in self.extents), default=self.as_of)

    def gaps(self, categories: frozenset[str]) -> list[Gap]:
        """The silences of sources of these categories; a source that never said anything may be of any."""
        kinds = {one.source_id: frozenset(one.categories) for one in self.extents}
        return [
            Gap(to_ms(one.silent_at), to_ms(one.resumed_at) if one.resumed_at else self.as_of, one.source_id)
            for one in self.spells
            if kinds.get(one.source_id, categories) & categories
        ]


def to_ms(text: str) -> int:
    """A stored instant as ms since the epoch."""
    return round(parse_at(text).timestamp() * 1000)


def context(store: Store, district: str, as_of: datetime) -> Context:
    """Read a district; raises LookupError where it is not stored, and `Unavailable`."""
    unreadable: list[str] = []
    facts = stored_facts(store, district, unreadable.append, whole=True)
    found = context_of(district, facts, extents(store, district), spells(store, district), as_of)
    return replace(found, unreadable=_few(unreadable))


def _few(said: list[str]) -> tuple[str, ...]:
    more = [f"And {len(said) - _SHOWN:,} more stored rows cannot be read."] if len(said) > _SHOWN else []
    return (*said[:_SHOWN], *more)


def context_of(
    district: str, facts: Iterable[Fact], found: list[Extent], silences: list[Spell], as_of: datetime
) -> Context:
    """A district of facts in the order of the log; raises LookupError where none tells its settings."""
    reference = Reference()
    for fact in facts:
        reference.apply(fact)
    told = reference.setting("district")
    if told is None:
        raise LookupError(f"no district {district!r} is stored")
    pack = _pack(reference)
    return Context(
        district=district,
        name=told.get("name", district),
        zone=ZoneInfo(told["timezone"]),
        state=told.get("state") or state_of_pack(pack) or NOWHERE,
        policy=pack,
        realms=realms_of(told),
        reference=reference,
        extents=found,
        spells=silences,
        as_of=round(as_of.timestamp() * 1000),
    )


class _Named(msgspec.Struct):
    id: str = ""
    extends: str | None = None  # a pack that stands by itself


def _pack(reference: Reference) -> str:
    """The id of the pack in force, or of the one that ships and that the district's own extends."""
    stored = reference.setting("policy") or {}
    named = msgspec.json.decode(stored.get("pack", "{}"), type=_Named)
    return named.id if state_of_pack(named.id) else named.extends or named.id


def state_of_pack(pack: str) -> str:
    """The state behind the name of a pack that ships: `union-ok` is Oklahoma's; empty where it names none."""
    found = pack.rpartition("-")[2].upper()
    return found if found in STATES else ""
