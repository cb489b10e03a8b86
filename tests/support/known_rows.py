"""Reference rows as a district writes them, for tests: facts through the same door as the folder's."""

from datetime import datetime
from zoneinfo import ZoneInfo

from model.batch import Fact
from model.fact_text import fact_of
from model.reference import Reference
from model.tables import TABLES

ZONE = ZoneInfo("America/Chicago")


def ms(text: str) -> int:
    at = datetime.fromisoformat(text)
    return round((at if at.tzinfo else at.replace(tzinfo=ZONE)).timestamp() * 1000)


def known(table: str, *rows: dict[str, str], into: Reference | None = None) -> Reference:
    reference = into or Reference()
    for row in rows:
        fact = fact_of(TABLES[table], row, ZONE)
        assert isinstance(fact, Fact), fact
        reference.apply(fact)
    return reference


NOON = ms("2026-03-04T12:00")


NOON = ms("2026-03-04T12:00")
