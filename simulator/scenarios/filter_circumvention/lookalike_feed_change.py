"""The category feed changes: worksheets are rated proxy, and a whole school is refused them at once."""

from collections.abc import Iterator

from simulator import mischief
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is the feed, not the students."""
    day = stage.school_day(3)
    start = stage.at(day, "11:02")  # at lunch, when nobody is in the lab
    for student in stage.in_good_standing(stage.high):
        assert student.laptop is not None
        begun = start + int(stage.rng.random() * 4 * MINUTE)
        yield from mischief.hammer(
            begun, student.account, student.laptop.address, hosts=("files.worksheets.example", "img.worksheets.example")
        )
