"""Files in an S3 bucket as a feed: listed by day, each fetched once, unpacked, and put into the spool whole.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from xml.parsers import expat

from producers.pull.client import Client
from producers.pull.failure import PullFailed
from producers.pull.feed import Feed, Window
from producers.pull.packed import MAGIC, Gzip, TooLarge
from producers.pull.page import Ask
from producers.pull.puller import MOST_PAGES, Puller

LARGEST_FILE = 256_000_000  # bytes, unpacked
_NAME = re.compile(r"[\x20-\x7e]{1,1024}")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a listing: keys with what tells two files of one key apart, and the token of the next page."""

    files: list[tuple[str, str]]
    token: str


class BucketPuller(Puller):
    """A source whose feeds are folders of a bucket: `<path>/<feed>/<YYYY-MM-DD>/*.gz`."""

    def _window(self, feed: Feed, window: Window, now_ms: Callable[[], int]) -> None:
        for key, version in self._listed(feed, window):
            known_by = f"{key}\0{version}"
            if known_by in self._seen[feed.name]:
                continue
            content = self._taken(feed, key)
            if not self._spool.put(blake2b(known_by.encode(), digest_size=12).hexdigest(), content, now_ms()):
                raise PullFailed("full", "the spool is full; is anybody reading it?")
            self._seen[feed.name].add([known_by])
            self.kept.feed(feed.name).records += content.count(b"\n")

    def _listed(self, feed: Feed, window: Window) -> Iterator[tuple[str, str]]:
        for day in days(window):
            tokens = [""]
            for token in tokens:
                listing = listing_of_day(feed, self._url, day, token, self._client)
                yield from listing.files
                if (listing.token and listing.token in tokens) or len(tokens) >= MOST_PAGES:
                    raise PullFailed("answer", "the bucket names the same next page again: this would never end")
                tokens += [listing.token] if listing.token else []

    def _taken(self, feed: Feed, key: str) -> bytes:
        """A file; empty for one that is too large, which must not keep those behind it from being fetched."""
        try:
            found, whole = self._unpacked(key)
        except PullFailed as failed:
            if failed.kind != "size":
                raise
            self.kept.feed(feed.name).miss(f"{key} was left out: {failed}")
            return b""
        if not whole:
            self.kept.feed(feed.name).miss(f"{key} is damaged: of it only what stands before the damage was taken")
        return found

    def _unpacked(self, key: str) -> tuple[bytes, bool]:
        content = self._client.get(Ask(f"{self._url.rstrip('/')}/{key}")).content
        # What the bucket calls `Content-Encoding: gzip` was unpacked on its way, whatever the key says.
        return unpacked(content) if content.startswith(MAGIC) else (content, True)


def listing_of_day(feed: Feed, url: str, day: str, token: str, client: Client) -> Listing:
    """A page of the files of one day (`2026-03-04`). Raises `PullFailed`."""
    prefix = f"{feed.path}/{day}/"
    params = (("list-type", "2"), ("prefix", prefix), *((("continuation-token", token),) if token else ()))
    found = listing_of(client.get(Ask(f"{url.rstrip('/')}/", params)).content)
    return Listing([(key, version) for key, version in found.files if key.startswith(prefix)], found.token)


def days(window: Window) -> Iterator[str]:
    """Every UTC day that a window touches, as the folders are called."""
    for number in range(window.begin // 86_400_000, (window.end - 1) // 86_400_000 + 1):
        yield f"{datetime.fromtimestamp(number * 86_400, UTC):%Y-%m-%d}"


def unpacked(content: bytes) -> tuple[bytes, bool]:
    """What a gzip file holds, and whether that is all of it. Raises `PullFailed` for one that unpacks without end."""
    packed = Gzip(LARGEST_FILE)
    try:
        packed.add(content)
    except zlib.error:
        return bytes(packed.found), False
    except TooLarge:
        raise PullFailed("size", f"a file of the bucket unpacks to over {LARGEST_FILE // 1_000_000} MB") from None
    return bytes(packed.found), packed.whole


def listing_of(content: bytes) -> Listing:
    """The answer of ListObjectsV2. Raises `PullFailed` for what is none."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise PullFailed("answer", f"the bucket answers with no listing: {str(error)[:100]}") from error
    if reader.root != "ListBucketResult":
        raise PullFailed("answer", "the bucket answers with no listing")
    files = [(key, tag) for key, tag in reader.files if _NAME.fullmatch(key)]
    return Listing(files, reader.token)


class _Reader:
    """Takes the few words that we need out of the XML; a document type is refused at its first word."""

    def __init__(self) -> None:
        self.root = self.token = self._text = self._key = ""
        self.files: list[tuple[str, str]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say

    def _refuse(self, *_: object) -> None:
        raise ValueError("a listing has no document type")

    def _begin(self, name: str, _: object) -> None:
        self.root = self.root or name
        self._text = ""

    def _say(self, text: str) -> None:
        self._text = (self._text + text)[:4_096]

    def _end(self, name: str) -> None:
        if name == "Key":
            self._key = self._text
        elif name == "ETag":
            self.files.append((self._key, self._text))
        elif name == "NextContinuationToken":
            self.token = self._text
