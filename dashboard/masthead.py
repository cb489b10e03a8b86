"""What stands above every page: the search box, and the choice of a district where there are several."""

import streamlit as st

from dashboard.desk import CHOICE, Desk, choose_district
from dashboard.page_state import forget_text, sought_text
from storage.queries.subject import MAX_TEXT


def masthead(desk: Desk) -> str | None:
    """Draw it; returns what was just asked for in the search box."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="masthead"):
        st.text_input(
            "Search",
            key="search_box",
            on_change=sought_text,
            max_chars=MAX_TEXT,
            placeholder="Person, account, device, address, MAC or host; * stands for any text",
            icon=":material/search:",
            label_visibility="collapsed",
        )
        if len(desk.districts) > 1:
            _choose(desk)
    return forget_text()


def _choose(desk: Desk) -> None:
    names = {one.id: one.name or one.id for one in desk.districts}
    st.selectbox(
        "District",
        list(names),
        index=list(names).index(desk.id),
        format_func=lambda one: names[one],
        key=CHOICE,
        on_change=choose_district,
        label_visibility="collapsed",
        width=320,
    )
