"""The bytes of a file, unpacked as far as they go."""

import gzip
import zlib
from pathlib import Path

import pytest
import zstandard

from producers.transports.file_bytes import Damaged, chunks, same_bytes
from tests.support.small_logs import squid_log


def test_several_members_in_one_archive_are_one_stream(tmp_path: Path) -> None:
    for pack in (gzip.compress, zstandard.ZstdCompressor().compress):
        path = tmp_path / pack.__name__
        path.write_bytes(pack(b"one\n") + pack(b"two\n"))
        assert b"".join(chunks(path)) == b"one\ntwo\n"


def test_what_packs_well_still_comes_in_pieces_of_the_size_asked_for(tmp_path: Path) -> None:
    for pack in (gzip.compress, zstandard.ZstdCompressor().compress):
        path = tmp_path / pack.__name__
        path.write_bytes(pack(b"\n" * 1_000_000))
        pieces = list(chunks(path, size=100_000))
        assert sum(map(len, pieces)) == 1_000_000
        assert max(map(len, pieces)) <= 100_000


def test_a_beginning_is_the_same_bytes_whatever_the_chunks(tmp_path: Path) -> None:
    data = squid_log(30_000)
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(zstandard.ZstdCompressor().compress(data[:1_000_000]))
    (tmp_path / "c").write_bytes(data[:900_000] + b"!" + data[900_001:])
    assert same_bytes(tmp_path / "a", tmp_path / "b")
    assert not same_bytes(tmp_path / "a", tmp_path / "c")


def test_damage_costs_nothing_that_could_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(squid_log(20_000))[:30_000])
    found: list[bytes] = []
    with pytest.raises(Damaged) as damage:
        found.extend(chunks(path))
    assert b"".join(found) == zlib.decompressobj(wbits=31).decompress(path.read_bytes())
    assert damage.value.offset == len(b"".join(found))
