"""What a page is asked to show, read from its address and written back to it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import streamlit as st

from dashboard import links
from dashboard.local_time import Wall


def sought_text() -> None:
    """Remember what was typed into the search box until the page is drawn."""
    st.session_state["sought"] = st.session_state["search_box"].strip()


def forget_text() -> str | None:
    """What was typed since the last run, once."""
    return st.session_state.pop("sought", None) or None


def asked(name: str) -> str | None:
    """A word of the address; None where it is missing or empty."""
    return st.query_params.get(name) or None


def first_page() -> None:
    """Called when a filter changes: the place in the list that the address names belongs to what was asked before."""
    for name in ("page", "after"):
        st.query_params.pop(name, None)


# What every filter has in common: its value stands in the address, and changing it begins anew.
FILTER: Final[dict[str, Any]] = {"bind": "query-params", "on_change": first_page}


def many_of(
    draw: Callable[..., object], label: str, ids: Sequence[str], key: str, called: Callable[[str], str], **more: Any
) -> tuple[str, ...]:
    """A filter (`st.multiselect`, `st.pills`) that shows what ids are called, while the address holds the ids.

    `FILTER` would put what it shows into the address. Returns those chosen, in the order of the address.
    """
    told = [one for one in st.query_params.get_all(key) if one in ids]
    shown = f"{key}_shown"
    st.session_state[shown] = told
    draw(label, ids, key=shown, format_func=called, on_change=_tell, args=(key, shown), **more)
    return tuple(told)


def one_of(label: str, ids: Sequence[str], key: str, called: Callable[[str], str], **more: Any) -> str:
    """As `many_of`, of which one is always chosen: the first where the address names none."""
    told = next((one for one in st.query_params.get_all(key) if one in ids), ids[0])
    shown = f"{key}_shown"
    st.session_state[shown] = told
    st.selectbox(label, ids, key=shown, format_func=called, on_change=_tell, args=(key, shown), **more)
    return told


def _tell(key: str, shown: str) -> None:
    first_page()
    st.query_params[key] = st.session_state[shown]


def chosen(key: str) -> tuple[str, ...]:
    """What a widget for several values holds."""
    return tuple(st.session_state.get(key) or ())


def instant(key: str, wall: Wall) -> datetime | None:
    """What a date-and-time widget holds, as an instant."""
    told = st.session_state.get(key)
    return wall.instant(told.date(), told.time()) if told else None


def page_number() -> int:
    """Which page of a list, from 1."""
    told = asked("page") or "1"
    return min(max(1, int(told)), 1000) if told.isascii() and told.isdecimal() else 1


def here(name: str, **changed: str | None) -> str:
    """The address of this view with something changed."""
    state = {key: st.query_params.get_all(key) for key in st.query_params}
    return links.page(name, {**state, **changed})
