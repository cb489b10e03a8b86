"""How far the feeds of a source were pulled, and which records are known; beside the spool, written whole or not."""

import os
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import structlog

from model.event import format_ms

FILE = ".pulled.json"
MOST_SEEN = 200_000  # records of a feed; one that comes again later is stored once all the same: its event has one id
MOST_MISSED = 20  # sentences of a feed

log = structlog.get_logger()


class Feeding(msgspec.Struct):
    """One feed. Times in ms since the epoch, 0 = never.

    `begin`: from when on it is wanted; `failed`: why the last turn did not succeed; `missed`: what no later turn will
    bring, a sentence each, the newest last.
    """

    begin: int = 0
    pulled_to: int = 0
    swept_at: int = 0
    well_at: int = 0
    records: int = 0
    failed: str = ""
    missed: list[str] = msgspec.field(default_factory=list)

    def miss(self, said: str) -> None:
        """Something of this feed will not come any more: it is logged once, and stands in `hallmonitor status`."""
        if said in self.missed:
            return
        log.error("records are missing for good", what=said)
        self.missed = [*self.missed, said][-MOST_MISSED:]


class Kept(msgspec.Struct):
    """What the file of one source holds."""

    feeds: dict[str, Feeding] = msgspec.field(default_factory=dict)
    offsets: dict[str, int] = msgspec.field(default_factory=dict)  # of an Event Hub: by partition, what comes next

    def feed(self, name: str) -> Feeding:
        """The feed's state; made if new."""
        return self.feeds.setdefault(name, Feeding())


class Seen:
    """The records of one feed that came already, newest last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        content = file.read_bytes() if file.exists() else b""
        self._known = dict.fromkeys(content[at : at + 8] for at in range(0, len(content) - 7, 8))
        self._new = False

    def __contains__(self, identity: str | None) -> bool:
        """Whether the record has come; of one without an identity nobody knows."""
        return identity is not None and _key(identity) in self._known

    def add(self, identities: Iterable[str]) -> None:
        """These have come."""
        for identity in identities:
            self._known.pop(_key(identity), None)
            self._known[_key(identity)] = None
            self._new = True

    def save(self) -> None:
        """Durable when it returns. Of too many the oldest are forgotten."""
        if (over := len(self._known) - MOST_SEEN) > 0:
            self._known = dict.fromkeys(islice(self._known, over, None))
        if self._new:
            write_whole(self._file, self._known)
        self._new = False


def _key(identity: str) -> bytes:
    return blake2b(identity.encode(errors="surrogatepass"), digest_size=8).digest()


def load(folder: Path) -> Kept:
    """What the folder's file says. Raises ValueError for one that is not ours."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Kept)
    except FileNotFoundError:
        return Kept()
    except msgspec.DecodeError as error:
        said = f"{folder / FILE}: {error}; remove it: the pull begins anew, and nothing is stored twice"
        raise ValueError(said) from error


def save(folder: Path, kept: Kept) -> None:
    """Durable when it returns."""
    write_whole(folder / FILE, [msgspec.json.encode(kept)])


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Written beside, synced, renamed."""
    write_beside(path, pieces).replace(path)


def write_beside(path: Path, pieces: Iterable[bytes]) -> Path:
    """The file beside, synced, which only has to take the name of `path`."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    return beside


def pulls(home: Path) -> list[dict[str, Any]]:
    """How far each feed below this folder (`HALLMONITOR_HOME/pulled`) was pulled, a row a feed.

    Raises ValueError for a file that is not ours.
    """
    return [
        {"district": file.parent.parent.name, "source": file.parent.name, "feed": name, **_shown(state)}
        for file in sorted(home.glob(f"*/*/{FILE}"))
        for name, state in load(file.parent).feeds.items()
    ]


def _shown(state: Feeding) -> dict[str, Any]:
    reached = format_ms(state.pulled_to) if state.pulled_to else None
    missed = "; ".join(state.missed) or None
    return {"pulled_to": reached, "records": state.records, "failed": state.failed or None, "missed": missed}
