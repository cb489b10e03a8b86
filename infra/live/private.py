"""Namespaces of our own for network, mounts and processes: whatever is made in them is gone when the first process is.

So nothing is left behind, not even when this is killed, and nothing of the machine's is touched.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from infra.live.children import done

UNSHARE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")


def privately(clock: Sequence[str], command: Sequence[str]) -> list[str]:
    """The command, in namespaces of its own and by another clock; it is killed when whoever started it dies."""
    return [
        "setpriv",
        "--pdeathsig",
        "KILL",
        *UNSHARE,
        "sh",
        "-c",
        'mount -t tmpfs tmpfs /dev/shm && exec "$@"',
        "sh",
        *clock,
        *command,
    ]


def fast_clock(starts: str, zone: str, speed: int) -> list[str]:
    """libfaketime's words: all processes share one clock that begins at `starts` (local time of `zone`)."""
    return ["env", f"TZ={zone}", "FAKETIME_DONT_RESET=1", "faketime", "-m", "-f", f"@{starts} x{speed}"]


def settle(folder: Path) -> None:
    """Inside: a /run/netns and a /dev of our own, for namespaces' names and for syslog's /dev/log."""
    done(["mount", "--make-rprivate", "/"])
    Path("/run/netns").mkdir(exist_ok=True)
    done(["mount", "-t", "tmpfs", "tmpfs", "/run/netns"])
    devices = folder / "dev"
    devices.mkdir()
    done(["mount", "-t", "tmpfs", "tmpfs", str(devices)])
    for name in _DEVICES:
        place = devices / name
        place.parent.mkdir(exist_ok=True)
        place.touch()
        done(["mount", "--bind", f"/dev/{name}", str(place)])
    # The clock that all share already lives in /dev/shm, which is ours.
    (devices / "shm").mkdir()
    done(["mount", "--rbind", "/dev/shm", str(devices / "shm")])
    done(["mount", "--rbind", str(devices), "/dev"])
    done(["ip", "link", "set", "lo", "up"])
    os.umask(0o022)
