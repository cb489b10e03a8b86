"""What of a run's sources is fetched from vendors: by a process beside it, or once before it ends."""

from pathlib import Path
from threading import Event as Flag

from cli.processes import Processes
from producers.live import Live


def begin_pulls(live: Live, folder: Path, processes: Processes, until_idle: bool, stop: Flag) -> list[str]:
    """Start the process that pulls; with `until_idle` pull each source once instead.

    Returns what could not be pulled then, a sentence each.
    """
    if not any(source.pull for source in live.sources) and live.district.oneroster is None:
        return []
    if not until_idle:
        processes.start("puller", "producers.pull.run", str(folder.absolute()), str(live.home), needed=False)
        return []
    from producers.pull.run import pull_once  # here, so that a run without pulls does not wait for an HTTP client

    return pull_once(live.district, live.sources, folder, live.home, stop)
