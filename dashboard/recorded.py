"""A page that shows what somebody looked for keeps that they did, before it shows anything."""

import msgspec
import streamlit as st

from casework.cases import RIGHT, Case
from casework.roles import role_for
from casework.searches import case_read, keep, made, really
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from model.clock import now
from storage.queries.subject import Subject
from storage.queries.timeline import Span

_KEPT = "searches_recorded"  # in the session: drawing the same page again is no second search


def case_recorded(how: str, desk: Desk, case: Case) -> None:
    """Keep that a case was read, once for each session; raises NotRecorded, and then nothing may be shown."""
    asked = repr((how, desk.id, case.case_id))
    kept: set[str] = st.session_state.setdefault(_KEPT, set())
    if asked not in kept:
        role = role_for(desk.user.roles, RIGHT)
        meant = msgspec.structs.replace(case, people=list(map(desk.store.meant, case.people)))
        keep(opened_register(), case_read(how, meant, now(), actor=desk.user.name, role=role))
        kept.add(asked)


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
