"""What stands before `%FACILITY-severity-MNEMONIC:`: number, name, time, zone and task in the order of each system.

Cisco, "System Message Guide": `service sequence-numbers`, `logging origin-id`, `service timestamps log datetime`.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from producers.product import Context
from producers.syslog import open_head, take_priority, take_time
from producers.times import At

LONGEST_HEAD = 300
_MOST_STEPS = 12
_ZONE = re.compile(r" ?(?P<zone>UTC[+-]\d{1,2}(?::?\d\d)?|[A-Za-z]{2,5})?:? ?(?=\S|$)", re.A)
_OFFSET = re.compile(r"UTC(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?", re.A)
_YEAR_FIRST = re.compile(r"(?P<mark>[*.]?)(?P<year>\d{4}) (?P<day>[A-Z][a-z]{2} +\d{1,2}) (?=\d\d:)", re.A)
_NUMBER = re.compile(r"\d{1,12}: *", re.A)
_NAMED = re.compile(r"(?P<host>[\w.-]{1,128}): +(?=\S)", re.A)
_HOST = re.compile(r"(?P<host>[\w.-]{1,128}|[0-9a-fA-F:.]{2,45})(?: +:? *|$)", re.A)
_TASK = re.compile(r"\*[\w .()-]{1,60}: +(?=[*.]?[A-Z][a-z]{2} )", re.A)  # AireOS
_NODE = re.compile(r"(?:RP|LC|SP|DRP)/[\w/]{1,20}:", re.A)  # IOS XR
_PROCESS = re.compile(r"[\w.-]{1,48}\[\d{1,10}\]: *", re.A)


class Opened(NamedTuple):
    """When the device says that it happened, else the relay; which device; and a relay's own exact stamp."""

    at: At | None
    host: str | None
    received_at: str | None


def open_ios(text: str, context: Context) -> Opened | None:
    """The head before a message; None where words of somebody else stand in it."""
    return _opened(text, context) if len(text) <= LONGEST_HEAD else None


def _open(text: str, context: Context) -> Opened | None:
    _, rest = take_priority(text)
    if rest.startswith("1 ") and (head := open_head(f"{rest}-", context)):  # RFC 5424
        own = head.tag is None or head.tag.isupper()
        return Opened((head.at, head.quality) if head.at else None, head.host, None) if own else None
    walk = _Walk(context)
    for _ in range(_MOST_STEPS):
        rest = rest.lstrip(" :")
        if not rest:
            return walk.opened()
        step = walk.step(rest)
        if step is None:
            return None
        rest = step
    return None


_opened = lru_cache(maxsize=4096)(_open)


class _Walk:
    """A head that is read word by word."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._times: list[tuple[At | None, bool]] = []  # whether the device's clock was set
        self._hosts: list[str] = []
        self._numbered = self._node = False

    def step(self, rest: str) -> str | None:
        """What is left behind the next word; None where it may not stand there."""
        if (timed := self._time(rest)) is not None:
            return timed
        if match := _NUMBER.match(rest):
            self._numbered = True
        elif match := _NODE.match(rest):
            self._node = True
        elif match := _TASK.match(rest) or (self._node and _PROCESS.match(rest)) or None:
            pass
        elif match := _NAMED.match(rest):  # behind a relay's head only with a number before it: else it is a program
            if self._hosts and not self._numbered:
                return None
            self._hosts.append(match["host"])
        elif (match := _HOST.match(rest)) and not self._hosts:
            self._hosts.append(match["host"])
        else:
            return None
        return rest[match.end() :]

    def _time(self, rest: str) -> str | None:
        if first := _YEAR_FIRST.match(rest):
            rest = f"{first['mark']}{first['day']} {first['year']} {rest[first.end() :]}"
        at, after = take_time(rest, self._context)
        if at is None:
            return None
        zone = _ZONE.match(after) if rest[:1] not in "0123456789" else None
        is_zone = zone and zone["zone"] and (after[zone.end() - 1 : zone.end()] == ":" or ":" in zone[0])
        if zone and zone["zone"] and is_zone:
            at, _ = take_time(rest, self._context, _word(zone["zone"]))
            after = after[zone.end() :]
        self._times.append((at, rest[:1] != "*"))
        self._numbered = False
        return after

    def opened(self) -> Opened | None:
        """The device's own time, unless its clock was never set or a relay wrote a better one."""
        if not self._times and not self._hosts and not self._numbered:
            return None
        outer = self._times[0][0] if len(self._times) > 1 else None
        at, is_set = self._times[-1] if self._times else (None, True)
        received = outer[0] if outer and outer[1] == "exact" else None
        if not is_set or (received and at and at[1] != "exact"):
            at = outer
        return Opened(at, self._hosts[-1] if self._hosts else None, received)


def _word(zone: str) -> str:
    """`UTC+1` as `+01:00`, `mdt` as `MDT`."""
    match = _OFFSET.fullmatch(zone)
    return f"{match['sign']}{match['hours'].zfill(2)}:{match['minutes'] or '00'}" if match else zone.upper()
