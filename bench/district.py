"""The simulated district that all trials judge, and what of it must be found."""

import time
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.figure import NotFound
from cli.expectation import Expectation, Expected, compare, read_expected
from model.batch import Batch
from model.codec import split_lines
from model.violation import Violation
from producers.history import history
from simulator.options import Options, usual_schools
from simulator.simulation import simulate

SEED = 7


@dataclass
class District:
    """A folder of raw logs, and the batches that the producers make of it; both made once."""

    folder: Path
    people: int
    days: int
    requests: int

    def make(self) -> None:
        """Write the folder; the same options give the same bytes."""
        schools = usual_schools(self.people)
        simulate(self.folder, Options(SEED, self.people, schools, days=self.days, requests=self.requests))

    @cached_property
    def batches(self) -> list[Batch]:
        """Everything, as `audit.log` would carry it."""
        began = time.process_time()
        found = list(history(self.folder))
        self.reading = time.process_time() - began
        return found

    @cached_property
    def count(self) -> int:
        """How many events there are."""
        return sum(batch.count for batch in self.batches if batch.kind == "events")

    def lines(self) -> Iterator[bytes]:
        """Every event as the producers wrote it."""
        for batch in self.batches:
            if batch.kind == "events":
                yield from split_lines(batch.body)

    def facts(self) -> list[bytes]:
        """Settings and reference rows."""
        return [line for batch in self.batches if batch.kind == "reference" for line in split_lines(batch.body)]

    @cached_property
    def expected(self) -> tuple[Expectation, ...]:
        """What was planted and is not excused."""
        return read_expected(self.folder / "expected.yaml").violations

    def check(self, violations: list[Violation], who: str, only: Container[str] | None = None) -> int:
        """How many were found; raises `NotFound` if any was missed or invented. `only`: of these detections."""
        every = read_expected(self.folder / "expected.yaml")
        asked = {name: tuple(one for one in found if not only or one.detection in only) for name, found in every}
        comparison = compare(Expected.model_validate(asked), violations)
        if not comparison.clean:
            raise NotFound(f"{who}: missed or invented something: {comparison.as_dict()}")
        return sum(len(tally.found) for tally in comparison.tallies.values())
