"""One school day in instants: worked out once a day, not once a person."""

from dataclasses import dataclass
from datetime import date
from random import Random

from simulator.local_time import LocalTime
from simulator.school_year import BELLS


@dataclass(frozen=True, slots=True)
class Timetable:
    """Lessons as (start, end) in UTC milliseconds, and how many web requests a lesson has on average."""

    day: date
    lessons: tuple[tuple[int, int], ...]
    mean_requests: int

    @property
    def opens(self) -> int:
        """The first bell."""
        return self.lessons[0][0]

    @property
    def closes(self) -> int:
        """The last bell."""
        return self.lessons[-1][1]

    def requests(self, rng: Random) -> int:
        """How many requests one person makes in one lesson."""
        return max(1, int(self.mean_requests * (0.5 + rng.random())))


def timetable(day: date, clock: LocalTime, mean_requests: int) -> Timetable:
    """The timetable of a day; every school rings the same bells."""
    lessons = tuple((clock.at(day, start), clock.at(day, end)) for start, end in BELLS)
    return Timetable(day, lessons, mean_requests)
