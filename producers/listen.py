"""The process that listens: `python -m producers.listen DISTRICT HOME` receives syslog for a district's sources."""

import json
import selectors
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any, cast

import structlog

from model.clock import now_ms
from producers.district_folder import open_district
from producers.source import Source, sources_of
from producers.transports.spool import Spool
from producers.transports.syslog_listener import Listener

COUNTED = ".counted.json"  # in the spool's folder: what was received and what was lost
LOOK_EVERY = 0.5  # seconds

log = structlog.get_logger()


def listeners(sources: Sequence[Source]) -> list[Listener]:
    """One for each source that listens. Raises OSError naming the source whose address is not free."""
    found = []
    for source in sources:
        if source.listen:
            try:
                found.append(Listener(source.id, source.listen, Spool(source.folder), now_ms, source.hearing))
            except OSError as error:  # also ssl.SSLError: a certificate that is none
                raise OSError(f"source {source.id} cannot listen on {source.listen}: {error}") from error
    return found


class Post:
    """Listens until told to stop."""

    def __init__(self, found: Sequence[Listener]) -> None:
        self.stopped = False
        self._found = found
        self._looked_at = 0
        self._selector = selectors.DefaultSelector()
        for listener in found:
            listener.register(self._selector)

    def stop(self, *_: int | FrameType | None) -> None:
        """A signal handler: end after this turn."""
        self.stopped = True

    def run(self) -> None:
        """Returns after `stop`, with all that had come in the spools."""
        while not self.stopped:
            for key, _ in self._selector.select(LOOK_EVERY):
                cast(Listener, key.data).ready(key.fileobj)  # type: ignore[arg-type]
            self._look()
        for listener in self._found:
            listener.look()
            listener.close()

    def _look(self) -> None:
        if now_ms() - self._looked_at < LOOK_EVERY * 1000:
            return
        self._looked_at = now_ms()
        for listener in self._found:
            listener.look()
            _tell(listener)


def _tell(listener: Listener) -> None:
    path = listener.spool.folder / COUNTED
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"port": listener.port, **asdict(listener.counted)}))
    beside.replace(path)


def counted(spools: Path) -> list[dict[str, Any]]:
    """What the listeners below this folder (`HALLMONITOR_HOME/syslog`) last said of themselves, a row a source.

    Counts are since the listener began. A file that cannot be read is an error of this machine and raises OSError.
    """
    rows = []
    for path in sorted(spools.glob(f"*/*/{COUNTED}")):
        rows.append({"district": path.parent.parent.name, "source": path.parent.name, **json.loads(path.read_text())})
    return rows


def main(folder: Path, home: Path) -> None:
    """Listen for the district in `folder` until SIGTERM or SIGINT."""
    district = open_district(folder).district
    post = Post(listeners(sources_of(district, folder, home)))
    signal.signal(signal.SIGTERM, post.stop)
    signal.signal(signal.SIGINT, post.stop)
    post.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
