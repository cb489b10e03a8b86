"""Two students share one lab computer by switching users; whoever is not at its screen works on the own Chromebook."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import FORTIGATE, SQUID, Happening
from simulator.local_time import MINUTE
from simulator.stage import Stage
from simulator.windows import Seat, second_screen


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: both sessions stay open, but only one of them has the screen."""
    day = stage.school_day(1)
    one, other = (stage.take("student", day, school=stage.high) for _ in range(2))
    assert one.laptop is not None
    assert other.laptop is not None

    pc, start = stage.spare_pc(stage.high), stage.at(day, "09:02")
    turns = [start + number * 13 * MINUTE for number in range(5)]
    seats = [Seat(one.account, pc, turns[0]), Seat(other.account, pc, turns[1], session=2)]
    yield from acts.join(start - MINUTE, pc, pc.address)
    yield from second_screen(pc, turns[1] - 2_000, 2)
    for number, begun in enumerate(turns[:4]):
        seat, owner, away = seats[number % 2], (one, other)[number % 2], (other, one)[number % 2]
        ended = turns[number + 1] - MINUTE
        yield from seat.log_on() if number < 2 else seat.switched_back(begun)
        yield from acts.browse(stage.rng, SQUID, owner.account, pc.address, begun + MINUTE, ended - MINUTE, 5)
        if number < 3:
            yield from seat.switched_away(ended)
        assert away.laptop is not None
        yield acts.chrome(begun + 1_000, "CHROME_OS_LOGIN_EVENT", away.account, away.laptop)
        yield from acts.browse(
            stage.rng, FORTIGATE, away.account, away.laptop.address, begun + MINUTE, ended - 2 * MINUTE, 5
        )
        yield acts.chrome(ended - MINUTE, "CHROME_OS_LOGOUT_EVENT", away.account, away.laptop)
    yield from seats[1].log_off(turns[4] - MINUTE)
    yield from seats[0].shut_down(turns[4] + MINUTE)
