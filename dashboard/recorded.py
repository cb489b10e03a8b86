"""A page that shows what somebody looked for keeps that they did, before it shows anything."""

import streamlit as st

from casework.roles import role_for
from casework.searches import keep, made, really
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from model.clock import now
from storage.queries.subject import Subject
from storage.queries.timeline import Span

_KEPT = "searches_recorded"  # in the session: drawing the same page again is no second search


def recorded(how: str, desk: Desk, sought: Subject, span: Span, rows: int) -> None:
    """Keep it, once for each session and question; raises NotRecorded, and then nothing may be shown."""
    asked = repr((how, desk.id, sought, span))
    kept: set[str] = st.session_state.setdefault(_KEPT, set())
    if asked in kept:
        return
    sought = really(desk.store, sought)
    role = role_for(desk.user.roles, "read events")
    search = made(how, sought, span, rows, now(), district=desk.id, actor=desk.user.name, role=role)
    keep(opened_register(), search)
    kept.add(asked)
