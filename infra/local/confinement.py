"""A second wall around the engine: the Linux kernel keeps the whole process from files and machines it has no need of.

The fence reads SQL, and what it overlooks would be done with all rights of the person who started the stack. Landlock
(Linux 5.13 and later, landlock(7)) takes those rights away for good: afterwards this process reads programs, the time
zones and its own folders, writes to its own folders only, and connects to nothing.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

import structlog

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38  # prctl(2)
# Access bits of linux/landlock.h: execute, write, read file, read dir, then everything that makes or removes names.
_READ = 0b1101
_ALL_1, _REFER, _TRUNCATE, _IOCTL = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_ON_FILES = 0b111 | _TRUNCATE | _IOCTL
_CONNECT = 0b10  # LANDLOCK_ACCESS_NET_CONNECT_TCP, since ABI 4
_log = structlog.get_logger()


def confine(writable: Iterable[Path], readable: Iterable[Path]) -> int:
    """Keep this process and its threads to these places. Returns Landlock's version, 0 where there is none.

    Call it before any thread is started: threads that run already are not confined.
    """
    version = _version()
    if version < 1:
        _log.warning("no Landlock on this system: the SQL fence is the only wall")
        return 0
    handled = _ALL_1 | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    handled |= _IOCTL if version >= 5 else 0
    rules = struct.pack("QQ", handled, _CONNECT if version >= 4 else 0)
    ruleset = _call(_CREATE, rules, len(rules) if version >= 4 else 8, 0)
    try:
        for path in writable:
            _allow(ruleset, path, handled)
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        _check(_LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


_LIBC = ctypes.CDLL(None, use_errno=True)


def _version() -> int:
    return int(_LIBC.syscall(_CREATE, None, 0, 1)) if sys.platform == "linux" else 0


def _allow(ruleset: int, path: Path, access: int) -> None:
    if not path.exists():
        return
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", access if path.is_dir() else access & _ON_FILES, descriptor)
        _call(_ADD, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(descriptor)


def _call(number: int, *arguments: object) -> int:
    return _check(_LIBC.syscall(number, *arguments))


def _check(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return answer
