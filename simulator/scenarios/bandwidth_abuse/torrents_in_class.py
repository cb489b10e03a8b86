"""A student's Chromebook trades files with six peers in ten minutes of a lesson."""

from collections.abc import Iterator

from simulator import acts, mischief
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: peer_to_peer."""
    day = stage.school_day(1)
    start = stage.at(day, "10:05")
    student, device = stage.take_student(day)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR // 2)
    yield from mischief.torrents(start, student.account, device.address, 6)
    stage.expect("bandwidth_abuse", "peer_to_peer", start, start + 10 * MINUTE, account=student.account)
