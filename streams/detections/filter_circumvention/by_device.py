"""On which device each sign was made: the one that its record names, else the only one its person showed signs on then.

Many filters know who asked for a page but not from which device, while an extension is installed on a device.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from streams.detections.filter_circumvention.signals import Signal
from streams.sighting import Sighting


def device_of(sighting: Sighting) -> str | None:
    """The device that a record names, by its id; a guest's own by its network card."""
    return sighting.device_id or sighting.mac


def by_device(
    sightings: Iterable[Sighting], signals: Iterable[Signal], within: int
) -> Mapping[str | None, list[Sighting]]:
    """One person's sightings by device; None where it cannot be told. `within` (ms): how near in time signs must be."""
    at: dict[str, list[int]] = defaultdict(list)
    for signal in signals:
        if device := device_of(signal.sighting):
            at[device].append(signal.at)
    times = {device: sorted(mine) for device, mine in at.items()}
    found: dict[str | None, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        near = [device_of(sighting)] if device_of(sighting) else _near(times, sighting.at, within)
        found[near[0] if len(near) == 1 else None].append(sighting)
    return found


def _near(times: Mapping[str, Sequence[int]], at: int, within: int) -> list[str]:
    """The devices with a sign less than `within` before or after."""
    return [device for device, mine in times.items() if _any_between(mine, at - within + 1, at + within)]


def _any_between(times: Sequence[int], start: int, end: int) -> bool:
    first = bisect_left(times, start)
    return first < len(times) and times[first] < end
