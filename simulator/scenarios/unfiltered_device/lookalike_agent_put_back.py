"""A technician takes the filter's extension off a Mac and puts it on again; late on two evenings the cloud is out."""

from collections.abc import Iterator

from simulator import acts, address_plan, paperwork
from simulator.happenings import Happening
from simulator.local_time import HOUR, MINUTE
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must not be found: the agent was there again, and it was the filter that failed. The removal had consent."""
    technician = stage.bystander("ext:it")
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    others = [stage.macbook() for _ in range(3)]
    stage.row("assignments", device_id=mac.device_id, person=technician.person_id)
    days = [stage.school_day(number) for number in (1, 2)]
    removed = stage.at(days[0], "14:20")
    paper = paperwork.approve(
        stage,
        removed - HOUR,
        removed + HOUR,
        kind="filter_bypass",
        role="ext:director_of_technology",
        account=technician.account,
    )
    for at, action in ((removed, "UNINSTALL"), (removed + 20 * MINUTE, "INSTALL")):
        detail = (("EXTENSION_NAME", "Securly for Chrome"), ("EXTENSION_ACTION", action))
        yield acts.chrome(at, f"BROWSER_EXTENSION_{action}", technician.account, mac, detail=detail)
    stage.expect_suppressed("filter_circumvention", paper, removed, removed, account=technician.account)
    for day in days:
        stage.filter_out(stage.at(day, "21:35"), stage.at(day, "23:10"))
        for one in (mac, *others):
            start = stage.at(day, "21:50")
            yield from acts.checked_in(one, home, start, start + HOUR)
