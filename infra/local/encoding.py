"""Content encodings of ClickHouse's HTTP interface, both ways: a body is any number of compressed frames, all read."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import lz4.frame
import zstandard

# So many bytes at a time cannot grow to more than some 64 MB, whatever was packed into them: zstd says a block of
# 128 KB in four bytes, deflate grows a thousandfold, lz4 255-fold.
_PIECE = {"zstd": 2048, "gzip": 65536, "deflate": 65536, "lz4": 262144}


class BadEncoding(ValueError):
    """The body is not what its Content-Encoding says, or stops in the middle of a frame."""


_DECODERS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(31),
    "deflate": lambda: zlib.decompressobj(15),
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
    "lz4": lz4.frame.LZ4FrameDecompressor,
}
_FAULTS = (zlib.error, zstandard.ZstdError, RuntimeError, EOFError)


def check_known(encoding: str) -> None:
    """Raises BadEncoding for a Content-Encoding that this gateway does not read."""
    if encoding and encoding not in _DECODERS:
        raise BadEncoding(f"Content-Encoding {encoding!r} is not read here; send {', '.join(_DECODERS)} or none")


def decode(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The bytes behind every frame of a body, in order.

    clickhouse-connect compresses each block of an insert as a frame of its own; a decoder that stops after the first
    would lose rows without a word. Raises BadEncoding for a damaged or unfinished frame, and for bytes after the last
    frame that are no frame.
    """
    decoder, frames = None, 0
    for piece in _small(pieces, _PIECE[encoding]):
        while piece:
            decoder = decoder or _DECODERS[encoding]()
            yield _grow(decoder, piece, encoding, frames)
            piece = decoder.unused_data if decoder.eof else b""
            if decoder.eof:
                decoder, frames = None, frames + 1
    if decoder is not None:
        raise BadEncoding(f"The {encoding} body ends in the middle of frame {frames + 1}")


def _small(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        yield from (piece[at : at + size] for at in range(0, len(piece), size))


def _grow(decoder: Any, piece: bytes, encoding: str, frames: int) -> bytes:
    try:
        return bytes(decoder.decompress(piece))
    except _FAULTS as fault:
        raise BadEncoding(f"The {encoding} body is damaged in frame {frames + 1}: {fault}") from fault


class Encoder:
    """Compresses an answer as one frame, piece by piece."""

    def __init__(self, encoding: str) -> None:
        self._first = b""
        self._encoder: Any = None
        if encoding == "lz4":
            self._encoder = lz4.frame.LZ4FrameCompressor()
            self._first = self._encoder.begin()
        elif encoding == "zstd":
            self._encoder = zstandard.ZstdCompressor(level=1).compressobj()
        elif encoding in ("gzip", "deflate"):
            self._encoder = zlib.compressobj(1, zlib.DEFLATED, 31 if encoding == "gzip" else 15)

    def add(self, piece: bytes) -> bytes:
        if self._encoder is None:
            return piece
        first, self._first = self._first, b""
        return bytes(first + self._encoder.compress(piece))

    def whole(self, body: bytes) -> bytes:
        """A body that is all there is."""
        return self.add(body) + self.end()

    def end(self) -> bytes:
        if self._encoder is None:
            return b""
        first, self._first = self._first, b""
        return bytes(first + self._encoder.flush())


def agree(accepted: str, wanted: bool) -> str:
    """The encoding of an answer, from Accept-Encoding and `enable_http_compression`: the cheapest that both know."""
    offered = {part.split(";")[0].strip() for part in accepted.split(",")}
    known = ("lz4", "zstd", "gzip", "deflate")
    return next((name for name in known if wanted and name in offered), "")
