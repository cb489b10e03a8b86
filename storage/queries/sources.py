"""What each source has sent: last event, rate, how far it was read, what was not understood, when it was silent."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from model.event import parse_at
from storage.client import Store
from storage.queries.dead_letters import RECORD
from storage.queries.hours import HOUR, Unsettled, pieces, settled, standing
from storage.queries.where import APART, MOST, Where

# How much older than the others' a source's last record may be without a remark.
EARLY = timedelta(days=1)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One source of a district. `events` are recognized ones; rates are events a second before `as_of`."""

    district: str
    source_id: str
    products: list[str] = []
    categories: list[str] = []
    events: int = 0
    unrecognised: int = 0
    dead_letters: int = 0
    first_at: str | None = None  # event time
    last_at: str | None = None
    last_stored_at: str | None = None
    rate_minute: float = 0.0
    rate_hour: float = 0.0
    reached_at: int | None = None  # ms since the epoch: nothing older is expected
    ended: bool = False
    read: int = 0  # records, as the judge counts them
    records: int = 0  # recognized ones among what is stored; one record may give several events
    sign_ins: int = 0  # the last five: of its computers' clocks, as `model.batch.Reached` has it
    computers: int = 0
    ahead: int | None = None
    off: int = 0
    doubt: int = 0


class Spell(msgspec.Struct, frozen=True):
    """A time in which a source said nothing; `resumed_at` None: it is silent still."""

    district: str
    source_id: str
    silent_at: str
    resumed_at: str | None


class _Turn(msgspec.Struct):
    district: str
    source_id: str
    action: str
    occurred_at: str


class _Counted(msgspec.Struct):
    source_id: str
    events: int


_TOLD_OF_ITSELF = "action IN ('record.unrecognised', 'source.silent', 'source.resumed')"
_EACH = f"""SELECT district, source_id, product, category, action, ifNull(part, 1) <= 1 AS begins, {HOUR} AS hour,
 count() AS rows, min(occurred_at) AS first_at, max(occurred_at) AS last_at, max(stored_at) AS last_stored_at
 FROM {{rows}} GROUP BY district, source_id, product, category, action, begins, hour"""
_SEEN = f"""SELECT district, source_id,
 arraySort(groupUniqArray(100)(product)) AS products, arraySort(groupUniqArray(10)(category)) AS categories,
 sumIf(rows, NOT {_TOLD_OF_ITSELF}) AS events, sumIf(rows, action = 'record.unrecognised') AS unrecognised,
 0 AS dead_letters, sumIf(rows, begins AND NOT {_TOLD_OF_ITSELF}) AS records,
 minIf(first_at, toUnixTimestamp64Milli(first_at) != 0) AS first_at, max(last_at) AS last_at,
 max(last_stored_at) AS last_stored_at
 FROM ({{each}}) GROUP BY district, source_id ORDER BY district, source_id {{limit}} SETTINGS {APART}"""
_COUNTED = f"SELECT source_id, sum(rows) AS events FROM ({{each}}) GROUP BY source_id SETTINGS {APART}"
_RATES = """SELECT district, source_id, countIf(stored_at > {as_of} - INTERVAL 1 MINUTE) / 60 AS rate_minute,
 count() / 3600 AS rate_hour FROM events FINAL {where} GROUP BY district, source_id {limit} SETTINGS {apart}"""
_RATE = ("rate_minute", "rate_hour")
_TOLD = ("reached_at", "ended", "read", "sign_ins", "computers", "ahead", "off", "doubt")
_REFUSED = f"""SELECT district, source_id, uniqExact({RECORD}) AS dead_letters FROM dead_letters
 {{where}} GROUP BY district, source_id {{limit}}"""


def sources(store: Store, district: str | None, as_of: datetime) -> list[Source]:
    """Every source that was ever heard of; a source that only ever sent garbage is among them.

    A dead letter that is stored as an event too (stage judge) is counted among the events alone.
    """
    seen = settled(store, partial(_seen, store, district))
    where = Where(district)
    moment = where.instant(as_of)
    where.that(f"stored_at > {moment} - INTERVAL 1 HOUR").that(f"stored_at <= {moment}")
    rates = store.rows(
        _RATES.format(where=where, as_of=moment, limit=where.limit(MOST), apart=APART), Source, where.parameters
    )
    plain = Where(district)
    ticks = f"SELECT district, source_id, {', '.join(_TOLD)} FROM ticks FINAL {plain} {plain.limit(MOST)}"
    reached = store.rows(ticks, Source, plain.parameters)
    plain.that("event_id = ''")
    refused = store.rows(_REFUSED.format(where=plain, limit=plain.limit(MOST)), Source, plain.parameters)
    return _together(seen, rates, refused, reached)


