"""The keys of the marks, in the home, 0600: one for each topic, made from one; and what counts from before them."""

import hmac
import secrets
from collections.abc import Callable, Iterable
from hashlib import blake2b, sha256
from pathlib import Path

import msgspec

from model import topics
from model.mark import HEADER, Sent, Serial, is_marked, made_once, serial_of

MASTER = "master.key"
RETIRED = "retired.json"
LEGACY = "marks.key"  # of releases that marked only what goes from the worker and the desk to the sink
MARKED = topics.ALL


class Stranger(ValueError):
    """A record that is none of ours; the message says why."""


class NoKey(RuntimeError):
    """This home was given keys for some topics, and not for the one asked for."""


class Ends(msgspec.Struct, frozen=True):
    """A topic as it was when a key was retired: the broker's id of it, and the end of each partition."""

    topic_id: str
    ends: dict[int, int] = {}


class Retired(msgspec.Struct, frozen=True):
    """A key that counts for records before those ends, and for none after. `legacy`: of the release without serials."""

    key: str  # hex
    until: dict[str, Ends]
    legacy: bool = False


class Ring:
    """The keys of one home."""

    def __init__(self, home: Path) -> None:
        self._ledger = home / "ledger"
        self._folder = self._ledger / "marks"
        self._keys: dict[str, bytes] = {}

    def key(self, topic: str) -> bytes:
        """The key of a topic. The master makes it, where the home has one; a home without any key makes a master.

        Raises `NoKey` where the home has only the keys of other topics, as one that was given just what it needs.
        """
        if topic not in self._keys:
            self._keys[topic] = self._read(topic)
        return self._keys[topic]

    def _read(self, topic: str) -> bytes:
        own = self._folder / f"{topic}.key"
        if own.exists():
            return own.read_bytes()
        if not (self._folder / MASTER).exists() and any(self._folder.glob("*.key")):
            raise NoKey(f"{self._folder} has no key for {topic}; `hallmonitor ledger marks` writes it on the main host")
        return derived(self._master(), topic)

    @property
    def has_unnoted_past(self) -> bool:
        """Whether a release before these keys worked here, and nobody noted yet how far its records reach."""
        return (self._ledger / LEGACY).exists() and not (self._folder / RETIRED).exists()

    def note_past(self, ends: Callable[[], dict[str, Ends]]) -> None:
        """Note, once, up to where records count that an earlier release sent; `ends` asks the broker."""
        if self.has_unnoted_past:
            old = Retired((self._ledger / LEGACY).read_bytes().hex(), ends(), legacy=True)
            made_once(self._folder / RETIRED, msgspec.json.encode([old]))

    def renew(self, ends: Callable[[], dict[str, Ends]]) -> None:
        """Make another master. The present one counts for what stands in Kafka now; nothing of ours may be running."""
        present = Retired(self._master().hex(), ends())
        path = self._folder / RETIRED
        scratch = path.with_suffix(".new")
        scratch.unlink(missing_ok=True)
        made_once(scratch, msgspec.json.encode([*self.retired(), present]))
        scratch.replace(path)
        (self._folder / MASTER).unlink()
        self._keys = {}
        self._master()

    def _master(self) -> bytes:
        return made_once(self._folder / MASTER, secrets.token_bytes(32))

    def retired(self) -> list[Retired]:
        """Keys that count for what was sent before they were retired."""
        path = self._folder / RETIRED
        return msgspec.json.decode(path.read_bytes(), type=list[Retired]) if path.exists() else []


class Checker:
    """Tells our own records from a stranger's. `topic_ids`: the broker's ids of the topics, where keys were retired."""

    def __init__(self, ring: Ring, topic_ids: Callable[[], dict[str, str]] = dict) -> None:
        self._ring = ring
        self._retired = ring.retired()
        ids = topic_ids() if self._retired else {}
        self._until = [
            {
                (name, n): end
                for name, e in one.until.items()
                if ids.get(name) == e.topic_id
                for n, end in e.ends.items()
            }
            for one in self._retired
        ]

    def serial(self, record: Sent) -> Serial | None:
        """The serial number of a record of ours; None for one of an earlier release. Raises `Stranger`."""
        if is_marked(self._ring.key(record.topic), record):
            return serial_of(record.headers)
        for one, until in zip(self._retired, self._until, strict=True):
            if record.offset >= until.get((record.topic, record.partition), 0):
                continue
            if one.legacy and _is_legacy(bytes.fromhex(one.key), record):
                return None
            if is_marked(derived(bytes.fromhex(one.key), record.topic), record):
                return serial_of(record.headers)
        given = dict(record.headers or ()).get(HEADER)
        raise Stranger("its mark is not ours, or was made for another place" if given else "it bears no mark of ours")


def derived(master: bytes, topic: str) -> bytes:
    """The key of a topic; who has it cannot make another topic's, nor the master, from it."""
    return hmac.digest(master, b"marks of " + topic.encode(), sha256)


def _is_legacy(key: bytes, record: Sent) -> bool:
    """As the earlier release had it: the log bore no marks, an empty record neither, the rest a keyed BLAKE2b."""
    if record.topic == topics.LOG.name or not record.value:
        return True
    said = dict(record.headers or ())
    made = blake2b(key=key, digest_size=16)
    told = (said.get("kind") or b"", said.get("epoch") or b"")
    for part in (record.topic.encode(), record.key or b"", *told, record.value):
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return hmac.compare_digest(made.digest(), said.get(HEADER) or b"")


def names(found: Iterable[topics.Topic] = MARKED) -> list[str]:
    """The names of topics, those that are marked if no others are given."""
    return [one.name for one in found]
