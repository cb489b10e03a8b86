"""The review table of a request: its rows, page by page from the store, and what is decided about rows and columns."""

from typing import Any

import streamlit as st

from casework.production.preview import MOST, preview
from casework.production.produce import NotOneStudent
from casework.production.production import Produced
from casework.production.treatments import FIELDS
from casework.requests import steps
from casework.requests.request import ACTIONS, COLUMNS, TARGETS, Decision, Request
from casework.requests.rules import codes
from dashboard import hypertext as h
from dashboard import links, trouble
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from dashboard.page_state import asked
from dashboard.page_state import here as address
from dashboard.parts.acting import actor, done
from dashboard.parts.intake import RIGHT
from documents.plain import visible
from model.clock import now
from model.law import load_law
from model.settings import Settings
from storage.queries import responsive
from storage.queries.event_rows import StoredEvent
from storage.queries.paging import Page

PER_PAGE = 50
_SIDE = 5  # rows that are shown side by side
_SHOWN = ("account", "target_account", "person", "device", "address", "domain", "action", "outcome")


def decisions(request: Request) -> None:
    """What was decided, the later one about a thing alone."""
    st.html(h.element("h2", "Decisions", class_="hm"))
    if not request.standing:
        said = "Nothing is decided: the defaults of the law's redaction hold for every row and column."
        st.html(h.element("p", said, class_="hm hm-soft hm-small"))
        return
    rows = (h.row(one.action, f"{one.target} {one.value}", one.code, one.note, one.by) for one in request.standing)
    st.html(h.table(("Action", "What", "Code", "Note", "Who"), rows, caption="Decisions that hold"))


def review(here: Desk, request: Request) -> None:
    """The table, and the form under it."""
    st.html(h.element("h2", "Rows", class_="hm"))
    page = _page(here, request)
    if not page.events:
        trouble.nothing("No row is responsive", "Nothing stored is about what was asked, in the time that was asked.")
        return
    picked = _pick(here, request, page.events)
    _pager(page.after)
    _preview(request, [one for one in page.events if one.event_id in picked] or page.events[:3])
    if not request.closed_at:
        _decide(here, request, picked)


def _page(here: Desk, request: Request) -> Page:
    """The page that the address names; the first where it names none that there can be."""
    try:
        return responsive.page(here.store, here.id, request.criteria, PER_PAGE, asked("after"))
    except ValueError:
        return responsive.page(here.store, here.id, request.criteria, PER_PAGE)


def _pick(here: Desk, request: Request, found: list[StoredEvent]) -> list[str]:
    decided = {one.value: f"{one.action} {one.code or ''}" for one in request.standing if one.target == "row"}
    rows: dict[str, list[Any]] = {"When (local)": [here.wall.second(one.occurred_at) if one.occurred_at else ""
                                                   for one in found]}  # fmt: skip
    rows |= {name: [visible(getattr(one, name) or "") for one in found] for name in _SHOWN}
    rows["Decided"] = [decided.get(one.event_id, "") for one in found]
    chosen = st.dataframe(
        rows, hide_index=True, on_select="rerun", selection_mode="multi-row", key=f"rows-{asked('after') or ''}",
        height="auto",
    )  # fmt: skip
    return [found[n].event_id for n in chosen["selection"]["rows"] if n < len(found)]


def _preview(request: Request, chosen: list[StoredEvent]) -> None:
    """Side by side: what is stored of the rows picked (else of the first), and what would be released."""
    if request.responsive > MOST:
        said = f"The preview reads a request through, up to {MOST:,} rows; `request produce` shows what is released."
        st.html(h.element("p", said, class_="hm hm-soft hm-small"))
        return
    if not st.toggle(f"Show what would be released of {len(chosen[:_SIDE])} rows", key="preview"):
        return
    try:
        with st.spinner("Reading whom the rows name …"):
            made = preview(opened_register().store, Settings().hallmonitor_home, request, chosen[:_SIDE])
    except NotOneStudent as refused:
        trouble.nothing("There is no preview", str(refused))
        return
    for event, produced in zip(chosen, made, strict=False):
        st.html(side_by_side(event, produced))


def side_by_side(event: StoredEvent, produced: Produced) -> h.Html:
    """One row: its fields, what is stored, what would be released."""
    if produced.cells is None:
        why = produced.left_out[0].code if produced.left_out else "a duplicate of a row that is released"
        return h.element("p", f"Row {event.event_id[:10]} is kept back whole: {why}.", class_="hm")
    stored = {name: getattr(event, name) for name in FIELDS}
    shown = dict(zip(FIELDS, produced.cells[1:], strict=True))
    rows = [h.row(name, value if isinstance(value, str | int | float) else "yes", shown[name])
            for name, value in stored.items() if value not in (None, "")]  # fmt: skip
    return h.table(("Field", "Stored", "Would be released"), rows, caption=f"Row {event.event_id[:10]}")


def _pager(after: str | None) -> None:
    found = [h.link("First page", address(links.REQUESTS, after=None))] if asked("after") else []
    if after:
        found.append(h.link("Next page", address(links.REQUESTS, after=after)))
    if found:
        st.html(h.element("div", *found, class_="hm-line"))


def _decide(here: Desk, request: Request, picked: list[str]) -> None:
    """About the rows that are picked, or about a column, a person or a category."""
    law = load_law()
    known = codes(law, request.law, now().date())
    st.html(h.element("h2", "Decide", class_="hm"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.selectbox("What", TARGETS, key="target", width=150)
        value = _value(target or "row", len(picked))
        action = st.selectbox("Action", ACTIONS, index=1, key="action", width=150)
        code = st.selectbox("Exemption", list(known), None, key="code", placeholder="none",
                            format_func=lambda one: f"{one}: {known[one].title}", width=330)  # fmt: skip
        note = st.text_input("Note: how it applies, without names", key="note", max_chars=1_000, width=330)
    values = picked if target == "row" else [value] if value else []
    if st.button(f"Decide about {len(values)}" if len(values) > 1 else "Decide", disabled=not values):
        made = [Decision(target=target or "row", value=one, action=action or "redact", code=code, note=note)
                for one in values]  # fmt: skip
        if done(lambda: _decided(here, request, made)):
            st.rerun()


def _value(target: str, picked: int) -> str:
    if target == "row":
        return str(st.text_input("Rows", f"{picked} picked above", disabled=True, width=170))
    if target == "column":
        return str(st.selectbox("Column", COLUMNS, key="column", width=220))
    if target == "category":
        return str(st.selectbox("Category", ("auth", "vpn", "proxy", "device"), key="category", width=170))
    return st.text_input("Person's id", key="person", max_chars=200, width=170).strip()


def _decided(here: Desk, request: Request, made: list[Decision]) -> Request:
    for one in made:
        request = steps.decide(opened_register(), load_law(), request, one, actor(here, RIGHT), now())
    return request
