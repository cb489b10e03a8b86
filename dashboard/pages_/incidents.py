"""Incidents: what was exposed and since when, whose records, which law binds by when, decisions and letters."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

import streamlit as st

from casework.fold import Entry
from casework.incidents import desk as acts
from casework.incidents.desk import Look, look, looked
from casework.incidents.incident import (
    KINDS,
    RIGHT,
    STATEMENTS,
    Incident,
    IncidentRefused,
    Signed,
    incidents,
    opened,
)
from casework.roles import role_for
from casework.scope import scoping
from casework.searches import tell
from dashboard import hypertext as h
from dashboard import links, trouble
from dashboard.desk import Desk, desk
from dashboard.exposure_chart import exposure_chart
from dashboard.opened_store import opened_register, opened_store
from dashboard.page_state import asked
from dashboard.parts import incident as parts
from model.casework import CaseworkEvent
from model.clock import now

_LOOKS, _SAID = "incident_looks", "incident_said"  # in the session
FRESH_S: Final = 60  # how long a scope that was worked out is shown again


def show() -> None:
    """The page."""
    here = desk()
    wanted = asked("id")
    if _SAID in st.session_state:
        st.success(st.session_state.pop(_SAID))
    try:
        if wanted:
            _incident(here, wanted)
        else:
            _list(here)
    except IncidentRefused as refused:
        st.html(h.element("h1", "Incident", class_="hm"))
        trouble.nothing("There is no such incident", str(refused))


def _list(here: Desk) -> None:
    st.html(h.element("h1", "Incidents", class_="hm"))
    found = incidents(scoping(opened_store(), here.user), here.id)
    if found:
        st.html(parts.listed(found, here.wall, here.id))
    else:
        trouble.nothing("No incident is open", "Open one below when an account, vendor, device or store was lost.")
    with st.expander("Open an incident", expanded=not found):
        _open(here)


def _open(here: Desk) -> None:
    here_now = now().astimezone(here.wall.zone)
    today, past = here_now.date(), time(8 if here_now.hour >= 8 else 0)  # a discovery in the future is refused
    with st.form("open", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.selectbox("What it is about", KINDS, width=180)
            subject = st.text_input("Which one", placeholder="account, vendor, device or system", width=280)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            day = st.date_input("Discovered on", today, format="MM/DD/YYYY", width=160)
            clock = st.time_input("at", past, width=120)
            by = st.text_input("by whom", width=280)
        text = st.text_area("What is known, in your words")
        if st.form_submit_button("Open and place a hold"):
            told = {"district": here.id, "kind": kind, "subject": subject, "discovered_by": by, "text": text}
            _opened(here, told, here.wall.instant(day, clock))


def _opened(here: Desk, told: dict[str, str], discovered: datetime) -> None:
    try:
        hold, incident = opened(told, discovered, _signed(here))
    except IncidentRefused as refused:
        st.error(str(refused))
        return
    if _wrote(hold) and _wrote(incident):
        st.query_params["id"] = incident.entity.partition(":")[2]
        st.rerun()


def _incident(here: Desk, wanted: str) -> None:
    one = _look(here, wanted)
    st.html(h.link("← All incidents", links.page(links.INCIDENTS, {"district": here.id})))
    st.html(parts.head(one.incident, here.wall))
    left, right = st.columns([5, 2], gap="medium")
    with left:
        _part("Exposure", parts.bounds(one.scope, here.wall))
    with right:
        st.html(parts.numbers(one.scope))
        st.html(parts.downloads(one, here.id))
    st.altair_chart(exposure_chart(one.scope, here.wall),
                    alt="Possible and proven exposure, the subject's records and silent sources over time")  # fmt: skip
    today = now().astimezone(here.wall.zone).date()
    _part("Clocks", parts.calendar(one.clocks.rules, today))
    _questions(here, one)
    _part("Decisions", parts.decided(one.incident, here.wall))
    _part("Systems touched", parts.touched(one.scope, here.wall))
    _part("People", parts.people(one.scope))
    _part("Addresses that count as the subject's", parts.addresses(one.scope, here.wall))
    _part("Not known", parts.not_known(one.scope))
    _letters(here, one)
    _close(here, one.incident)


def _part(title: str, part: h.Html) -> None:
    """A part with its title; nothing where there is nothing: Streamlit refuses an empty text."""
    if part:
        st.html(parts.section(title, part))


def _look(here: Desk, wanted: str) -> Look:
    """The look that this session has; a new one, which is recorded, where it is old or something was decided."""
    store = scoping(opened_store(), here.user)
    fresh = look(store, wanted, now())
    if fresh.incident.district != here.id:
        raise IncidentRefused(f"it is an incident of {fresh.incident.district}: choose that district above")
    kept: dict[str, Look] = st.session_state.setdefault(_LOOKS, {})
    last = kept.get(wanted)
    if last and last.incident == fresh.incident and (fresh.as_of - last.as_of).total_seconds() < FRESH_S:
        return last
    if last is None:
        tell(opened_register(), looked(fresh, "incident", here.user.name, role_for(here.user.roles, RIGHT)))
    kept[wanted] = fresh
    return fresh


def _questions(here: Desk, one: Look) -> None:
    _part("Open questions", parts.questions(one.clocks.questions))
    known = [asked_.question for asked_ in one.clocks.questions]
    others = [name for name in one.incident.answers if name not in known]
    foreign = [f"address:{one_.address}" for one_ in one.scope.addresses if "/" not in one_.address]
    if not one.incident.is_open:
        return
    with st.expander("Answer a question"), st.form("answer", border=False, clear_on_submit=True):
        question = st.selectbox("Question", [*known, *foreign, *others])
        answer = st.radio("Answer", ("yes", "no"), horizontal=True, index=None)
        reason = st.text_input("On what it rests")
        on = st.date_input("The day, where the question asks for one", None, format="MM/DD/YYYY", width=260)
        if st.form_submit_button("Sign the answer"):
            _answered(here, one.incident, question, answer, reason, on)


def _answered(
    here: Desk, incident: Incident, question: str | None, answer: str | None, reason: str, on: date | None
) -> None:
    if not question or answer is None:
        st.error("Choose a question, and yes or no.")
        return
    by = _signed(here)
    today = by.at.astimezone(here.wall.zone).date()
    _decide(lambda: acts.answered(incident, question, answer == "yes", reason, on, by, today), f"{question}: {answer}")


def _letters(here: Desk, one: Look) -> None:
    _part("Letters", parts.letters(one, here.id))
    if not one.incident.is_open:
        return
    with st.expander("State a fact for the letters"), st.form("state", border=False, clear_on_submit=True):
        name = st.selectbox("Fact", list(STATEMENTS), format_func=lambda one_: f"{one_}: {STATEMENTS[one_]}")
        text = st.text_area("The words that letters will use")
        if st.form_submit_button("Sign the statement"):
            _decide(lambda: acts.stated(one.incident, name, text, _signed(here)), f"{name} is stated")


def _close(here: Desk, incident: Incident) -> None:
    if not incident.is_open:
        return
    with st.expander("Close the incident"), st.form("close", border=False):
        reason = st.text_input("How it ended")
        if st.form_submit_button("Close"):
            _decide(lambda: acts.closed(incident, reason, _signed(here)), "The incident is closed; its hold stands.")


def _decide(make: Callable[[], CaseworkEvent], done: str) -> None:
    try:
        event = make()
    except IncidentRefused as refused:
        st.error(str(refused))
        return
    if _wrote(event):
        st.session_state[_SAID] = done
        st.rerun()


def _wrote(event: CaseworkEvent) -> bool:
    entry: Entry = opened_register().write(event)
    if not entry.holds and entry.first:
        st.error(f"Not done: {entry.first.actor} was first ({entry.first.kind}). Look again and decide.")
    return entry.holds


def _signed(here: Desk) -> Signed:
    return Signed(here.user.name, role_for(here.user.roles, RIGHT), now())
