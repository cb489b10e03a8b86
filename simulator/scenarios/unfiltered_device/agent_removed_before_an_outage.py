"""A Mac's user takes the filter's extension off; on the two evenings that it is at home the filter's cloud is out."""

from collections.abc import Iterator

from simulator import acts, address_plan
from simulator.happenings import Happening
from simulator.local_time import HOUR
from simulator.stage import Stage


def plant(stage: Stage) -> Iterator[Happening]:
    """Must be found: whatever the cloud did, nothing on this Mac asked it. The removal is found by itself, too."""
    teacher = stage.bystander("teacher")
    mac, home = stage.macbook(), address_plan.home(stage.company.next_spare())
    stage.row("assignments", device_id=mac.device_id, person=teacher.person_id)
    days = [stage.school_day(number) for number in (1, 2)]
    stage.school_day(4)  # an agent may tell late: nothing is said for a day and a half
    removed = stage.at(days[0], "16:20")
    detail = (("EXTENSION_NAME", "Securly for Chrome"), ("EXTENSION_ACTION", "UNINSTALL"))
    yield acts.chrome(removed, "BROWSER_EXTENSION_UNINSTALL", teacher.account, mac, detail=detail)
    stage.expect("filter_circumvention", "succeeded", removed, removed, account=teacher.account)
    for day in days:
        stage.filter_out(stage.at(day, "21:35"), stage.at(day, "23:10"))
        start = stage.at(day, "21:45")
        yield from acts.checked_in(mac, home, start, start + HOUR)
    stage.expect("unfiltered_device", "agent_unhealthy", start, start + HOUR, device_id=mac.device_id)
