"""For administrators: who may use it, in which roles, where, and who cannot log in."""

import streamlit as st

from casework.fold import histories
from casework.users import User, state
from dashboard import hypertext as h
from dashboard.desk import desk
from storage.queries.casework import of_noun

HOW = "Users are added and changed at the command line: hallmonitor users add, disable, passwd, roles."


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Users", class_="hm"))
    found = [one for one in map(state, histories(of_noun(here.store, "", "user")).values()) if one]
    rows = [_row(one) for one in sorted(found, key=lambda one: (one.disabled, one.name))]
    head = ["Name", "Roles", "Districts", "Schools", "Person", "Does not see cases of", "State"]
    st.html(h.element("div", h.table(head, rows, "Users"), class_="hm-scroll", tabindex="0"))
    st.html(h.element("p", HOW, class_="hm hm-soft"))


def _row(one: User) -> h.Html:
    return h.row(
        one.name,
        ", ".join(role.replace("_", " ") for role in one.roles),
        ", ".join(one.districts) or "all",
        ", ".join(one.schools) or "all",
        one.person or "",
        ", ".join(one.supervises),
        _state(one),
    )


def _state(one: User) -> str:
    if one.disabled:
        return "disabled"
    if one.issuer:
        return "by single sign-on"
    return "" if one.kept else "has no password yet"
