"""The districts that are stored: their names and the zone in which their walls tell the time."""

import msgspec

from model.realms import Realms, realms_of
from storage.client import Store
from storage.queries.where import Where


class District(msgspec.Struct, frozen=True):
    """A district as it last described itself; `timezone` is an IANA name, `content` all that it said as JSON."""

    id: str
    name: str
    timezone: str
    content: str = "{}"

    @property
    def realms(self) -> Realms:
        """Its mail domains, Windows domains and other realms."""
        return realms_of(msgspec.json.decode(self.content, type=dict[str, str]))


def homes(store: Store, district: str | None) -> tuple[tuple[str, Realms], ...]:
    """The district, or all of them, each with its realms."""
    return tuple((one.id, one.realms) for one in districts(store) if district in (None, one.id))


_SQL = """SELECT key AS id, JSONExtractString(content, 'name') AS name,
 JSONExtractString(content, 'timezone') AS timezone, content
 FROM (SELECT district, key, argMax(row, (version, log_line)) AS content FROM reference
 WHERE `table` = 'district' AND isValidJSON(row)
 AND JSONExtractString(row, 'timezone') != '' GROUP BY district, key) ORDER BY id {limit}"""


def districts(store: Store) -> list[District]:
    """All of them, in order of their ids; a district is known from its first settings on."""
    where = Where()
    return store.rows(_SQL.format(limit=where.limit(1_000)), District, where.parameters)


class _Pack(msgspec.Struct):
    content: str


_PACK = """SELECT JSONExtractString(argMax(row, (version, log_line)), 'pack') AS content FROM reference
WHERE district = {district:String} AND `table` = 'policy' AND isValidJSON(row)
AND JSONExtractString(row, 'pack') != ''"""


def stored_pack(store: Store, district: str) -> str:
    """The policy pack that was published last, as JSON; empty where there is none."""
    found = store.rows(_PACK, _Pack, {"district": district})
    return found[0].content if found else ""
