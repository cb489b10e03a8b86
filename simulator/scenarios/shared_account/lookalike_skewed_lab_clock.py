"""An old lab's clocks run seven minutes ahead, so that who has left it seems to be there still."""

from collections.abc import Iterator

from simulator import acts, annex
from simulator.happenings import FORTIGATE, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: 28 sign-ins seen by the domain controller too show how far the clocks are off.

    By the lab's own clock the pupil signs off six minutes after the Chromebook of the next lesson was opened, and
    what the next pupil asks of the web in the lab is still the first one's.
    """
    day = stage.school_day(2)
    yield from annex.lessons(stage, stage.school_day(1))
    pupil = stage.take("student", day, school=stage.high)
    following = stage.take("student", day, school=stage.high)
    pc, device = annex.computer(stage), pupil.laptop
    assert device is not None
    left = stage.at(day, "09:30")
    yield annex.signed_in(pupil, pc, left - 30 * MINUTE)
    yield from acts.join(left - 31 * MINUTE, pc, pc.address)
    seat = Seat(pupil.account, pc, left - 30 * MINUTE)
    yield from seat.log_on()
    yield from seat.lock(left - 20 * MINUTE)
    yield from seat.unlock(left - 12 * MINUTE)
    yield from seat.log_off(left)
    yield from acts.on_chromebook(stage.rng, pupil.account, device, left + MINUTE, left + 60 * MINUTE)
    yield annex.signed_in(following, pc, left + MINUTE)
    came = Seat(following.account, pc, left + MINUTE)
    yield from came.log_on()
    yield from acts.browse(stage.rng, FORTIGATE, "", pc.address, left + 2 * MINUTE, left + 30 * MINUTE, 20)
    yield from came.log_off(left + 30 * MINUTE)
