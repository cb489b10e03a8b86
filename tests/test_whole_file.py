"""A command that cannot write its file leaves no piece of it."""

import os
from pathlib import Path

import pytest

from cli.whole_file import write_whole


def test_a_file_is_written() -> None:
    write_whole(Path("/dev/null"), b"x")


def test_of_a_file_that_does_not_fit_on_the_disk_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError(28, os.strerror(28), str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    kept = tmp_path / "kept.pdf"
    kept.touch()
    for out in (kept, tmp_path / "new.pdf"):
        with pytest.raises(OSError, match="No space"):
            write_whole(out, b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["kept.pdf"]
