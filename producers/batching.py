"""Records in order of time become batches: of one stream each, full or a minute long, and said how far they reach."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from model.batch import Batch, Tick
from model.codec import join_lines
from producers.entry import Entry, Refused
from producers.merge import Merged
from producers.source import Source
from producers.transports.file_stream import FileStream, digest

MOST_LINES = 1_000
MOST_BYTES = 900_000
SPREAD_MS = 120_000  # the most that lies, in event time, between the first and the last record of what is held open
TICK_MS = 300_000  # in event time: how often sources with nothing to say say so, while history is read
REFUSED = "!"  # ends the name of the stream that a stream's dead letters make

_encode = msgspec.json.Encoder().encode


class _Open:
    """The batch of one stream that is being filled."""

    def __init__(self, stream: FileStream) -> None:
        self.stream = stream
        self.lines: list[bytes] = []
        self.refused: list[Refused] = []
        self.size = 0
        self.stop = stream.batched_to
        self.tail = b""

    def holds(self, entry: Entry) -> bool:
        """Whether `entry` still fits."""
        count = len(self.lines) + len(self.refused) + len(entry.events) + len(entry.refused)
        return count <= MOST_LINES and self.size + entry.size <= MOST_BYTES

    def add(self, entry: Entry) -> None:
        self.lines += entry.events
        self.refused += entry.refused
        self.size += entry.size
        self.stop, self.tail = entry.stop, entry.tail

    def close(self, reached_at: int | None) -> Iterator[Batch]:
        """The dead letters first, then the events: once those are acknowledged, all up to `stop` is."""
        source, start = self.stream.source, self.stream.batched_to
        yield from _letters(self.stream, self.refused)
        self.stream.batched_to = self.stop
        yield Batch(
            kind="events",
            district=source.district,
            source_id=source.id,
            body=join_lines(self.lines),
            count=len(self.lines),
            stream=self.stream.key,
            start=start,
            stop=self.stop,
            tail=digest(self.tail),
            reached_at=reached_at,
        )


def _letters(stream: FileStream, refused: list[Refused]) -> Iterator[Batch]:
    """Dead letters as commands, in batches. They are a stream of their own, so that each stands or falls alone."""
    start = stream.batched_to
    while refused:
        size = count = 0
        while count < len(refused) and (not count or size + len(refused[count].line) <= MOST_BYTES):
            size += len(refused[count].line) + 1
            count += 1
        lines, refused = refused[:count], refused[count:]
        yield Batch(
            kind="command",
            district=stream.source.district,
            source_id=stream.source.id,
            body=join_lines([letter.line for letter in lines]),
            count=count,
            refused=count,
            stream=stream.key + REFUSED,
            start=start,
            stop=lines[-1].stop,
        )
        start = lines[-1].stop


def batches(records: Iterable[Merged], sources: Sequence[Source], now: Callable[[], int]) -> Iterator[Batch]:
    """Batches of `records`, in their order, and a tick of all `sources` every five minutes of event time.

    `now` caps what `reached_at` may promise: a clock that runs ahead must not make tomorrow late.
    """
    held: dict[str, _Open] = {}
    since = ticked = reached = 0  # ms: what is open began, the last tick, how far the merge has come
    for at, stream, entry in records:
        filling = held.get(stream.key)
        if held and (at - since > SPREAD_MS or (filling and not filling.holds(entry))):
            yield from _flush(held, min(reached, now()))
            if reached - ticked > TICK_MS:
                ticked = reached
                yield tick(sources, min(reached, now()))
        since = since if held else at
        held.setdefault(stream.key, _Open(stream)).add(entry)
        reached = at
    yield from _flush(held, min(reached, now()))
    if reached - ticked > TICK_MS:
        yield tick(sources, min(reached, now()))


def _flush(held: dict[str, _Open], reached: int) -> Iterator[Batch]:
    """Closes what is open; the last batch of each source says how far that source has come.

    Who held an address stands before what was asked from it: web traffic, the bulk, goes last.
    """
    closing = sorted(held.values(), key=lambda opened: "proxy" in opened.stream.source.product.categories)
    last = {opened.stream.source.id: opened for opened in closing}
    for opened in closing:
        source = opened.stream.source
        promises = reached and last[source.id] is opened  # where no record told a time yet, nothing is known of any
        yield from opened.close(reached - source.lateness_ms if promises else None)
    held.clear()


def tick(sources: Sequence[Source], reached: int | None) -> Batch:
    """Of sources that have been read up to `reached` (ms), less what may still come late; None: they have ended."""
    if reached is None:
        return ends(sources[0].district, [source.id for source in sources])
    return _ticks(
        sources[0].district, [Tick(source_id=source.id, reached_at=reached - source.lateness_ms) for source in sources]
    )


def ends(district: str, names: Iterable[str]) -> Batch:
    """Of sources that there is no more of them, for now."""
    return _ticks(district, [Tick(source_id=name, ended=True) for name in names])


def _ticks(district: str, ticks: list[Tick]) -> Batch:
    body = join_lines([_encode(one) for one in ticks])
    return Batch(kind="tick", district=district, source_id="", body=body, count=len(ticks))
