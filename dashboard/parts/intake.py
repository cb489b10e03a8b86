"""The form with which a request that came in is opened: its law, who asks for what, and which rows that is."""

from datetime import date
from typing import Any

import streamlit as st

from casework.requests import steps
from casework.requests.rules import RequestRefused, classes_of
from casework.requests.steps import Asked
from casework.scope import why_not_answer
from dashboard import who
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from dashboard.parts.acting import actor, done
from model.clock import now
from model.event import format_at
from model.law import load_law
from storage.ledger.stored import EVENT_CLASSES
from storage.queries.people import Ambiguous, understood
from storage.queries.responsive import Criteria

RIGHT = "answer requests"
_SUBJECTS = {"accounts": "Accounts", "persons": "People (id or name)", "devices": "Devices", "domains": "Domains"}


def intake(here: Desk) -> None:
    """The form, and what happens when it is sent."""
    law = load_law()
    with st.expander("Open a request"), st.form("intake", border=False):
        first, second = st.columns(2)
        chosen = first.selectbox("Law", list(law.requests), format_func=lambda one: law.requests[one].title)
        received = second.date_input("Received", now().astimezone(here.wall.zone).date(), format="MM/DD/YYYY")
        requester = first.text_input("Requester", max_chars=300, placeholder="name, and how to reach them")
        text = second.text_area("What is asked for, in their words", max_chars=4_000, height=80)
        subjects = {name: (first, second)[n % 2].text_input(label, max_chars=2_000, placeholder="several with commas")
                    for n, (name, label) in enumerate(_SUBJECTS.items())}  # fmt: skip
        since = first.date_input("From (that day on)", None, format="MM/DD/YYYY")
        until = second.date_input("To (not including that day)", None, format="MM/DD/YYYY")
        classes = st.multiselect("Only these classes of records", EVENT_CLASSES, placeholder="all")
        sent = st.form_submit_button("Open the request")
    if sent:
        told = {"law": chosen, "received": received, "requester": requester, "text": text}
        made = done(lambda: _opened(here, told, subjects, since, until, tuple(classes)))
        if made:
            who.forget()  # its rows are in the officer's scope from now on
            st.query_params.from_dict({"id": made.request_id, "district": here.id})
            st.rerun()


def _opened(
    here: Desk,
    told: dict[str, Any],
    subjects: dict[str, str],
    since: date | None,
    until: date | None,
    classes: tuple[str, ...],
) -> Any:
    if since is None or until is None:
        raise RequestRefused("say from which day on and up to which day")
    register = opened_register()
    named = {name: tuple(one.strip() for one in text.split(",") if one.strip()) for name, text in subjects.items()}
    named["persons"] = tuple(_person(here, one) for one in named["persons"])
    criteria = Criteria(
        **named,
        classes=classes_of(classes),
        since=format_at(here.wall.instant(since)),
        until=format_at(here.wall.instant(until)),
    )
    if why := why_not_answer(register.store, here.user, criteria):
        raise RequestRefused(why)
    place = steps.place_of(register.store, here.district)
    return steps.open_request(register, load_law(), place, Asked(**told, criteria=criteria), actor(here, RIGHT), now())


def _person(here: Desk, text: str) -> str:
    try:
        return understood(opened_register().store, here.id, text).text
    except Ambiguous as several:
        ids = ", ".join(f"{one.id} ({one.role or 'no role'})" for one in several.candidates)
        raise RequestRefused(f"several people are called {text}: {ids}. Give the id") from several
    except ValueError as error:
        raise RequestRefused(str(error)) from error
