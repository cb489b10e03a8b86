"""The process that pulls: `python -m producers.pull.run DISTRICT HOME` fetches what the sources' vendors hold."""

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import structlog

from model.clock import now_ms
from model.district import District
from producers.district_folder import open_district
from producers.pull.client import http
from producers.pull.failure import PullFailed
from producers.pull.hub import HubPuller
from producers.pull.puller import Puller
from producers.pull.roster import Roster
from producers.pull.setup import puller_of
from producers.source import Source, sources_of
from producers.transports.spool import Spool

LOOK_EVERY = 1.0  # seconds between two signs of life

log = structlog.get_logger()


class Turns:
    """One source, pulled every so often until `stop` is set."""

    def __init__(self, source: Source, root: Path, stop: Flag, clock: Callable[[], int] = now_ms) -> None:
        self._source, self._root, self._stop, self._clock = source, root, stop, clock
        self._spool = Spool(source.folder)
        self._well_at = 0
        self._said: list[str] = []

    def once(self) -> list[str]:
        """One turn; what stood in the way and what will not come any more, a sentence each."""
        begun = self._clock()
        try:
            with http() as client:
                puller = self._made(client)
                before = _missed(puller)
                well = puller.turn(self._clock)
        except (PullFailed, ValueError) as failed:
            return self._tell([str(failed)])
        if well:
            self._well_at = begun
        said_now = self._tell([state.failed for state in puller.kept.feeds.values() if state.failed])
        return said_now + [said for said in _missed(puller) if said not in before]

    def _made(self, client: Any) -> Puller | HubPuller:
        return puller_of(self._source, self._root, client, self._clock, self._stop.wait, self._spool)

    def _tell(self, failures: list[str]) -> list[str]:
        for one in failures:
            if one not in self._said:
                log.warning("not pulled", source=self._source.id, reason=one)
        if self._said and not failures:
            log.info("pulled again", source=self._source.id)
        self._said = failures
        return failures

    def run(self) -> None:
        """Returns after `stop`, with all that had come in the spool."""
        every = self._source.pull.every.total_seconds() if self._source.pull else 0.0
        while not self._stop.is_set():
            begun = self._clock()
            self.once()
            while not self._stop.wait(LOOK_EVERY) and self._clock() - begun < every * 1000:
                self._live(every)
        self.close()

    def close(self) -> None:
        """Ends the spool's segment."""
        self._spool.close()

    def _live(self, every: float) -> None:
        """A source is well as long as a turn that came to the end began no longer ago than twice the usual."""
        if self._clock() - self._well_at <= 2 * every * 1000:
            self._spool.keep_alive()


def _missed(puller: Puller | HubPuller) -> list[str]:
    return [said for state in puller.kept.feeds.values() for said in state.missed]


class Nightly:
    """The tables of a district, fetched when it is time until `stop` is set."""

    def __init__(self, roster: Roster, stop: Flag) -> None:
        self._roster, self._stop = roster, stop

    def run(self) -> None:
        """Returns after `stop`."""
        while not self._stop.wait(LOOK_EVERY):
            if self._roster.due():
                self._roster.pull(self._stop.wait)


def pulled(sources: Sequence[Source]) -> list[Source]:
    """Those that are fetched from a vendor."""
    return [source for source in sources if source.pull]


def pull_once(district: District, sources: Sequence[Source], root: Path, home: Path, stop: Flag) -> list[str]:
    """The tables, if it is time for them, and one turn of each source; what stood in the way, a sentence each."""
    roster = Roster(root, home, district, district.oneroster) if district.oneroster else None
    said = roster.pull(stop.wait) if roster and roster.due() else ""
    found = [said] if said else []
    for source in pulled(sources):
        turns = Turns(source, root, stop)
        found += [f"{source.id}: {said}" for said in turns.once()]
        turns.close()
    return found


def main(folder: Path, home: Path) -> None:
    """Pull for the district in `folder` until SIGTERM or SIGINT."""
    stop = Flag()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    district = open_district(folder).district
    runs = [Turns(source, folder, stop).run for source in pulled(sources_of(district, folder, home))]
    runs += [Nightly(Roster(folder, home, district, district.oneroster), stop).run] if district.oneroster else []
    threads = [Thread(target=run, daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(0.2)
        if not stop.is_set() and not all(thread.is_alive() for thread in threads):
            stop.set()  # one ended by an error of ours: this process ends, and is started again


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
