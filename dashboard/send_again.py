"""Sends dead letters again the way a person would: `hallmonitor dead-letters retry`, as a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

FOLDERS = "HALLMONITOR_DASHBOARD_FOLDERS"  # JSON: district id → its folder; set by `hallmonitor dashboard DISTRICT`
WITHIN = 120  # seconds
MOST = 200
_COMMAND = (sys.executable, "-c", "from cli.main import main; main()", "dead-letters", "retry")


class Answer(NamedTuple):
    """How it went, and what the command said."""

    well: bool
    words: str


def folder_of(district: str) -> str | None:
    """The district's folder, which says how its sources are to be read; None when nobody told the dashboard."""
    try:
        folder = json.loads(os.environ.get(FOLDERS, "{}")).get(district)
    except ValueError as error:
        raise ValueError(f"{FOLDERS} is not JSON: {error}") from error
    return str(folder) if folder else None


def send_again(folder: str, ids: Sequence[str]) -> Answer:
    """Run the command for these ids; its words are what a person at a terminal would read."""
    try:
        done = subprocess.run([*_COMMAND, "--again", "--", folder, *ids[:MOST]], capture_output=True, timeout=WITHIN)
    except subprocess.TimeoutExpired:
        return Answer(False, f"no answer within {WITHIN} s; `hallmonitor status` says whether Kafka is well")
    return Answer(done.returncode == 0, done.stderr.decode(errors="replace").strip())