def ended_early(found: Sequence[Source]) -> dict[tuple[str, str], timedelta]:
    """The sources whose last record is a day or more older than the newest of their district, and by how much."""
    told = [(one, parse_at(one.last_at)) for one in found if one.last_at and one.events]
    newest = {one.district: max(at for other, at in told if other.district == one.district) for one, _ in told}
    behind = {(one.district, one.source_id): newest[one.district] - at for one, at in told}
    return {key: by for key, by in behind.items() if by >= EARLY}


def counts(store: Store, district: str) -> dict[str, int]:
    """The rows of `events` of each source, one for each event however often it was sent."""

    def ask(hours: Unsettled) -> list[_Counted]:
        where = Where()
        return store.rows(_COUNTED.format(each=_each(where, district, hours)), _Counted, where.parameters)

    return {one.source_id: one.events for one in settled(store, ask)}


def _seen(store: Store, district: str | None, hours: Unsettled) -> list[Source]:
    where = Where()
    each = _each(where, district, hours)
    return store.rows(_SEEN.format(each=each, limit=where.limit(MOST)), Source, where.parameters)


def _each(where: Where, district: str | None, hours: Unsettled) -> str:
    rows = pieces(where.beside(district), hours, None, None, where.beside(district))
    return " UNION ALL ".join(_EACH.format(rows=piece) for piece in rows)


def _together(seen: list[Source], rates: list[Source], refused: list[Source], reached: list[Source]) -> list[Source]:
    found = {(one.district, one.source_id): one for one in seen}
    for other, fields in ((rates, _RATE), (refused, ("dead_letters",)), (reached, _TOLD)):
        for one in other:
            key = (one.district, one.source_id)
            known = found.get(key) or Source(district=one.district, source_id=one.source_id)
            found[key] = msgspec.structs.replace(known, **{name: getattr(one, name) for name in fields})
    return [found[key] for key in sorted(found)]


def spells(
    store: Store, district: str | None, since: datetime | None = None, until: datetime | None = None
) -> list[Spell]:
    """The silences that the producers' supervisor wrote into the log, in order."""
    where = Where(district).among("action", ["source.silent", "source.resumed"])
    where.between("occurred_at", since, until)
    sql = (
        f"SELECT district, source_id, action, occurred_at FROM events FINAL {where}"
        f" ORDER BY district, source_id, occurred_at, event_id {where.limit(MOST)} SETTINGS {APART}"
    )
    return _paired(store.rows(sql, _Turn, where.parameters))


def _paired(turns: Iterable[_Turn]) -> list[Spell]:
    found: list[Spell] = []
    for turn in turns:
        last = found[-1] if found else None
        is_open = (
            last and last.resumed_at is None and (last.district, last.source_id) == (turn.district, turn.source_id)
        )
        if turn.action == "source.resumed" and last and is_open:
            found[-1] = msgspec.structs.replace(last, resumed_at=turn.occurred_at)
        elif turn.action == "source.silent" and not is_open:
            found.append(Spell(turn.district, turn.source_id, turn.occurred_at, None))
    return found


def gaps(
    store: Store, district: str, source_id: str, longer_than: timedelta, since: datetime, until: datetime
) -> list[Spell]:
    """Stretches between two events of one source that were longer than `longer_than`, the longest first."""
    where = Where(district).equal("source_id", source_id)
    least = where.bind(int(longer_than.total_seconds() * 1000), "Int64")

    def ask(hours: Unsettled) -> list[Spell]:
        sql = (
            "SELECT district, source_id, before AS silent_at, occurred_at AS resumed_at FROM ("
            " SELECT district, source_id, occurred_at, lagInFrame(occurred_at, 1, occurred_at) OVER"
            " (ORDER BY occurred_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before"
            f" FROM {standing(where, hours, since, until)}) WHERE date_diff('ms', before, occurred_at) > {least}"
            f" ORDER BY date_diff('ms', before, occurred_at) DESC {where.limit(1_000)} SETTINGS {APART}"
        )
        return store.rows(sql, Spell, where.parameters)

    return settled(store, ask)
