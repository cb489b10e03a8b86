"""State testing: one registered account on ten lab computers."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: it is registered as a testing account."""
    day = stage.school_day(3)
    stage.row("accounts", account="testlab3", kind="testing")
    for _ in range(10):
        pc = stage.spare_pc(stage.high)
        yield from acts.at_desk(stage.rng, "testlab3", pc, pc.address, stage.at(day, "09:05"), stage.at(day, "10:30"))
