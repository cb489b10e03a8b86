"""An account is created, which Windows does disabled, and enabled a moment later."""

from collections.abc import Iterator

from simulator.happenings import Happening, Managed
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: a new account is not enabled again."""
    day = stage.school_day(1)
    technician = stage.take("ext:it", day)
    at, account = stage.at(day, "11:15"), "newcomer-ives"
    stage.row("accounts", account=account, person=technician.person_id, kind="personal")
    for number, what in enumerate(("created", "enabled")):
        yield Managed(at + number * 300, what, account, technician.account)
