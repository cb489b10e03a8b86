"""A file as a stream of bytes: plain, gzip, zstd, UTF-16; from any offset of what it unpacks to, in bounded memory."""

import codecs
import errno
import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import IO

import zstandard

CHUNK = 262_144
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # as Windows PowerShell and Event Viewer write
MOST_UNPACKED = 100_000_000_000  # bytes that one archive may hold
MOST_RATIO = 200  # times its own size that an archive may hold; text logs shrink to a tenth, seldom to a fiftieth
ALWAYS_ALLOWED = 64_000_000  # bytes that any archive may hold, however small it is
_LARGEST_WINDOW = 1 << 27  # bytes of memory a zstd frame may ask for; `zstd --long` needs 128 MiB


class Damaged(Exception):
    """A compressed file that breaks off or is corrupt; `offset` is where in the uncompressed stream."""

    def __init__(self, path: Path, offset: int, reason: str) -> None:
        super().__init__(f"{path.name}: cannot be decompressed behind byte {offset}: {reason}")
        self.offset = offset


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of the file as they lie there, packed or not. Raises OSError."""
    with _plain(path) as file:
        return file.read(size)


def compressed(path: Path) -> bool:
    """Whether the file is gzip or zstd, by its first bytes: names lie."""
    return beginning(path, 4).startswith((_GZIP, _ZSTD))


def chunks(path: Path, offset: int = 0, size: int = CHUNK) -> Iterator[bytes]:
    """The uncompressed bytes from `offset` to the present end, `size` or so at a time; of UTF-16 its text as UTF-8.

    Raises OSError and, for a broken archive, `Damaged`.
    """
    with closing(_plain(path)) as file:
        head = file.read(4)
        file.seek(0)
        if head.startswith((_GZIP, _ZSTD, *_WIDE)):
            unpack = _gunzip if head.startswith(_GZIP) else _unzstd if head == _ZSTD else _pieces
            yield from _behind(path, _narrow(unpack(file, size)), offset, _most(file))
        else:
            file.seek(offset)
            yield from _pieces(file, size)


def _narrow(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 as UTF-8, all else as it is. What is no character is kept, so that nothing is lost of it."""
    first = b""
    while len(first) < 2 and (more := next(pieces, b"")):
        first += more
    if not first.startswith(_WIDE):
        yield first
        yield from pieces
        return
    decode = codecs.getincrementaldecoder("utf-16")("surrogatepass").decode
    for piece in chain([first], pieces):
        if text := decode(piece):
            yield text.encode(errors="surrogatepass")


def _most(file: IO[bytes]) -> int:
    return min(MOST_UNPACKED, max(ALWAYS_ALLOWED, MOST_RATIO * os.fstat(file.fileno()).st_size))


def _behind(path: Path, pieces: Iterator[bytes], offset: int, most: int) -> Iterator[bytes]:
    """What lies behind `offset`, up to `most` bytes of the stream: what holds more is damaged from there."""
    at = 0
    try:
        for piece in pieces:
            if at + len(piece) > most:
                raise Damaged(path, at, f"it would hold more than {most} bytes, {MOST_RATIO} times its own size")
            at += len(piece)
            if at > offset:
                yield piece[max(0, len(piece) - (at - offset)) :]
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise Damaged(path, at, str(error)) from error


def stretch(path: Path, start: int, size: int) -> bytes:
    """The uncompressed bytes from `start` on, `size` of them or as many as there are and can be unpacked."""
    found = b""
    plain = not beginning(path, 4).startswith((_GZIP, _ZSTD, *_WIDE))
    for chunk in _steady(path, start, size if plain else CHUNK):
        found += chunk
        if len(found) >= size:
            break
    return found[:size]


def same_bytes(path: Path, other: Path, start: int = 0) -> bool:
    """Whether both streams hold the same from `start` on, as far as both go."""
    ours, theirs = _steady(path, start), _steady(other, start)
    left = right = b""
    while (left := left or next(ours, b"")) and (right := right or next(theirs, b"")):
        length = min(len(left), len(right))
        if left[:length] != right[:length]:
            return False
        left, right = left[length:], right[length:]
    return True


def begins(path: Path, other: Path) -> bool:
    """Whether a stream is the beginning of the other one, or all of it: a copy cut short, or gzip still at work."""
    theirs, rest = _steady(other), b""
    for ours in _steady(path):
        while len(rest) < len(ours) and (more := next(theirs, b"")):
            rest += more
        if not rest.startswith(ours):
            return False
        rest = rest[len(ours) :]
    return True


def _steady(path: Path, start: int = 0, size: int = CHUNK) -> Iterator[bytes]:
    try:
        yield from chunks(path, start, size)
    except Damaged:
        return  # as far as it goes


def _plain(path: Path) -> IO[bytes]:
    # O_NONBLOCK: a FIFO put into the folder must not hold us for ever. O_NOFOLLOW: who may write into a folder of logs
    # must not make us read what only we may read.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(f"{path} is a symbolic link; those are not followed: put the file itself there") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a regular file")
    return open(descriptor, "rb")


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while piece := file.read(size):
        yield piece


def _gunzip(file: IO[bytes], size: int) -> Iterator[bytes]:
    # read1, because read throws away what it has when the end is missing.
    with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
        while piece := unpacked.read1(size):
            yield piece


def _unzstd(file: IO[bytes], size: int) -> Iterator[bytes]:
    # Not stream_reader, which says nothing when the end of a frame is missing. 1 KiB can become 32 MiB, not more.
    unpack = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    frame, packed = unpack.decompressobj(), file.read(1024)
    begun = False
    while packed:
        begun = True
        piece = frame.decompress(packed)
        yield from (piece[at : at + size] for at in range(0, len(piece), size))
        packed = frame.unused_data
        if frame.eof:
            frame, begun = unpack.decompressobj(), False
        packed = packed or file.read(1024)
    if begun:
        raise EOFError("the last frame is not complete")
