"""What an incident is scoped from: the uses of its subject in order of time, streamed, and how far the log reaches."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from storage.client import Store
from storage.queries.hours import HOUR, Unsettled, settled_stream, standing
from storage.queries.people import understood
from storage.queries.timeline import Span, about
from storage.queries.where import APART, MOST, SORTED, Where


class Use(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event that names the subject, with what its scoping asks for. `at` is ms since the epoch; what a record
    does not say is empty."""

    event_id: str
    at: int
    source_id: str = ""
    product: str = ""
    category: str = ""
    action: str = ""
    outcome: str = ""
    account: str = ""
    account_domain: str = ""
    account_basis: str = ""
    target_account: str = ""
    target_domain: str = ""
    person: str = ""
    device_id: str = ""
    device: str = ""
    address: str = ""
    assigned_address: str = ""
    session_id: str = ""
    url: str = ""
    domain: str = ""
    destination: str = ""
    reporter: str = ""
    verdict: str = ""
    logon_type: str = ""
    app: str = ""
    bytes_in: int = 0
    bytes_out: int = 0


class Extent(msgspec.Struct, frozen=True):
    """From when to when a source has events (ms), and of which categories."""

    source_id: str
    first_at: int
    last_at: int
    categories: tuple[str, ...] = ()


_SLIM = ", ".join(
    f"ifNull({name}, 0) AS {name}" if name.startswith("bytes") else name
    for name in Use.__struct_fields__
    if name not in ("event_id", "at")
)
_uses = msgspec.json.Decoder(Use)
_MS = "toUnixTimestamp64Milli(occurred_at)"


class Uses:
    """The uses of a district's subjects as stored, oldest first; each question reads anew. All raise `Unavailable`."""

    def __init__(self, store: Store, district: str) -> None:
        self._store = store
        self._district = district

    def of_account(self, account: str) -> Iterator[Use]:
        """Every event in which the account acts or is acted upon.

        Accounts of other realms by the same plain name are among them; `model.realms` tells them apart.
        """
        return self._streamed(
            about(self._district, understood(self._store, self._district, f"account:{account}"), Span())
        )

    def of_accounts(self, accounts: Sequence[str]) -> Iterator[Use]:
        """The same for several accounts by their plain names; none for no account."""
        if not accounts:
            return iter(())
        where = Where(self._district)
        names = where.bind(list(accounts), "Array(String)")
        return self._streamed(where.that(f"account IN {names} OR target_account IN {names}"))

    def of_device(self, device_id: str) -> Iterator[Use]:
        """Every event that was attributed to a device."""
        return self._streamed(Where(self._district).equal("device_id", device_id))

    def of_system(self, names: Sequence[str]) -> Iterator[Use]:
        """Every event that reached one of these hosts or was told by it; names in small letters."""
        where = Where(self._district)
        bound = where.bind(list(names), "Array(String)")
        columns = ("domain", "destination", "reporter", "device", "device_id")
        return self._streamed(where.that(" OR ".join(f"lower({one}) IN {bound}" for one in columns)))

    def _streamed(self, where: Where) -> Iterator[Use]:
        where.that("occurred_at != toDateTime64(0, 3, 'UTC')")

        def ask(since: datetime | None, until: datetime | None, hours: Unsettled) -> tuple[str, dict[str, Any]]:
            rows = standing(where, hours, since, until)
            sql = f"SELECT event_id, {_MS} AS at, {_SLIM} FROM {rows} ORDER BY occurred_at, event_id"
            return f"{sql} SETTINGS {SORTED}, {APART}", where.parameters

        for chunk in settled_stream(self._store, None, None, ask):
            yield from _uses.decode_lines(chunk)


def extents(store: Store, district: str) -> list[Extent]:
    """How far the stored events of each source reach. Raises `Unavailable`."""
    where = Where(district).that("action NOT IN ('source.silent', 'source.resumed')")
    by_hour = (
        "SELECT source_id, category, min(occurred_at) AS first_at, max(occurred_at) AS last_at"
        f" FROM events {where} GROUP BY source_id, category, {HOUR}"
    )
    sql = (
        "SELECT source_id, toUnixTimestamp64Milli(min(first_at)) AS first_at, toUnixTimestamp64Milli(max(last_at)) AS"
        f" last_at, arraySort(groupUniqArray(category)) AS categories FROM ({by_hour})"
        f" WHERE last_at != toDateTime64(0, 3, 'UTC') GROUP BY source_id ORDER BY source_id {where.limit(MOST)}"
    )
    return store.rows(sql, Extent, where.parameters)
