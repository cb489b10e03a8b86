"""A file that a person keeps in a folder of theirs, read whole: no pipe that never ends, no device."""

import errno
import os
import stat
from pathlib import Path


def whole(path: Path) -> bytes:
    """All bytes of a regular file. Raises OSError, also where it is a pipe, socket or device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe, socket or device, not a file", str(path))
        return file.read()
