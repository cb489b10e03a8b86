"""The annex: an old lab whose clocks run ahead, as the domain controller's records of the same sign-ins show."""

from collections.abc import Iterator
from datetime import date

from simulator import acts
from simulator.happenings import Happening, Ticket
from simulator.local_time import MINUTE
from simulator.people import ANNEX_PCS, Device, Person
from simulator.stage import Stage

_LESSONS, _PUPILS = 7, 4


def lessons(stage: Stage, day: date) -> Iterator[Happening]:
    """Four pupils work there seven times each: 28 sign-ins that both the computers and the controller tell."""
    pupils = [stage.take("student", day, school=stage.high) for _ in range(_PUPILS)]
    for pupil in pupils:
        pc = computer(stage)
        for turn in range(_LESSONS):
            begun = stage.at(day, "08:05") + turn * 30 * MINUTE
            yield signed_in(pupil, pc, begun)
            yield from acts.at_desk(stage.rng, pupil.account, pc, pc.address, begun, begun + 12 * MINUTE)


def computer(stage: Stage) -> Device:
    """One of its computers that nobody else uses."""
    return stage.spare_pc(stage.high, "lab", ANNEX_PCS)


def signed_in(pupil: Person, pc: Device, at: int) -> Ticket:
    """What the domain controller tells of a sign-in there."""
    return Ticket(at - 200, "ticket", pupil.account, pc.address)
