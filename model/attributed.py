"""What `audit.events` says of events: which lines of which records of the log, and whose each is; pure.

A record of kind `attributed` does not repeat the events. It is NDJSON: all answers of attribution in it, each
once, then for each record of the log which of its lines are given out, and the number of the answer to each; of
which lines the topic is not given out (`model.protected_speech`).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Annotated, NamedTuple

import msgspec

from model.codec import Headers, split_lines
from model.protected_speech import without_topic

KIND = "attributed"
SCHEMA = b"2"
SINCE = "log_from"  # header: the first record of the log that it needs
WHOLE_BYTES = 16_000_000  # of the events of one record, written out
RECORD_BYTES = 700_000  # of the record, unless one answer alone is longer
_NUMBER_BYTES, _PART_BYTES = 8, 140  # at most, with what stands around it, as JSON
_Number = Annotated[int, msgspec.Meta(ge=0)]
_encode = msgspec.json.Encoder().encode


class Unlike(ValueError):
    """A record that does not fit the log, or is none of this kind; the message says why."""


class Origin(NamedTuple):
    """A record of the log: its offset, and what names its content (`model.mark.name_of`)."""

    offset: int
    name: bytes


class Given(msgspec.Struct, gc=False):
    """Events of one record of the log that are given out: the number of each line, and what attribution adds to it.

    `lines`: all lines of the record. An addition is the tail of a JSON object, `,"person":…`, or empty.
    """

    origin: Origin
    lines: list[bytes]
    numbers: list[int] = []
    added: list[bytes] = []
    hidden: list[int] = []  # the lines that are given out without their topic

    def whole(self) -> Iterator[bytes]:
        """The events written out."""
        lines = _hide(self.lines, self.hidden)
        return (whole(lines[n], added) for n, added in zip(self.numbers, self.added, strict=True))


class Part(msgspec.Struct, kw_only=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One record of the log as a line says it: its offset, its name, runs of lines [from, to, from, to …), answers.

    `hidden`: the lines whose topic is not given out.
    """

    offset: int
    name: str
    lines: list[_Number]
    answers: list[_Number]
    hidden: list[_Number] = []

    @property
    def origin(self) -> Origin:
        """Which record it is; raises `Unlike`."""
        try:
            return Origin(self.offset, bytes.fromhex(self.name))
        except ValueError as error:
            raise Unlike(f"record {self.offset} of the log has no name: {error}") from error

    def numbers(self, count: int) -> Iterator[int]:
        """The lines meant, of a record that has `count`; raises `Unlike`."""
        edges = [-1, *self.lines, count]
        if len(self.lines) % 2 or any(one > other for one, other in pairwise(edges)):
            raise Unlike(f"record {self.offset} of the log has {count} lines; lines {self.lines} are asked for")
        for start, stop in zip(self.lines[::2], self.lines[1::2], strict=True):
            yield from range(start, stop)


_answers = msgspec.json.Decoder(list[msgspec.Raw]).decode
_parts = msgspec.json.Decoder(Part).decode
Fetch = Callable[[Origin], bytes]  # what a record of the log holds; raises `Unlike`


def whole(line: bytes, added: bytes) -> bytes:
    """An event with what attribution adds to it."""
    return line[:-1] + added + b"}" if added else line


def _hide(lines: list[bytes], hidden: list[int]) -> list[bytes]:
    """All lines, these ones without their topic; raises `IndexError` and `msgspec.DecodeError`."""
    if not hidden:
        return lines
    lines = list(lines)
    for number in hidden:
        lines[number] = without_topic(lines[number])
    return lines


class _Draft:
    """A record while it is filled."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.parts: list[Part] = []
        self.count = self.size = self.size_whole = 0

    def begin(self, origin: Origin) -> None:
        """What is added from now on is of this record of the log."""
        self.parts.append(Part(offset=origin.offset, name=origin.name.hex(), lines=[], answers=[]))
        self.size += _PART_BYTES

    def add(self, number: int, line: bytes, added: bytes, hidden: bool) -> None:
        """One more event of the last part."""
        part = self.parts[-1]
        if part.lines and part.lines[-1] == number:
            part.lines[-1] += 1
        else:
            part.lines += (number, number + 1)
            self.size += 2 * _NUMBER_BYTES
        if added not in self.numbers:
            self.numbers[added] = len(self.numbers)
            self.size += len(added) + 3
        part.answers.append(self.numbers[added])
        if hidden:
            part.hidden.append(number)
        self.count += 1
        self.size += _NUMBER_BYTES * (1 + hidden)
        self.size_whole += len(line) + len(added)

    @property
    def full(self) -> bool:
        """Whether another event should stand in another record."""
        return self.size >= RECORD_BYTES or self.size_whole >= WHOLE_BYTES

    def record(self) -> tuple[bytes, Headers]:
        """Value and headers."""
        answers = b"[" + b",".join(b"{" + added[1:] + b"}" for added in self.numbers) + b"]"
        value = b"\n".join([answers, *map(_encode, self.parts)]) + b"\n"
        told = [("kind", KIND.encode()), ("schema", SCHEMA), (SINCE, b"%d" % self.parts[0].offset)]
        return value, [*told, ("count", b"%d" % self.count)]


def encode_attributed(given: Iterable[Given]) -> Iterator[tuple[bytes, Headers]]:
    """Value and headers of the Kafka records that say this, in order."""
    draft = _Draft()
    for one in given:
        begun, hidden = None, frozenset(one.hidden)
        for number, added in zip(one.numbers, one.added, strict=True):
            if draft.full:
                yield draft.record()
                draft = _Draft()
            if begun is not draft:
                begun = draft
                draft.begin(one.origin)
            draft.add(number, one.lines[number], added, number in hidden)
    if draft.count:
        yield draft.record()


def written_out(value: bytes, fetch: Fetch) -> bytes:
    """The events of a record as NDJSON, each with its attribution; raises `Unlike`."""
    answers, parts = _read(value)
    out: list[bytes] = []
    for part in parts:
        lines = split_lines(fetch(part.origin))
        try:
            lines = _hide(lines, part.hidden)
            pairs = zip(part.numbers(len(lines)), part.answers, strict=True)
            out += [whole(lines[number], answers[answer]) for number, answer in pairs]
        except (ValueError, IndexError, msgspec.MsgspecError) as error:
            raise Unlike(f"record {part.offset} of the log: {error}") from error
    return b"\n".join(out) + b"\n"


def _read(value: bytes) -> tuple[list[bytes], list[Part]]:
    head, *lines = split_lines(value) or [b""]
    try:
        found = [bytes(one)[1:-1] for one in _answers(head)]
        return [b"," + one if one else b"" for one in found], [_parts(line) for line in lines]
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unlike(f"it is no record of kind {KIND}: {error}") from error
