"""A district's tables of people, schools and classes fetched every night: all lists whole, or nothing is changed."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import structlog

from model.clock import now_ms
from model.district import District, OneRoster
from model.plain_file import whole
from model.tables import TABLES, VALIDITY
from producers.pull.client import Client, http
from producers.pull.failure import PullFailed
from producers.pull.feed import Feed, Window
from producers.pull.kept import write_beside, write_whole
from producers.pull.oneroster import LISTS, VENDOR, WRITTEN, Row, merged, roles_of, row_of, shrunk
from producers.pull.puller import pages
from producers.pull.setup import Wait, client_for

NAME = "oneroster"
MOST_ROWS = 2_000_000  # of one list
AGAIN_MS = 15 * 60_000  # after a night that failed

log = structlog.get_logger()


class Nights(msgspec.Struct):
    """What is remembered between two nights: when it last succeeded and was tried (ms), and the ids it gave."""

    pulled_at: int = 0
    tried_at: int = 0
    given: dict[str, list[str]] = msgspec.field(default_factory=dict)


class Roster:
    """The OneRoster service of one district. `home` keeps what is remembered. Raises ValueError for a bad state."""

    def __init__(self, root: Path, home: Path, district: District, told: OneRoster, clock: Callable[[], int] = now_ms):
        self._root, self._told, self._zone, self._clock = root, told, district.zone, clock
        self._file = home / NAME / f"{district.id}.json"
        self._agreed = self._file.with_suffix(".agreed")  # made by whoever agrees that a list has shrunk, for once
        self._nights = self._load()

    def _load(self) -> Nights:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Nights)
        except FileNotFoundError:
            return Nights()
        except msgspec.DecodeError as error:
            raise ValueError(f"{self._file}: {error}; remove it, and rows that ended meanwhile by hand") from error

    def due(self) -> bool:
        """Whether tonight's is still to be fetched."""
        at = self._clock()
        return (
            self._nights.pulled_at < night_of(at, self._told.at, self._zone) and at - self._nights.tried_at > AGAIN_MS
        )

    def pull(self, wait: Wait) -> str:
        """Fetch all and write the tables; what stood in the way, empty if nothing."""
        self._nights.tried_at = self._clock()
        try:
            with http() as connection:
                came = self._fetched(client_of(self._told, self._root, connection, self._clock, wait))
            written = {name: self._table(name, came[name]) for name in WRITTEN}
            self._note_given(came)
            files = {name: self._root / "reference" / f"{name}.csv" for name in WRITTEN}
            beside = [(write_beside(files[name], [written[name]]), files[name]) for name in WRITTEN]
            for new, file in beside:  # only where all of them found room on the disk
                new.replace(file)
        except (PullFailed, OSError, csv.Error, ValueError, LookupError) as failed:
            log.warning("tables not pulled", service=NAME, reason=str(failed))
            self._save()
            return f"{NAME}: {failed}"
        self._nights.pulled_at = self._nights.tried_at
        self._nights.given = {name: [row["sourcedId"] for row in rows] for name, rows in came.items()}
        self._save()
        self._agreed.unlink(missing_ok=True)
        return ""

    def _note_given(self, came: dict[str, list[Row]]) -> None:
        """Before the tables: of a night that is cut off, who came in it must not pass for the district's own."""
        for name, rows in came.items():
            ids = dict.fromkeys([*self._nights.given.get(name, []), *(row["sourcedId"] for row in rows)])
            self._nights.given[name] = list(ids)
        self._save()

    def _fetched(self, client: Client) -> dict[str, list[Row]]:
        at = self._clock()
        feeds = {feed.name: feed for feed in VENDOR.feeds}
        documents = {name: listed(feeds[name], self._told.url, client, at) for name in LISTS}
        came = {name: [row_of(name, one) for one in documents[name]] for name in LISTS}
        came["roles"] = [role for user in documents["users"] for role in roles_of(user)]
        for name, rows in came.items():
            if shrunk(len(self._nights.given.get(name, [])), len(rows)) and not self._agreed.exists():
                said = f"the service gives {len(rows)} {name}, and gave {len(self._nights.given[name])} before"
                raise PullFailed(
                    "answer", f"{said}: nothing is taken. If that is right, make the empty file {self._agreed}"
                )
        return came

    def _table(self, name: str, came: list[Row]) -> bytes:
        file = self._root / "reference" / f"{name}.csv"
        before = csv.DictReader(io.StringIO(whole(file).decode("utf-8-sig", "replace"))) if file.exists() else None
        old = [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in before or ()]
        rows = merged(name, old, came, set(self._nights.given.get(name, ())))
        columns = [*TABLES[name].columns, *(one for one in VALIDITY if before and one in (before.fieldnames or ()))]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue().encode(errors="replace")

    def _save(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._file, [msgspec.json.encode(self._nights)])


def client_of(told: OneRoster, root: Path, http: httpx.Client, clock: Callable[[], int], wait: Wait) -> Client:
    """Who asks the service. Raises `PullFailed`."""
    return client_for(VENDOR, told.as_pull, root, http, clock, wait)


def listed(feed: Feed, url: str, client: Client, at_ms: int) -> list[Any]:
    """All records of one list. Raises `PullFailed`, also where the service counts more than it gives."""
    found: list[Any] = []
    total = ""
    for page in pages(feed, feed.ask(url, Window(0, at_ms)), client):
        found += [_decoded(record, feed) for record in page.records]
        total = page.total or total
        if len(found) > MOST_ROWS:
            raise PullFailed("answer", f"over {MOST_ROWS:,} {feed.name}: no district has so many")
    if re.fullmatch("[0-9]{1,9}", total) and int(total) != len({_id(one) for one in found}):
        raise PullFailed("answer", f"the service counts {total} {feed.name} and gives {len(found)}: nothing is taken")
    if not all(_id(one) for one in found):
        raise PullFailed("answer", f"a record of {feed.name} has no sourcedId")
    return list({_id(one): one for one in found}.values())


def _decoded(record: bytes, feed: Feed) -> Any:
    try:
        return msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PullFailed("answer", f"a record of {feed.name} cannot be read: {str(error)[:100]}") from error


def _id(document: Any) -> str:
    found = document.get("sourcedId") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def night_of(at_ms: int, clock: str, zone: ZoneInfo) -> int:
    """The last time (ms) before `at_ms` that the district's wall clock showed `clock` (HH:MM)."""
    at = datetime.fromtimestamp(at_ms / 1000, zone)
    hour, minute = map(int, clock.split(":"))
    tonight = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if tonight.timestamp() * 1000 > at_ms:
        tonight = (tonight.replace(tzinfo=None) - timedelta(days=1)).replace(tzinfo=zone)
    return round(tonight.timestamp() * 1000)
