"""What became of all that was read, source by source: a section of `hallmonitor status`."""

from datetime import timedelta
from typing import Any

import click

from cli.addresses import resolved
from dashboard.local_time import duration
from dashboard.parts.clock_list import beyond, meaning
from model.clock import now
from model.settings import Settings
from storage.client import QueryFailed, Unavailable, connect
from storage.queries.sources import Source, ended_early, sources

_NO_TABLES = "Code: 60."  # UNKNOWN_TABLE: nothing was ever run
_OLDER = "Tables older than this program are brought up to date by `hallmonitor run` or `python -m storage.sink`."


def accounts(settings: Settings, servers: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a source: read = recognized + unrecognized + dead_letters + repeated.

    `read` is what the judge has taken in, record by record; the next three are what is stored. `repeated` is the rest:
    records whose vendor's own id was stored before, and, while a run goes on, what is on its way. Empty before the
    first run.
    """
    known = _known(settings)
    early = ended_early(known)
    return [account(source, early.get((source.district, source.source_id))) for source in known]


def clocks(settings: Settings, servers: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a source whose computers' sign-ins a domain controller told, too: how far their clocks are off, in
    seconds ahead of the controller's, and what that means for findings. Of other sources nothing is measured."""
    return [
        {
            "district": source.district,
            "source": source.source_id,
            "sign_ins": source.sign_ins,
            "computers": source.computers,
            "ahead_seconds": None if source.ahead is None else source.ahead / 1000,
            "off": source.off,
            "order_said_beyond_seconds": beyond(source).total_seconds(),
            "meaning": meaning(source),
        }
        for source in _known(settings)
        if source.sign_ins
    ]


def _known(settings: Settings) -> list[Source]:
    try:
        store = connect(resolved(settings))
        try:
            return sources(store, None, now())
        finally:
            store.close()
    except QueryFailed as error:
        if _NO_TABLES not in str(error):
            raise click.ClickException(f"{error}\n{_OLDER}") from error
        return []
    except Unavailable as error:
        raise click.ClickException(str(error)) from error


def account(source: Source, early: timedelta | None) -> dict[str, Any]:
    """The row of one source; `early` is how much older its last record is than the newest of the others."""
    stored = source.records + source.unrecognised + source.dead_letters
    return {
        "district": source.district,
        "source": source.source_id,
        "read": source.read,
        "recognised": source.records,
        "unrecognised": source.unrecognised,
        "dead_letters": source.dead_letters,
        "repeated": source.read - stored,
        "events": source.events,
        "events_per_second": round(source.rate_minute, 1),
        "last_event": source.last_at,
        "ended": source.ended,
        "before_the_others": duration(early) if early else None,
    }
