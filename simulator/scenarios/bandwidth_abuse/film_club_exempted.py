"""A student of the film club watches a paid film in a lesson, as the principal has exempted."""

from collections.abc import Iterator

from simulator import acts, mischief, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found, and suppressed by the exemption."""
    day = stage.school_day(1)
    start = stage.at(day, "11:45")
    student, device = stage.take_student(day)
    paper = paperwork.exempt(stage, "bandwidth_abuse", start - HOUR, start + HOUR, account=student.account)
    yield from acts.on_chromebook(stage.rng, student.account, device, start - MINUTE, start + HOUR)
    yield from mischief.streamed(start, student.account, device.address, "flat.film-club.example", 30)
    stage.expect_suppressed("bandwidth_abuse", paper, start, start + HOUR, account=student.account)
