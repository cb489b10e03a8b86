"""Whether a pull would succeed: host, TLS, proxy, credentials, permission, clock and paging, and what to do if not."""

from collections.abc import Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import msgspec

from model.district import OneRoster, Pull
from producers.pull import hub, roster
from producers.pull.bucket import days, listing_of_day
from producers.pull.client import Client
from producers.pull.failure import Kind, PullFailed
from producers.pull.feed import Feed, Files, Login, Window
from producers.pull.oneroster import VENDOR
from producers.pull.page import Ask, NotAPage, page_of
from producers.pull.setup import client_for, url_of, vendor_of
from producers.pull.told import feeds_of, secret_of
from producers.source import Source

DAY_MS = 86_400_000
MOST_OFF = 120  # seconds by which two clocks may differ before it is said
DO: dict[Kind, str] = {
    "host": "Check the addresses in district.yaml, and that this machine can resolve names on the Internet.",
    "tls": "If the district's own proxy opens TLS, write its authority's certificate to a PEM file and name that "
    "file in SSL_CERT_FILE. Otherwise somebody stands between this machine and the vendor.",
    "proxy": "Check HTTPS_PROXY and NO_PROXY, and that the proxy lets this machine through to that host.",
    "credentials": "Make a new token, key or secret at the vendor and write it to the secret file; check `client_id`, "
    "`tenant` and `subject`.",
    "limit": "Wait until the vendor answers again. If it often says so, give `every` a longer time.",
    "server": "Try again later. If it stays so, ask whether a firewall lets this machine through to that host.",
    "answer": "Check that `url` is the address of the vendor's API itself, not of a page to sign in at.",
    "address": "Check `url`: it is the vendor's host without a path. The vendor may also not have this feed for you.",
}


class Tried(msgspec.Struct, frozen=True):
    """What came of one feed. `well`: a pull would succeed; `do`: what to do, empty where nothing needs to be done."""

    source: str
    feed: str
    well: bool
    said: str
    do: str = ""


def tries_of(source: Source, root: Path, http: httpx.Client, now_ms: Callable[[], int]) -> Iterator[Tried]:
    """Ask for the last day of each feed of a source, two pages at most, each question once. Writes nothing."""
    vendor, pull = vendor_of(source)
    if pull.event_hub:
        yield _tried_hub(source.id, pull, vendor.login, pull.event_hub, root)
        return
    yield from _tries(
        source.id, feeds_of(vendor, pull), url_of(vendor, pull), http, now_ms,
        lambda: client_for(vendor, pull, root, http, now_ms, _once),
    )  # fmt: skip


def tries_of_roster(told: OneRoster, root: Path, http: httpx.Client, now_ms: Callable[[], int]) -> Iterator[Tried]:
    """The same of each list of a OneRoster service."""
    yield from _tries(
        roster.NAME, VENDOR.feeds, told.url, http, now_ms,
        lambda: roster.client_of(told, root, http, now_ms, _once),
    )  # fmt: skip


def _once(_: float) -> bool:
    """Nobody waits: a question that fails is not asked again."""
    return True


def _tries(
    name: str,
    feeds: Sequence[Feed],
    url: str,
    http: httpx.Client,
    now_ms: Callable[[], int],
    connect: Callable[[], Client],
) -> Iterator[Tried]:
    try:
        client = connect()
    except PullFailed as failed:
        yield Tried(name, "", False, str(failed), "Correct it, then try again.")
        return
    dates: list[str] = []
    http.event_hooks = {"response": [lambda response: dates.append(response.headers.get("Date", ""))]}
    for feed in feeds:
        dates.clear()
        well, said, do = _tried(feed, url, client, now_ms())
        off = _clock(dates[-1], now_ms()) if dates else ""
        yield Tried(name, feed.name, well and not off, said, f"{do} {off}".strip())


def _tried(feed: Feed, url: str, client: Client, at_ms: int) -> tuple[bool, str, str]:
    end = at_ms - round(feed.settle.total_seconds() * 1000)
    try:
        if isinstance(feed.paging, Files):
            return True, _files(feed, url, client, end), ""
        first, following = _page(feed, feed.ask(url, Window(end - DAY_MS, end)), client)
        second, _ = _page(feed, following, client) if following else (0, None)
    except NotAPage as error:
        return False, str(error), DO["answer"]
    except PullFailed as failed:
        return False, str(failed), f"Give it {feed.needs}." if failed.kind == "scope" else DO.get(failed.kind, "")
    return True, _counted(feed, first + second), ""


def _page(feed: Feed, ask: Ask, client: Client) -> tuple[int, Ask | None]:
    answer = client.get(ask)
    page = page_of(ask, answer.content, feed.records, answer.link, answer.total)
    return len(page.records), feed.paging.next(page)


def _counted(feed: Feed, records: int) -> str:
    when = "" if feed.snapshot else " of the last day"
    if not records:
        return f"works; there is no record{when}. Is that right? Some records need a paid edition."
    return f"works; {records} records{when} read"


def _tried_hub(source: str, pull: Pull, login: Login, where: str, root: Path) -> Tried:
    try:
        with hub.consumer(where, secret_of(pull, root, login)) as reading:
            places = hub.places_of(reading, where)
            ends, begins = reading.end_offsets(places), reading.beginning_offsets(places)
            held = sum(ends[place] - begins[place] for place in places)
    except PullFailed as failed:
        do = "Give the shared access policy the claim Listen." if failed.kind == "scope" else DO.get(failed.kind, "")
        return Tried(source, hub.FEED, False, str(failed), do)
    return Tried(source, hub.FEED, True, f"works; the hub holds {held} messages in {len(places)} partitions")


def _files(feed: Feed, url: str, client: Client, end: int) -> str:
    found = [listing_of_day(feed, url, day, "", client) for day in days(Window(end - DAY_MS, end))]
    counted = sum(len(listing.files) for listing in found)
    return f"works; {counted} files of the last day listed" if counted else _counted(feed, 0)


def _clock(date: str, at_ms: int) -> str:
    """What to do about a clock that is not the vendor's: signatures, tokens and the times asked for depend on it."""
    try:
        off = at_ms / 1000 - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return ""
    if abs(off) <= MOST_OFF:
        return ""
    return f"The clock of this machine is {abs(off) / 60:.0f} minutes {'ahead' if off > 0 else 'behind'}: set it."
