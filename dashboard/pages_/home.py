"""The first page: what is due, what is new and what is missing, for the roles of whoever looks."""

from collections.abc import Sequence

import streamlit as st

from casework.notices import Group, Notice, ordered
from dashboard import deciding, links, trouble
from dashboard import hypertext as h
from dashboard.desk import Desk, desk
from dashboard.local_time import weekday
from dashboard.parts.notices import notices_of
from dashboard.parts.unmask_form import waiting
from model.clock import now

_SHOWN = 50
_SECTIONS: tuple[tuple[Group, str, str], ...] = (
    ("due", "Due", "Nothing is due."),
    ("new", "New", "Nothing is new."),
    ("missing", "Missing", "Nothing is missing."),
)


def show() -> None:
    """The page."""
    here = desk()
    today = now().astimezone(here.wall.zone).date()
    st.html(h.element("h1", f"Today, {weekday(today)}", class_="hm"))
    deciding.tell()
    found = notices_of(here)
    if not found:
        trouble.nothing("Nothing waits for you", "What your role has to do or to know is listed here.")
    for group, title, none in _SECTIONS if found else ():
        st.html(_section(here, title, ordered(found, group), none))
    waiting(here)


def _section(here: Desk, title: str, found: Sequence[Notice], none: str) -> h.Html:
    head = h.element("h2", title, class_="hm")
    if not found:
        return h.joined([head, h.element("p", none, class_="hm hm-soft")])
    rows = (
        h.row(h.element("td", weekday(one.day) if one.day else "", class_="hm-t"), _linked(here, one))
        for one in found[:_SHOWN]
    )
    more = [h.element("p", f"and {len(found) - _SHOWN:,} more", class_="hm hm-soft")] if len(found) > _SHOWN else []
    return h.joined([head, h.table(["When", "What"], rows, title), *more])


def _linked(here: Desk, one: Notice) -> h.Content:
    noun, _, name = one.about.partition(":")
    query = links.NOTICES.get(one.about) or links.NOTICES.get(noun)
    if query is None:
        return one.said
    page, state = query
    return h.link(one.said, links.page(page, {**state, "district": here.id, **({"id": name} if name else {})}))
