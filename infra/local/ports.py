"""Which loopback ports the servers get: the usual one if it is free, else another, and the same one again next time."""

import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which Linux and macOS take ports for outgoing connections: nothing steps in between.
SPARE = range(20000, 30000)


class NoPortFree(RuntimeError):
    """No port of the spare range could be bound."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(preferred: list[int], taken: set[int] | None = None) -> int:
    """The first of the preferred ports that is free, else a spare one; never one of `taken`.

    Raises NoPortFree when a hundred tries found none.
    """
    avoid = taken or set()
    tries = [*preferred, *random.sample(SPARE, 100)]
    for port in tries:
        if port and port not in avoid and is_free(port):
            return port
    raise NoPortFree(f"No free port on {LOOPBACK} among {len(tries)} tried; end what listens on {SPARE}.")
