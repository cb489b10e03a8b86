"""A vendor's API as a table: its feeds, how a page leads to the next, what a record is known by. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import msgspec

from producers.pull.page import Ask, Page, value_at

Stamp = Literal["iso", "ms"]
Login = Literal["okta_token", "client", "client_basic", "service_account", "duo", "s3"]
HOUR = timedelta(hours=1)


class Paging(Protocol):
    """How a page leads to the next one."""

    def next(self, page: Page) -> Ask | None:
        """What to ask for behind `page`; None where it was the last."""


@dataclass(frozen=True, slots=True)
class LinkHeader:
    """The next page is the header `Link: <…>; rel="next"` (RFC 8288)."""

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        return Ask(page.link) if page.link else None


@dataclass(frozen=True, slots=True)
class NextLink:
    """The next page is a whole address in the answer's member `at`."""

    at: tuple[str, ...]

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        link = value_at(page.body, self.at)
        return Ask(link) if isinstance(link, str) and link else None


@dataclass(frozen=True, slots=True)
class Token:
    """The next page is the same question with the answer's member `at` as `param`; of a list, its words with commas."""

    at: tuple[str, ...]
    param: str

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        token = value_at(page.body, self.at)
        words = token if isinstance(token, list) else [token]
        said = ",".join(str(word) for word in words if isinstance(word, str | int) and word != "")
        return page.asked.having(self.param, said) if said else None


@dataclass(frozen=True, slots=True)
class Numbered:
    """Pages of `size` records have numbers from 0 on; the answer's member `total` says how many records there are."""

    param: str
    size: int
    total: tuple[str, ...]

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        number, total = int(page.asked.said(self.param) or 0) + 1, value_at(page.body, self.total)
        more = isinstance(total, int) and number * self.size < total
        return page.asked.having(self.param, str(number)) if more else None


@dataclass(frozen=True, slots=True)
class Rows:
    """The next page is the Link header's, else it begins behind the rows that came; an empty page is the last."""

    param: str

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        if page.link or not page.records:
            return Ask(page.link) if page.link else None
        said = page.asked.said(self.param)
        return page.asked.having(self.param, str(int(said) + len(page.records))) if said else None


@dataclass(frozen=True, slots=True)
class Files:
    """No pages of records: the feed is a folder of a bucket (`producers/pull/bucket.py`)."""

    def next(self, page: Page) -> Ask | None:
        """See `Paging`."""
        return None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time in ms since the epoch, half open."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Feed:
    """One list of a vendor's API.

    `params` may say `{begin}` and `{end}`, written as `stamp`. `records` is where the list stands in the answer, and
    `identity` the members that are together the vendor's id of a record. Each look begins `overlap` before the last
    one ended; once in `sweep` it begins `late` before the last sweep, for records that come late. `span` is the
    longest time asked for at once. A `snapshot` has no time: it is listed whole once in `sweep`. `needs` names the
    permission, for people.
    """

    name: str
    path: str
    params: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    paging: Paging
    identity: tuple[str, ...]
    needs: str
    stamp: Stamp = "iso"
    overlap: timedelta = timedelta(minutes=10)
    late: timedelta = HOUR
    sweep: timedelta = HOUR
    span: timedelta = 6 * HOUR
    settle: timedelta = timedelta(0)  # the vendor shows nothing younger
    snapshot: bool = False

    def ask(self, url: str, window: Window) -> Ask:
        """The question for the first page of a window. `url` is the vendor's address without a path."""
        begin, end = (written(at, self.stamp) for at in (window.begin, window.end))
        params = tuple((name, text.format(begin=begin, end=end)) for name, text in self.params)
        return Ask(url.rstrip("/") + self.path, params)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A product's API. `url` and `token_url` are its addresses; where empty, district.yaml says them.

    `login` is how one proves to be allowed in, `keys` what `pull:` must say besides, `scope` what is asked for of
    the token's server. `{tenant}` in `token_url` is the district's.
    """

    feeds: tuple[Feed, ...]
    login: Login
    keys: tuple[str, ...] = ()
    url: str = ""
    token_url: str = ""
    scope: str = ""
    hub: bool = False  # whether the vendor sends the same records to an Azure Event Hub
    optional: tuple[str, ...] = ()  # feeds that are pulled only where district.yaml names them


def written(at_ms: int, stamp: Stamp) -> str:
    """A time as a vendor's parameter."""
    if stamp == "ms":
        return str(at_ms)
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def identity(record: bytes, members: tuple[str, ...]) -> str | None:
    """What the vendor knows the record by; None where it does not say: then only an equal record is the same."""
    try:
        document = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found = [value_at(document, tuple(member.split("."))) for member in members]
    if any(not isinstance(one, str | int) or one == "" for one in found):
        return None
    return "\0".join(str(one) for one in found)


def windows(begin: int, end: int, span: timedelta) -> list[Window]:
    """The time from `begin` to `end` (ms) in pieces of at most `span`, the oldest first."""
    step = round(span.total_seconds() * 1000)
    return [Window(at, min(at + step, end)) for at in range(begin, end, step)]
