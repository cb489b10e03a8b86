"""One request on its page: the clock, what is done with it, its rows with their decisions, and its letters."""

from datetime import date

import streamlit as st

from casework.requests import steps
from casework.requests.request import MoreTime, Request
from casework.requests.steps import looked
from casework.requests.writing import write_letter
from casework.searches import tell
from dashboard import hypertext as h
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from dashboard.parts.acting import actor, done
from dashboard.parts.intake import RIGHT
from dashboard.parts.produce import production
from dashboard.parts.request_words import day_of, left
from dashboard.parts.review import decisions, review
from model.clock import now
from model.law import LETTERS, load_law

_REVIEWED = "requests_reviewed"  # in the session: drawing the same request again is no second reading


def one_request(here: Desk, request: Request) -> None:
    """Draw it; who looks at its rows is recorded first."""
    _record(here, request)
    st.html(h.element("h1", f"Request {request.request_id}", class_="hm"))
    st.html(_facts(here, request))
    if not request.closed_at:
        _steps(here, request)
    decisions(request)
    review(here, request)
    production(here, request)
    _letters(here, request)


def _record(here: Desk, request: Request) -> None:
    kept: set[str] = st.session_state.setdefault(_REVIEWED, set())
    if request.request_id in kept:
        return
    event = looked(request, "request reviewed", request.responsive, actor(here, RIGHT), now())
    tell(opened_register(), event)
    kept.add(request.request_id)


def _facts(here: Desk, request: Request) -> h.Html:
    today = now().astimezone(here.wall.zone).date()
    law = load_law().requests[request.law]
    due = day_of(request.due) if request.due else f"no day: {request.clock.get('why')}"
    criteria = request.criteria
    sought = [*criteria.accounts, *criteria.persons, *criteria.devices, *criteria.domains]
    found = f"{request.responsive:,} rows" + (f"; {request.undated:,} more have no time" if request.undated else "")
    pairs = [
        ("Days left", left(request, today)),
        ("Due", f"{due} ({request.clock.get('source')})"),
        *((("Records due", day_of(request.produce_by)),) if request.produce_by else ()),
        ("Law", f"{law.title}; received {day_of(request.received)}"),
        ("Requester", request.requester),
        ("Asked for", request.text),
        ("Rows about", ", ".join(sought) or "everything"),
        ("Time", f"{here.wall.brief(criteria.since)} – {here.wall.brief(criteria.until)}"),
        ("Classes", ", ".join(criteria.classes) or "all"),
        ("Responsive", found + (f", counted {here.wall.brief(request.collected_at)}" if request.collected_at else "")),
        ("Hold", f"{request.hold_id}: nothing of it is destroyed" if not request.closed_at else "released"),
        *(("More time", f"to {day_of(one.due)}: {_why(one)} ({one.by})") for one in request.extensions),
        *(("Letter", f"{one.kind}, {here.wall.brief(one.at)} ({one.by})") for one in request.letters),
        *((("Closed", f"{here.wall.brief(request.closed_at)} by {request.closed_by}: {request.closed_because}"),)
          if request.closed_at else ()),
    ]  # fmt: skip
    return h.element(
        "dl", *(h.joined([h.element("dt", name), h.element("dd", said)]) for name, said in pairs), class_="hm"
    )


def _why(taken: MoreTime) -> str:
    return ": ".join(filter(None, (taken.reason, taken.note)))


def _steps(here: Desk, request: Request) -> None:
    """Count again, take more time, close."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Count responsive rows"):
            _then(done(lambda: steps.collect(opened_register(), request, actor(here, RIGHT), now())) is not None)
    law = load_law()
    extension = law.requests[request.law].extension
    if extension:
        with st.expander("Take more time"):
            st.html(
                h.element("p", f"The law wants {extension.needs} ({extension.source}).", class_="hm hm-soft hm-small")
            )
            reason = st.selectbox("Reason", list(extension.reasons), format_func=extension.reasons.__getitem__)
            until = st.date_input("Until (empty: the last day that the law gives)", None, format="MM/DD/YYYY")
            note = st.text_input("The facts behind it; they stand in the letter", max_chars=1_000)
            if st.button("Take more time", key="extend"):
                _then(done(lambda: steps.extend(opened_register(), law, request, reason, until, note,
                                                actor(here, RIGHT), now())) is not None)  # fmt: skip
    with st.expander("Close"):
        because = st.text_input("How it ended", "answered", max_chars=500)
        if st.button("Close the request", key="close"):
            _then(done(lambda: steps.close(opened_register(), request, because, actor(here, RIGHT), now())) is not None)


def _letters(here: Desk, request: Request) -> None:
    st.html(h.element("h2", "Letters", class_="hm"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("Kind", LETTERS, key="letter_kind", width=220)
        available: date | None = st.date_input("Estimated date", None, format="MM/DD/YYYY", width=170)
        write = st.button("Write the letter")
    if write and kind:
        made = done(lambda: write_letter(opened_register(), load_law(), request, kind, here.user, actor(here, RIGHT),
                                         now(), available))  # fmt: skip
        if made:
            name = f"request-{request.request_id}-{kind}.pdf"
            st.download_button("Take the letter away (PDF)", made, name, "application/pdf", on_click="ignore")


def _then(well: bool) -> None:
    if well:
        st.rerun()
