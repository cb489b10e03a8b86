"""What stands between a full disk and a lost row.

Seen with chDB 26.9 (strace): when write(2) answers ENOSPC or EFBIG, the engine goes on, keeps a part with files cut
short, and reports success. ClickHouse's reservation of space catches most of it; what slips through (another process
filled the disk meanwhile) is found here, by comparing the size of each new part with what its checksums say, before
an insert is acknowledged. Whole merged parts that were cut short are undone by a restart: ClickHouse then finds them
broken, and takes up the parts they were made of, which it keeps for eight minutes.
"""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from chdb.state.sqlitelike import Connection

from infra.local.refusal import refusal

_PARTS = "SELECT database, table, name, path, bytes_on_disk, level FROM system.parts WHERE active"
# Written beside a part's data, and not counted in bytes_on_disk.
_NOT_COUNTED = {
    *("checksums.txt", "columns.txt", "columns_substreams.txt", "default_compression_codec.txt"),
    *("metadata_version.txt", "uuid.txt", "txn_version.txt"),
}
_MAKES_ROOM = (b"DROP", b"TRUNCATE")
_log = structlog.get_logger()


def margin(folder: Path) -> int:
    """Bytes of the disk that are never used: a twentieth, at most 1 GB."""
    return min(1024**3, shutil.disk_usage(folder).total // 20)


def admit(folder: Path, first_word: bytes, size: int) -> None:
    """Refuses what would write `size` bytes (or a little, for DDL) into the margin. Raises Refusal 243."""
    free = shutil.disk_usage(folder).free
    if first_word not in _MAKES_ROOM and free - size < margin(folder):
        raise refusal(
            243,
            "NOT_ENOUGH_SPACE",
            f"{folder} has {free:,} bytes free, of which {margin(folder):,} are kept in reserve: nothing was written. "
            "Make room and send it again",
        )


@dataclass(frozen=True)
class Part:
    """A part of a table as system.parts knows it."""

    database: str
    table: str
    name: str
    path: str
    size: int
    level: int

    def is_cut_short(self) -> bool:
        """Whether its files are smaller than its checksums say. One that a merge took away meanwhile is not."""
        try:
            return sum(_counted_sizes(self.path)) < self.size
        except FileNotFoundError:
            return False


def _counted_sizes(path: str) -> Iterator[int]:
    for entry in os.scandir(path):
        if entry.is_dir():
            yield from _counted_sizes(entry.path)
        elif entry.name not in _NOT_COUNTED:
            yield entry.stat().st_size


class Parts:
    """The parts that were looked at and found whole; safe to use from many threads."""

    def __init__(self) -> None:
        self._whole: set[str] = set()
        self._lock = threading.Lock()
        self.damaged = 0

    def look(self, connection: Connection) -> None:
        """Looks at every part that is new since the last time, and removes those cut short."""
        with self._lock:
            parts = list(_active(connection))
            for part in parts:
                self._look_at(connection, part)
            self._whole &= {part.path for part in parts}

    def check(self, connection: Connection, damaged_before: int) -> None:
        """Looks, too. Raises Refusal 243 when a damaged part was found since `damaged_before`."""
        self.look(connection)
        if self.damaged != damaged_before:
            raise refusal(
                243,
                "NOT_ENOUGH_SPACE",
                "The disk was full while the rows were written. What was written of them was removed; "
                "make room and insert them again",
            )

    def _look_at(self, connection: Connection, part: Part) -> None:
        if part.path in self._whole:
            return
        if part.is_cut_short():
            self.damaged += 1
            _remove(connection, part)
        else:
            self._whole.add(part.path)


def _active(connection: Connection) -> Iterator[Part]:
    lines: Any = connection.query(_PARTS, "TSVRaw").bytes().decode().splitlines()
    for line in lines:
        database, table, name, path, size, level = line.split("\t")
        if path:
            yield Part(database, table, name, path, int(size), int(level))


def _remove(connection: Connection, part: Part) -> None:
    _log.error("part cut short by a full disk", table=f"{part.database}.{part.table}", part=part.name)
    if part.level > 0:
        _start_again()
    connection.query(f"ALTER TABLE `{part.database}`.`{part.table}` DROP PART '{part.name}'")


def _start_again() -> None:
    """Ends this process as a crash would; the supervisor starts it anew, and loading finds the broken part."""
    os.kill(os.getpid(), signal.SIGKILL)
