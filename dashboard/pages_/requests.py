"""Records requests: the queue by days left, the intake of a new one, and one request with all that is done with it."""

from datetime import date

import streamlit as st

from casework.requests import steps
from casework.requests.request import Request, days_left
from casework.requests.rules import RequestRefused
from dashboard import hypertext as h
from dashboard import links, trouble
from dashboard.desk import Desk, desk
from dashboard.page_state import asked
from dashboard.parts.intake import intake
from dashboard.parts.request import one_request
from dashboard.parts.request_words import day_of, left
from model.clock import now


def show() -> None:
    """The page."""
    here = desk()
    wanted = asked("id")
    if wanted:
        _one(here, wanted)
    else:
        _queue(here)


def _one(here: Desk, wanted: str) -> None:
    st.html(h.link("All requests", links.page(links.REQUESTS, {"district": here.id})))
    try:
        found = steps.request_of(here.store, wanted)
    except RequestRefused:
        trouble.nothing("There is no such request", "It may be of another district; the queue lists those of this one.")
        return
    if found.district != here.id:
        trouble.nothing("There is no such request", "It is not of the district chosen above.")
        return
    one_request(here, found)


def _queue(here: Desk) -> None:
    st.html(h.element("h1", "Requests", class_="hm"))
    closed = st.toggle("Show closed requests", key="closed", bind="query-params")
    known = steps.requests(here.store, here.id)
    today = now().astimezone(here.wall.zone).date()
    found = sorted((one for one in known if closed or not one.closed_at), key=lambda one: _place(one, today))
    if found:
        st.html(_table(found, today))
    else:
        trouble.nothing("No request is open", "A request that comes in is opened below; it starts the law's clock.")
    intake(here)


def _place(one: Request, today: date) -> tuple[bool, bool, int, str]:
    """Those due first at the top; then those without a day; then the closed ones."""
    days = days_left(one, today.isoformat())
    return one.closed_at is not None, days is None, days or 0, one.request_id


def _table(found: list[Request], today: date) -> h.Html:
    head = ("Days left", "Due", "Request", "Requester", "Law", "Received", "Rows", "Status")
    return h.table(head, (_row(one, today) for one in found), caption="Records requests, those due first at the top")


def _row(one: Request, today: date) -> h.Html:
    return h.row(
        h.element("td", left(one, today), class_="hm-w"),
        h.element("td", day_of(one.due) if one.due else "no day in the law", class_="hm-t"),
        h.link(one.request_id, links.request(one.request_id, one.district), class_="hm-lead"),
        one.requester,
        h.element("td", one.law, class_="hm-w"),
        h.element("td", day_of(one.received), class_="hm-t"),
        h.element("td", f"{one.responsive:,}", class_="hm-n"),
        h.element("td", one.status, class_="hm-w"),
    )
