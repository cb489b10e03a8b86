"""How far each source has been read, which of them are silent, and what that settles. Watermarks never fall."""

from collections.abc import Iterable

import msgspec

from model.batch import Reached, Tick
from streams.memory.shelf import Shelf

EVER = 1 << 62
NEVER = -EVER
_encode = msgspec.json.Encoder().encode


class Source(msgspec.Struct, array_like=True, gc=False):
    """What the log has said of one source. Times in ms; `gaps` are stretches of silence, the last may be open."""

    reached_at: int = NEVER
    ended: bool = False
    silent_since: int | None = None
    gaps: list[tuple[int, int]] = []
    read: int = 0  # records: recognised + unrecognised + dead letters
    unrecognised: int = 0
    dead_letters: int = 0
    events: int = 0
    late: int = 0


def reach(source: Source, reached_at: int | None, ended: bool = False) -> None:
    """The source has been read up to `reached_at`; `ended`: all there is of it, for now."""
    if reached_at is not None:
        source.reached_at = max(source.reached_at, reached_at)
    source.ended = ended


def apply_tick(source: Source, tick: Tick) -> None:
    """A tick reaches, ends, or both."""
    reach(source, tick.reached_at, tick.ended)


def fall_silent(source: Source, at: int) -> None:
    """Open a coverage gap."""
    if source.silent_since is None:
        source.silent_since = at


def resume(source: Source, at: int) -> None:
    """Close the coverage gap."""
    if source.silent_since is not None:
        source.gaps.append((source.silent_since, at))
        source.silent_since = None


def told(sources: Shelf[Source]) -> list[bytes]:
    """How far those that said something since the last turn have been read, as encoded lines."""
    return [_encode(_reached(name, sources.items[name])) for name in sorted(sources.changed)]


def _reached(name: str, source: Source) -> Reached:
    return Reached(
        source_id=name,
        reached_at=source.reached_at if source.reached_at > NEVER else None,
        ended=source.ended,
        read=source.read,
        unrecognised=source.unrecognised,
        dead_letters=source.dead_letters,
        late=source.late,
    )


def settled(sources: Iterable[Source]) -> int:
    """Up to where (ms) these sources have spoken. One that is silent, or that was never heard of, does not hold."""
    held = [source.reached_at for source in sources if not source.ended and source.silent_since is None]
    return min(held, default=EVER)


def watermark(sources: Iterable[Source]) -> int:
    """Up to where (ms) everything has been read: what lies well before may be forgotten. An end is no watermark."""
    held = [source.reached_at for source in sources if source.silent_since is None and source.reached_at > NEVER]
    return min(held, default=NEVER)
