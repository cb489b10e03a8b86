"""What Hall Monitor says of the school's folder: `check`, then the real thing, each as a child process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from model.settings import SERVERS

COMMAND = Path(sys.executable).with_name("hallmonitor")
_SERVERS = tuple(name.upper() for name in SERVERS)  # never a district's own: the school's answer goes to no real store


class Failed(RuntimeError):
    """A command that did not do what it was asked; with its words."""


def check(folder: Path, home: Path) -> dict[str, Any]:
    """`hallmonitor check --json`: the comparison with expected.yaml."""
    answer: dict[str, Any] = json.loads(_hallmonitor(home, "check", str(folder), "--json", codes=(0, 1)))
    return answer


def judged(folder: Path, home: Path) -> list[dict[str, Any]]:
    """Every violation by `hallmonitor judge`."""
    return _violations(_hallmonitor(home, "judge", str(folder)))


def run(folder: Path, home: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`hallmonitor run --until-idle` on a stack of its own: its summary, and what is stored afterwards."""
    with _stack(home):
        summary: dict[str, Any] = json.loads(
            _hallmonitor(home, "run", str(folder), "--until-idle", "--json", codes=(0, 1))
        )
        stored = _violations(_hallmonitor(home, "violations", "--all", "--json"))
    return summary, stored


def parsed(product: str, file: Path, home: Path, zone: str) -> str:
    """All events of a log, as `hallmonitor parse` prints them."""
    return _hallmonitor(home, "parse", product, str(file), "--timezone", zone)


def identities(violations: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Id and status of each."""
    return {(one["violation_id"], one["status"]) for one in violations}


def _violations(lines: str) -> list[dict[str, Any]]:
    return [one for one in map(json.loads, lines.splitlines()) if one["status"] != "withdrawn"]


@contextmanager
def _stack(home: Path) -> Iterator[None]:
    _hallmonitor(home, "up")
    try:
        yield
    finally:
        _hallmonitor(home, "down")


def _hallmonitor(home: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in _SERVERS}
    environment["HALLMONITOR_HOME"] = str(home)
    # What `up` leaves running must not hold a pipe of ours open: its words go to a file.
    words = home.parent / "hallmonitor.err"
    with words.open("ab") as sink:
        ran = subprocess.run(
            [str(COMMAND), *arguments], env=environment, stdout=subprocess.PIPE, stderr=sink, text=True, check=False
        )
    if ran.returncode not in codes:
        last = "\n".join(words.read_text(errors="replace").splitlines()[-12:])
        raise Failed(f"hallmonitor {' '.join(arguments)} exited {ran.returncode}:\n{last}")
    return ran.stdout
