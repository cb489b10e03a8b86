"""A command that cannot write its file leaves no piece of it, and what stood there before."""

import os
from pathlib import Path

import pytest

from cli.whole_file import write_whole


def test_a_file_is_written_in_the_place_of_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "old.pdf").write_bytes(b"an older and longer one")
    for name in ("old.pdf", "new.pdf"):
        write_whole(tmp_path / name, b"x")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"old.pdf": b"x", "new.pdf": b"x"}


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", b"x")
    assert os.read(reader, 9) == b"x"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_of_a_file_that_does_not_fit_on_the_disk_nothing_is_left_and_an_older_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(b"whole")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as half:
            half.write(content[: len(content) // 2])
        raise OSError(28, os.strerror(28), str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    for out in (kept, tmp_path / "new.pdf"):
        with pytest.raises(OSError, match="No space"):
            write_whole(out, b"half of this")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"kept.pdf": b"whole"}
