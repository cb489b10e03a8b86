"""Whether a device that the tables give to one person is really shared: how many people came to it in a few days."""

from datetime import timedelta

from streams.detection import Case


def people_at(case: Case, device: str) -> int:
    """How many people came to a device in the busiest days in a row, as many as the pack says, that this day is of.

    An assignee who did not come is none of them.
    """
    days = _days(case)
    runs = (case.day - timedelta(days=back) for back in range(days))
    edges = [
        (case.calendar.day_bounds(one)[0], case.calendar.day_bounds(one + timedelta(days=days - 1))[1]) for one in runs
    ]
    return max(len(_people(case, device, *edge)) for edge in edges)


def last_day_counted(case: Case) -> int:
    """When (ms) the last of the days is over that tell whether a device is shared."""
    return case.calendar.day_bounds(case.day + timedelta(days=_days(case) - 1))[1]


def _people(case: Case, device: str, start: int, end: int) -> set[str]:
    known = {name: case.reference.account(name, start) for name in case.came_to(device, start, end)}
    return {(account.person if account else None) or name for name, account in known.items()}


def _days(case: Case) -> int:
    """When a device counts as shared is said where others' devices are judged."""
    return case.policy.detections.device_used_by_another.parameters.shared_days
