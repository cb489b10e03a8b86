"""The one folder of the embedded stack: where things lie, who owns it now, and what its owner says of itself."""

import fcntl
import json
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What `reset` empties; nothing else in the folder is touched.
EMPTIED = (
    *("kafka", "clickhouse", "ledger", "spool", "syslog", "producers", "logs", "attachments"),
    *("state.json", "places.json", "first_link"),
)
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
    def secret_file(self) -> Path:
        """Holds the password of both servers; random, made once for each home."""
        return self.folder / "secret"

    @property
    def secret(self) -> str:
        """The password of both servers. Raises FileNotFoundError before `create`."""
        return self.secret_file.read_text().strip()

    @property
    def enrolled(self) -> Path:
        """Is there once Kafka knows the secret as a SCRAM credential."""
        return self.folder / "kafka" / "enrolled"

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    def create(self) -> None:
        """Makes the folders and the secret, for their owner's eyes only, and takes others' rights from what is there.

        They will hold personal data. Who may open the home folder can be everything that the stack's owner can be.
        """
        for folder in (self.folder, self.logs, self.spool, self.folder / "kafka"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close(self.folder)
        if not self.secret_file.exists():
            descriptor = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32) + "\n")

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


def _close(folder: Path) -> None:
    """Takes every right of group and others from a folder and all in it; links are not followed."""
    _owner_only(os.stat(folder), str(folder))
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir():
                _close(Path(entry.path))
            else:
                _owner_only(entry.stat(), entry.path)


def _owner_only(now: os.stat_result, path: str) -> None:
    if now.st_mode & 0o077:
        os.chmod(path, stat.S_IMODE(now.st_mode) & 0o700)


def _remove(path: Path) -> bool:
    if path.is_dir():
        shutil.rmtree(path)
        return True
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed
