"""A login is used in a lab and on a Chromebook at once; by the lab's clock, which runs ahead, it was later."""

from collections.abc import Iterator

from simulator import acts, annex
from simulator.happenings import Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: two_devices, for seven minutes of which the lab's own clock shows none."""
    day = stage.school_day(2)
    yield from annex.lessons(stage, day)
    pupil = stage.take("student", day, school=stage.high)
    pc, device = annex.computer(stage), pupil.laptop
    assert device is not None
    begun = stage.at(day, "10:00")
    left = begun + 7 * MINUTE
    yield annex.signed_in(pupil, pc, begun)
    yield from acts.join(begun - MINUTE, pc, pc.address)
    seat = Seat(pupil.account, pc, begun)
    yield from seat.log_on()
    yield from seat.unlock(begun + 4 * MINUTE)
    yield from seat.log_off(begun + 8 * MINUTE)
    yield from acts.on_chromebook(stage.rng, pupil.account, device, begun - 30 * MINUTE, left)
    stage.expect("shared_account", "two_devices", begun, left, account=pupil.account)
