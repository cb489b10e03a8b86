"""The jars of Apache Kafka: fetched once from Maven Central through jgo, checked by SHA-256, kept for work offline."""

import csv
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KAFKA_VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka_jars.csv")
TOGETHER = 8  # downloads at once: the files are many and small

Report = Callable[[str], None]
Count = Callable[[int], None]


class FetchFailed(RuntimeError):
    """A jar could not be fetched, or is not the jar that was pinned."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock: `group:artifact:version` and the SHA-256 of the file."""

    coordinate: str
    sha256: str

    @property
    def filename(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def cache_folder() -> Path:
    """Where downloads are kept: HALLMONITOR_CACHE, else the user's cache folder (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("HALLMONITOR_CACHE") or Path(base) / "hallmonitor")


def pinned() -> list[Jar]:
    """Every jar the broker needs, as locked in kafka_jars.csv."""
    with LOCK.open(newline="") as lines:
        return [Jar(row["coordinate"], row["sha256"]) for row in csv.DictReader(lines)]


def ensure(report: Report, cache: Path | None = None) -> Path:
    """The folder that holds Kafka's jars; fetches what is not there yet.

    Out: a folder with exactly the pinned jars. `report` is told in words what is fetched and how far it is.
    Raises FetchFailed when a jar cannot be had or differs from its pin.
    """
    folder = (cache or cache_folder()) / f"kafka-{KAFKA_VERSION}-{_lock_digest()}"
    if not folder.is_dir():
        _fetch_all(folder, report)
    return folder


def _lock_digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]


def _fetch_all(folder: Path, report: Report) -> None:
    jars = pinned()
    folder.parent.mkdir(parents=True, exist_ok=True)
    report(f"Fetching Apache Kafka {KAFKA_VERSION} from Maven Central, once: {len(jars)} jars, 44 MB → {folder}")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as scratch:
        complete = Path(scratch) / "complete"
        complete.mkdir()
        _download(jars, Path(scratch) / "repository", complete, report)
        _publish(complete, folder)


def _publish(complete: Path, folder: Path) -> None:
    # Two processes may fetch at once; whoever renames second finds the same jars there already.
    try:
        complete.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _download(jars: list[Jar], repository: Path, target: Path, report: Report) -> None:
    with _counting(report) as count, ThreadPoolExecutor(TOGETHER) as pool:
        context = _maven(repository, count)
        list(pool.map(lambda jar: _place(jar, context, target), jars))


def _maven(repository: Path, count: Count) -> Any:
    from jgo.constants import MAVEN_CENTRAL_URL  # jgo takes a third of a second to import; needed once in a life
    from jgo.maven import MavenContext, PythonResolver

    resolver = PythonResolver(progress_callback=lambda name, size: _chunks(count))
    return MavenContext(repo_cache=repository, remote_repos={"central": MAVEN_CENTRAL_URL}, resolver=resolver)


@contextmanager
def _chunks(count: Count) -> Iterator[Count]:
    yield count


@contextmanager
def _counting(report: Report) -> Iterator[Count]:
    """Says each further 5 MB; a count that two threads write at once is a little low, which harms nobody."""
    fetched = said = 0

    def count(size: int) -> None:
        nonlocal fetched, said
        fetched += size
        if fetched - said >= 5_000_000:
            said = fetched
            report(f"  … {fetched // 1_000_000} MB of 44")

    yield count
    report("  … done; from now on it works offline")


def _place(jar: Jar, context: Any, target: Path) -> None:
    group, artifact, version = jar.coordinate.split(":")
    try:
        fetched = context.project(group, artifact).at_version(version).artifact().resolve()
    except Exception as failure:  # jgo raises whatever requests, urllib3 or itself had to say
        raise FetchFailed(
            f"Could not fetch {jar.coordinate} from Maven Central: {failure}. "
            f"Check the network and try again, or copy a filled cache to {target.parent.parent}."
        ) from failure
    _check(jar, Path(fetched))
    shutil.copyfile(fetched, target / jar.filename)


def _check(jar: Jar, path: Path) -> None:
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != jar.sha256:
        raise FetchFailed(f"{jar.coordinate}: SHA-256 is {found}, {LOCK.name} says {jar.sha256}. Do not use it.")
