"""One kind of abuse that passed its limit: what was counted, how much at most, and when that was."""

from typing import NamedTuple

from streams.patterns.intervals import Interval
from streams.sighting import Sighting


class Abuse(NamedTuple):
    """`amount` is the most within `peak`: flows, ms of streaming, or bytes; `sightings` are all that was counted."""

    reason: str
    sightings: list[Sighting]
    amount: int
    limit: int
    peak: Interval
