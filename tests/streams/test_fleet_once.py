"""What cases ask of all subjects is made once in a round: a day on which all are silent must not cost their square."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from model.policy import Policy
from streams.detection import Case, Verdict
from streams.engine.engine import Engine
from streams.sighting import Sighting
from tests.streams.test_absence import opening
from tests.support.absence import MORE, NOT_RETURNED
from tests.support.small_district import DISTRICT, ZONE, event, event_batches

NAMES = [f"lt-{number}" for number in range(4)]
WORLD: dict[str, Any] = {"devices": [{"device_id": name, "hostname": name, "class": "staff"} for name in NAMES]}


class Asking:
    """A detection each of whose cases asks how many devices were wiped on its day."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.told: list[int] = []
        asking = replace(NOT_RETURNED, reach=0, opens=None, fleet=self._fleet, judge=self._judge)
        self.engine = Engine(DISTRICT, [asking], defaults=MORE)
        self.engine.observe(opening(WORLD))

    def _fleet(self, every: Sequence[Sequence[Sighting]], _policy: Policy) -> int:
        self.made.append(len(every))
        return len(every)

    def _judge(self, case: Case) -> Verdict:
        self.told.append(case.fleet(case.day))
        return Verdict([])

    def wiped(self, first: int, *names: str) -> None:
        """A round in which these devices are wiped on one day."""
        said = [{"at": f"2026-03-04 10:00:{n:02d}", "device": name} for n, name in enumerate(names)]
        events = [event(first + n, ZONE, category="device", action="device.wiped", **one) for n, one in enumerate(said)]
        for batch in event_batches(events):
            self.engine.observe(batch)
        self.engine.judge()


def test_what_all_subjects_showed_on_a_day_is_made_once_for_all_cases_of_a_round() -> None:
    asking = Asking()
    asking.wiped(0, *NAMES)
    assert (asking.made, asking.told) == ([4], [4, 4, 4, 4])


def test_the_next_round_knows_what_came_since() -> None:
    asking = Asking()
    asking.wiped(0, *NAMES[:2])
    asking.wiped(10, *NAMES[2:])
    assert asking.told == [2, 2, 4, 4]
