"""The end of a question's time, wherever its answer stands: httpx bounds each read, and one byte ends a read."""

import socket
import threading
from contextlib import suppress
from typing import Any, Self

import httpx


class Deadline:
    """Within it a question takes at most `seconds`; then its connection is shut, be it in the midst of a header.

    `trace` is the request's extension of that name. It learns of connections as they are made, so none may be used
    for a second question. `passed` says whether the time ran out.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._stream: Any = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, name: str, info: dict[str, Any]) -> None:
        """A step of the connection, by httpcore: its name, and what it gave."""
        if name.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]
            if self.passed:
                raise httpx.ConnectTimeout("the time is over")

    def _end(self) -> None:
        self.passed = True
        if self._stream is not None:
            with suppress(OSError):  # it has ended by itself
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
