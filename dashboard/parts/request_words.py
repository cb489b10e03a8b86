"""How days and decisions of a records request are written on a page."""

from datetime import date

from casework.requests.request import Request, days_left
from dashboard import hypertext as h
from dashboard.local_time import calendar_day


def day_of(day: str) -> str:
    """An ISO date as `March 4, 2026`."""
    return calendar_day(date.fromisoformat(day))


def left(request: Request, today: date) -> h.Html:
    """How many days are left; what is due today or past stands out, in words and not by color alone."""
    days = days_left(request, today.isoformat())
    if request.closed_at:
        return h.element("span", "closed", class_="hm-soft")
    if days is None:
        return h.element("span", "promptly", class_="hm-soft")
    if days < 0:
        return h.element("b", f"{-days} {_days(-days)} late", class_="hm-bad")
    if days == 0:
        return h.element("b", "due today", class_="hm-bad")
    return h.element("span", f"{days} {_days(days)}", class_="hm-medium" if days <= 3 else None)


def _days(number: int) -> str:
    return "day" if number == 1 else "days"
