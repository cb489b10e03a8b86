"""Time stamps (RFC 3161) over the newest entry of a chain: who rewrites the chain later cannot have them of that day.

Each is kept as the authority answered it, one file `DISTRICT-NUMBER.tsr` beside the anchor. What is stamped is the text
of the entry's hash, so that `openssl ts -verify -data` can check it without this program.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from threading import Event as Flag
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import structlog
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder
from rfc3161_client import decode_timestamp_response as decoded

from model.event import parse_at
from model.settings import Settings
from storage.ledger.book import Book
from storage.ledger.chain import Entry, Fault
from storage.ledger.sealing import default_anchor

EVERY = timedelta(hours=1)  # of each district, while entries are made
LATE = timedelta(hours=24)  # a stamp so long after the seal is told of
_SKEW = timedelta(minutes=5)  # by which the authority's clock may be behind ours
_LOOK_S = 60.0
_TIMEOUT_S, _WHOLE_S = 10.0, 20.0  # of one wait for the authority, and of the whole answer
_LARGEST = 65_536  # bytes of an answer
log = structlog.get_logger("ledger")


class NotStamped(RuntimeError):
    """The authority gave no stamp that holds; the message says why."""


class Authority(NamedTuple):
    """Where stamps are asked for, and by which certificates they are checked."""

    url: str
    trusted: Sequence[Certificate]


class Stamp(NamedTuple):
    """A kept answer: over which entry, and when by the authority's clock; `wrong`: why it does not hold."""

    number: int
    at: datetime | None
    wrong: str | None = None


def trusted_certificates(settings: Settings) -> list[Certificate]:
    """The certificates of LEDGER_TSA_CERTIFICATES; none where it is not set. Raises `NotStamped`."""
    if not settings.ledger_tsa_certificates:
        return []
    path = Path(settings.ledger_tsa_certificates)
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotStamped(f"LEDGER_TSA_CERTIFICATES: {path} holds no certificates in PEM: {error}") from error


def authority(settings: Settings) -> Authority | None:
    """The time-stamp authority that the settings name; None where they name none. Raises `NotStamped`."""
    if not settings.ledger_tsa:
        return None
    if urlsplit(settings.ledger_tsa).scheme not in ("http", "https"):
        raise NotStamped("LEDGER_TSA is no http:// or https:// address")
    trusted = trusted_certificates(settings)
    if not trusted:
        raise NotStamped("LEDGER_TSA is set, and LEDGER_TSA_CERTIFICATES names no certificates to check its stamps by")
    return Authority(settings.ledger_tsa, trusted)


def folder_of(settings: Settings) -> Path:
    """Where the stamps of an installation are: beside the anchor."""
    anchor = Path(settings.ledger_anchor) if settings.ledger_anchor else default_anchor(settings.hallmonitor_home)
    return anchor.parent / "stamps"


