"""Compressed bodies: every frame is read, and damage is never silent."""

import gzip
import zlib
from collections.abc import Callable

import lz4.frame
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from infra.local.encoding import BadEncoding, Encoder, agree, decode

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "lz4": lz4.frame.compress,
    "zstd": zstandard.compress,
}
every_encoding = pytest.mark.parametrize("encoding", COMPRESS)


@every_encoding
@given(blocks=st.lists(st.binary(min_size=1, max_size=5000), min_size=1, max_size=6), cut=st.integers(1, 4000))
def test_every_frame_is_read_however_the_network_cuts_them(encoding: str, blocks: list[bytes], cut: int) -> None:
    body = b"".join(COMPRESS[encoding](block) for block in blocks)
    pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
    assert b"".join(decode(pieces, encoding)) == b"".join(blocks)


@every_encoding
def test_a_frame_that_stops_in_the_middle_is_an_error(encoding: str) -> None:
    body = COMPRESS[encoding](b"first") + COMPRESS[encoding](b"second" * 100)[:-5]
    with pytest.raises(BadEncoding, match="frame 2"):
        list(decode([body], encoding))


@every_encoding
def test_bytes_after_the_last_frame_that_are_no_frame_are_an_error(encoding: str) -> None:
    with pytest.raises(BadEncoding):
        list(decode([COMPRESS[encoding](b"rows") + b"garbage that is no frame"], encoding))


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["zstd", "gzip", "lz4"])
def test_a_bomb_comes_out_in_pieces_that_a_limit_can_stop(encoding: str) -> None:
    bomb = COMPRESS[encoding](bytes(500_000_000))
    assert max(len(piece) for piece in decode([bomb], encoding)) <= 140_000_000


@every_encoding
def test_an_answer_is_one_frame_that_its_reader_understands(encoding: str) -> None:
    encoder = Encoder(encoding)
    body = encoder.add(b"one,") + encoder.add(b"two") + encoder.end()
    assert b"".join(decode([body], encoding)) == b"one,two"


def test_the_cheapest_encoding_that_both_know_is_taken_and_only_on_request() -> None:
    assert agree("br, zstd;q=0.9, lz4", True) == "lz4"
    assert agree("br", True) == ""
    assert agree("lz4", False) == ""
