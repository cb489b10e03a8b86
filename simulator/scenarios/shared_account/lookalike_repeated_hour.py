"""In the night clocks go back, an administrator leaves one computer and sits down at another 40 minutes later."""

from collections.abc import Iterator

from simulator import acts
from simulator.happenings import Happening
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: by the clocks on the wall they overlap, in truth they do not."""
    night = stage.clock_change(-1)
    admin = stage.take("ext:it", night)
    laptop, pc = admin.laptop, stage.spare_pc(stage.high)
    assert laptop is not None
    yield from acts.at_desk(
        stage.rng, admin.account, laptop, laptop.address, stage.at(night, "00:40"), stage.at(night, "01:20")
    )
    yield from acts.at_desk(
        stage.rng, admin.account, pc, pc.address, stage.at(night, "01:00", fold=1), stage.at(night, "01:40", fold=1)
    )
