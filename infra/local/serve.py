"""The process behind CLICKHOUSE_URL: `python -m infra.local.serve --data FOLDER --spool FOLDER --secret FILE --port N`.

Before the engine is opened the process gives up all rights it has no need of.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

from aiohttp import web

from infra.local.confinement import confine
from infra.local.engine import Engine
from infra.local.gateway import Gateway
from infra.local.identity import Doorkeeper
from infra.local.ports import LOOPBACK

# ClickHouse's http_max_uri_size: parameters travel in the URL, and a list of ids is long.
LONGEST_URL = 1024 * 1024
ORDERLY_WITHIN = 10.0
# What a running program needs: code, time zones, and what the kernel says of memory and processors.
_PROGRAMS = (
    "/usr",
    "/lib",
    "/lib64",
    "/etc/localtime",
    "/etc/ssl",
    "/proc/self",
    "/proc/meminfo",
    "/proc/cpuinfo",
    "/sys",
)
LOOK_EVERY = 5.0  # seconds; a merge keeps its sources for 480


async def serve(data: Path, spool: Path, doorkeeper: Doorkeeper, port: int) -> None:
    """Serves until it is told to end (SIGTERM); statements under way are finished first."""
    engine = Engine(data)
    runner = web.AppRunner(
        Gateway(engine, spool, doorkeeper).app(),
        access_log=None,
        auto_decompress=False,  # aiohttp's own stops after the first frame of a body
        max_line_size=LONGEST_URL,
        shutdown_timeout=ORDERLY_WITHIN,
    )
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    watch = asyncio.create_task(_look_after(engine))
    try:
        await _told_to_end()
    finally:
        watch.cancel()
        await runner.cleanup()
        engine.close()


async def _look_after(engine: Engine) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(engine.look_after)


async def _told_to_end() -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()


def _withdraw(data: Path, spool: Path) -> None:
    """Into a folder where no name means anything, and behind the kernel's wall."""
    for folder in (data, spool):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    empty = spool / "empty"
    empty.mkdir(mode=0o700, exist_ok=True)
    os.chdir(empty)
    tempfile.tempdir = str(spool)
    confine([data, spool], [Path(place) for place in (*_PROGRAMS, *sys.path, sys.prefix, sys.base_prefix) if place])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local.serve")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--spool", type=Path, required=True)
    parser.add_argument("--secret", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    os.umask(0o077)
    doorkeeper = Doorkeeper(given.secret.read_text().strip())
    data, spool = given.data.absolute(), given.spool.absolute()
    _withdraw(data, spool)
    asyncio.run(serve(data, spool, doorkeeper, given.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
