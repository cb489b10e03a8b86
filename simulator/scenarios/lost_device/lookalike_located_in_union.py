"""IT asks where a mislaid laptop is; nobody calls it lost, and this district's policy lets it."""

from collections.abc import Iterator

from simulator.happenings import Command, Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: Policy 1600 forbids pictures and live views of what is not lost, not a location."""
    at = stage.at(stage.school_day(2), "11:05")
    laptop = stage.principal.laptop
    assert laptop is not None
    desk = stage.office_worker("ext:it")
    yield Command(at, "locateDevice", desk.account, laptop.hostname, laptop.serial)
