"""A laptop is missed on a Friday and reported on the Monday, a school holiday with an open office."""

from collections.abc import Iterator

from simulator import paperwork
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: Saturday and Sunday are no business days, and the Monday is one."""
    friday, *_, monday = stage.run_of_weekdays(4, 4)
    employee, laptop = stage.bystander("aide"), stage.room_pc(stage.high)
    missed, told = stage.at(friday, "15:10"), stage.at(monday, "14:00")
    paperwork.lose(stage, laptop, "lost", missed, told, told=paperwork.WORK, by=employee)
    return iter(())
