"""The production of a request on its page: made at the press of a button, and then taken away."""

from typing import NamedTuple

import streamlit as st

from casework.production.of_request import By, warnings
from casework.requests.request import Request
from dashboard import hypertext as h
from dashboard import words
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from dashboard.parts.acting import actor, done
from dashboard.parts.intake import RIGHT
from dashboard.production_export import MOST, production_zip
from model.clock import now

_KEPT = "production_made"  # in the session: the last production, until something else is decided


class _Kept(NamedTuple):
    request_id: str
    decisions: int
    archive: bytes
    said: str
    warned: tuple[str, ...]


def production(here: Desk, request: Request) -> None:
    """The button, what was made of late, and who produced when."""
    st.html(h.element("h2", "Production", class_="hm"))
    for one in request.productions:
        counts = ("released", "redacted", "withheld", "duplicate")
        told = ", ".join(f"{one.told.get(name, 0):,} {name}" for name in counts)
        st.html(h.element("p", f"Produced {here.wall.brief(one.at)} by {one.by}: {told}.", class_="hm hm-small"))
    if request.responsive > MOST:
        said = f"{request.responsive:,} rows: produce them at the command line: hallmonitor request produce"
        st.html(h.element("p", said, class_="hm hm-soft hm-small"))
    elif not request.closed_at and st.button("Produce what is released", key="produce"):
        made = done(lambda: _made(here, request), "Reading whom the rows name, writing, and looking through it …")
        if made:
            st.session_state[_KEPT] = made
            st.rerun()
    _offer(request)


def _made(here: Desk, request: Request) -> _Kept:
    by = actor(here, RIGHT)
    archive, made = production_zip(opened_register(), request, By(by.name, by.role, now()))
    said = f"{words.counted(made.counts.responsive, 'row')} in {words.size(len(archive))}"
    return _Kept(request.request_id, len(request.decisions), archive, said, tuple(warnings(request, made)))


def _offer(request: Request) -> None:
    kept: _Kept | None = st.session_state.get(_KEPT)
    if kept is None or (kept.request_id, kept.decisions) != (request.request_id, len(request.decisions)):
        st.session_state.pop(_KEPT, None)
        return
    for one in kept.warned:
        st.warning(one)
    name = f"production-{request.request_id}.zip"
    label = f"Take the production away ({kept.said})"
    st.download_button(label, kept.archive, name, "application/zip", on_click="ignore")
