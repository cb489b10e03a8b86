"""What a product is to us: how its stream is cut into records, and how a record becomes events. All of it pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from model.event import Category, Event
from producers.pull.feed import Vendor

Framing = Literal[
    "lines", "windows", "json", "leases", "csv", "segments"
]  # how records are cut; see producers/framing.py


@dataclass(frozen=True, slots=True)
class Context:
    """What a record does not say and its source does.

    `timezone` is for records without a zone, `received_at` (aware) for their year and for nothing else. `heading` is
    the last record of the stream that named the columns of those behind it, for products that have such.
    """

    timezone: ZoneInfo
    received_at: datetime
    heading: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """A record that cannot be read at all: a dead letter, with the reason in words a person can act on."""

    reason: str


Parsed = list[Event] | Refusal
Parse = Callable[[bytes, Context], Parsed]


@dataclass(frozen=True, slots=True)
class Product:
    """A product we read. `lateness` is how long after it happened its record may still come, by default."""

    name: str
    title: str
    about: str  # for docs/products.md: what it reads and what that tells, in a sentence or two
    categories: tuple[Category, ...]
    yields: tuple[str, ...]  # the actions its parser can give
    lateness: timedelta
    parse: Parse
    framing: Framing = "lines"
    secrets: tuple[str, ...] = ()  # names of fields whose values are struck out of the record before it is parsed
    heading: Callable[[bytes], bool] | None = None  # whether a record names the columns of those that follow it
    preamble: Callable[[bytes], bool] | None = None  # whether a record only stands above those that say what happened
    strike: Callable[[bytes], bytes] | None = None  # strikes out what has no field name (FreeRADIUS `[user/password]`)
    pull: Vendor | None = None  # the vendor's API, where records can be pulled from one