def stamp(entry: Entry, folder: Path, asked: Authority) -> Path:
    """Have an entry stamped and keep the answer; raises `NotStamped`, OSError where the folder cannot be written."""
    query = TimestampRequestBuilder().data(entry.hash.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    answer = _answer(asked.url, query.as_bytes())
    made = _checked(entry, answer, VerifierBuilder.from_request(query), asked.trusted)
    if made.wrong:
        raise NotStamped(f"{asked.url}: {made.wrong}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{entry.district}-{entry.number}.tsr"
    draft = path.with_suffix(".new")
    draft.write_bytes(answer)
    return draft.replace(path)


def _answer(url: str, query: bytes) -> bytes:
    told = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urlopen(Request(url, query, told), timeout=_TIMEOUT_S) as answer:
            return _read(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise NotStamped(f"{url} does not answer: {error}") from error


def _read(answer: Any) -> bytes:
    until, found = time.monotonic() + _WHOLE_S, b""
    while part := answer.read1(_LARGEST):
        found += part
        if len(found) > _LARGEST or time.monotonic() > until:
            raise ValueError("an answer that is too large or too slow")
    return found


def _checked(entry: Entry, answer: bytes, builder: VerifierBuilder, trusted: Sequence[Certificate]) -> Stamp:
    """Whether an answer stamps this entry. A fresh one must also bear the nonce that `builder` took from its query."""
    for one in trusted:
        same = one.issuer == one.subject
        builder = builder.add_root_certificate(one) if same else builder.add_intermediate_certificate(one)
    try:
        found = decoded(answer)
        builder.build().verify_message(found, entry.hash.encode())
        at = found.tst_info.gen_time.astimezone(UTC)
    except (ValueError, VerificationError) as error:
        return Stamp(entry.number, None, f"the time stamp over entry {entry.number} does not hold: {error}")
    if at < parse_at(entry.sealed_at) - _SKEW:
        return Stamp(entry.number, at, f"entry {entry.number} says it was sealed after it was time-stamped")
    return Stamp(entry.number, at)


def kept(folder: Path, district: str) -> dict[int, Path]:
    """The stamps there are, by the number of the entry."""
    found = {}
    for path in folder.glob("*.tsr"):
        home, _, number = path.stem.rpartition("-")
        if home == district and number.isdigit():
            found[int(number)] = path
    return dict(sorted(found.items()))


def check(entries: Iterable[Entry], stamps: Mapping[int, Path], trusted: Sequence[Certificate]) -> list[Stamp]:
    """What each kept stamp says of the chain, in the order of its entries. Raises OSError."""
    by_number = {entry.number: entry for entry in entries}
    found = []
    for number, path in stamps.items():
        if number not in by_number:
            wrong = f"a time stamp was given over entry {number}; the ledger has no such entry"
            found.append(Stamp(number, None, wrong))
        else:
            found.append(_checked(by_number[number], path.read_bytes(), VerifierBuilder(), trusted))
    return found


def faults(stamps: Iterable[Stamp]) -> list[Fault]:
    """The stamps that do not hold, as what is wrong with the chain."""
    return [Fault(one.number, one.wrong) for one in stamps if one.wrong]


def late(entries: Iterable[Entry], stamps: Iterable[Stamp]) -> list[Entry]:
    """Entries whose first stamp, their own or a later entry's, came more than a day after they were sealed, or none."""
    good = [one for one in stamps if one.at]
    found = []
    for entry in entries:
        first = min((one.at for one in good if one.number >= entry.number and one.at), default=None)
        if first is not None and first - parse_at(entry.sealed_at) > LATE:
            found.append(entry)
    return found


def stamp_due(book: Book, folder: Path, asked: Authority, at: datetime) -> list[str]:
    """Have the newest entry of each district stamped, where the last stamp is an hour old; returns what went wrong."""
    troubles = []
    for district in book.districts():
        newest, before = book.last(district), kept(folder, district)
        if newest is None or newest.number in before or _young(list(before.values()), at):
            continue
        try:
            stamp(newest, folder, asked)
        except (NotStamped, OSError) as error:
            troubles.append(f"{district}: {error}")
    return troubles


def _young(before: Sequence[Path], at: datetime) -> bool:
    return bool(before) and at.timestamp() - before[-1].stat().st_mtime < EVERY.total_seconds()


def keep_stamping(settings: Settings, stop: Flag, now: Any) -> None:
    """Until `stop`: the sink's thread for this alone, so that no authority ever holds up what is stored."""
    book = Book(settings.hallmonitor_home)
    try:
        while not stop.is_set():
            try:
                asked = authority(settings)
                troubles = stamp_due(book, folder_of(settings), asked, now()) if asked else []
            except (NotStamped, OSError) as error:
                troubles = [str(error)]
            for trouble in troubles:
                log.warning("not time-stamped; tried again", why=trouble, again_in_s=_LOOK_S)
            stop.wait(_LOOK_S)
    finally:
        book.close()
