"""The one folder of the embedded stack: where things lie, who owns it now, and what its owner says of itself."""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What `reset` empties; nothing else in the folder is touched.
EMPTIED = ("kafka", "clickhouse", "spool", "syslog", "producers", "logs", "state.json", "places.json")
_TRIES = 5


class HomeBusy(RuntimeError):
    """Another process owns the folder."""


@dataclass(frozen=True)
class Home:
    """Paths inside HALLMONITOR_HOME."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def clickhouse(self) -> Path:
        return self.folder / "clickhouse"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def kafka(self, name: str) -> Path:
        return self.folder / "kafka" / name

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    def create(self) -> None:
        """Makes the folders, for their owner's eyes only: they will hold personal data."""
        for folder in (self.folder, self.logs, self.spool, self.folder / "kafka"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def owned(self) -> Iterator[None]:
        """Holds the folder's lock, with our pid in it. Raises HomeBusy with the pid of whoever holds it."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        for _ in range(_TRIES):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.05)  # somebody who only looks, in `owner`, holds it for an instant
                continue
            os.pwrite(descriptor, f"{os.getpid():<20}\n".encode(), 0)
            return
        raise HomeBusy(f"{self.folder} belongs to process {self.owner()}; end it first: hallmonitor down")

    def owner(self) -> int | None:
        """The pid of the live owner, or None. A lock file whose process is gone holds nothing: the kernel let go."""
        try:
            descriptor = os.open(self._lock, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(os.pread(descriptor, 32, 0).strip() or 0)
        finally:
            os.close(descriptor)
        return None

    def write(self, name: str, content: Any) -> None:
        """Replaces a small JSON file whole, so that a reader never sees half of it."""
        scratch = self.folder / f"{name}.{os.getpid()}"
        scratch.write_text(json.dumps(content, indent=1) + "\n")
        scratch.replace(self.folder / name)

    def read(self, name: str) -> Any:
        """A small JSON file, or None if there is none."""
        try:
            return json.loads((self.folder / name).read_text())
        except FileNotFoundError:
            return None

    def empty(self) -> list[str]:
        """Removes all that the stack stored; says what. Raises HomeBusy while somebody owns the folder."""
        if not self.folder.is_dir():
            return []
        with self.owned():
            return [name for name in EMPTIED if _remove(self.folder / name)]


def _remove(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path)
        return True
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed
