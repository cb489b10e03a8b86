"""The forms of unmasking: to learn who a pseudonym is, for a case or with a second person, and to agree as that one."""

from collections.abc import Callable, Sequence

import streamlit as st

from casework import unmasking
from casework.roles import may, role_for
from casework.scope import names_of
from casework.unmasking import NotUnmasked
from casework.unveiling import RIGHT, person_behind, request_to_agree, waiting_for
from dashboard import deciding
from dashboard import hypertext as h
from dashboard.desk import Desk
from dashboard.opened_store import opened_register, opened_store
from model.casework import CaseworkEvent
from model.clock import now
from model.settings import Settings

_SECOND = "a second person"
_WHO_SEES = "Only you see who it is, while the case is open or for seven days. Reviewers see that you asked."


def unmask_form(here: Desk, names: Sequence[str | None], cases: Sequence[str]) -> None:
    """The form where one of `names` is a pseudonym for whoever looks; `cases`: open ones that hold the person."""
    hidden = list(dict.fromkeys(one for one in names if one and here.store.meant(one) != one))
    if not hidden or not may(here.user.roles, RIGHT):
        return
    with st.expander("Learn who a pseudonym is"), st.form("unmask", border=False):
        st.html(h.element("p", _WHO_SEES, class_="hm hm-soft hm-small"))
        pseudonym = st.selectbox("Pseudonym", hidden, key="unmask_who")
        why = st.selectbox("On the ground of", [*(f"case {one}" for one in cases), _SECOND], key="unmask_ground")
        reason = st.text_input("Why you have to know; it is recorded", key="unmask_reason", max_chars=500)
        sent = st.form_submit_button("Ask")
    if sent:
        case = None if why == _SECOND else str(why).removeprefix("case ")
        done = "You see who it is." if case else "Asked. A second person has to agree, on their page Home."
        _write(lambda: _asked(here, str(pseudonym), case, reason), done)


def waiting(here: Desk) -> None:
    """Who asked and waits, with a button for everybody but the one who asked."""
    if not may(here.user.roles, RIGHT):
        return
    names = names_of(opened_register(), here.user)
    found = waiting_for(opened_store(), here.user, Settings().hallmonitor_home, here.id)
    for n, one in enumerate(one for one in found if one.by not in names):
        if st.button(f"Agree that {one.by} learns who {one.person} is", key=f"agree_{n}"):
            said = f"{one.by} may now see who {one.person} is."
            _write(lambda person=one.person: _agreed(here, person), said)  # type: ignore[misc]


def _asked(here: Desk, pseudonym: str, case: str | None, reason: str) -> CaseworkEvent:
    store, user = opened_store(), here.user
    person = person_behind(store, user, Settings().hallmonitor_home, here.id, pseudonym)
    role = role_for(user.roles, RIGHT)
    if case:
        return unmasking.for_case(store, here.id, person, case, reason, user, role, now())
    return unmasking.requested(here.id, person, reason, user, role, now())


def _agreed(here: Desk, pseudonym: str) -> CaseworkEvent:
    store, user = opened_store(), here.user
    person = person_behind(store, user, Settings().hallmonitor_home, here.id, pseudonym)
    names = names_of(opened_register(), user)
    asked = request_to_agree(store, names, here.id, person)
    return unmasking.agreed(asked, user, names, role_for(user.roles, RIGHT), now())


def _write(make: Callable[[], CaseworkEvent], done: str) -> None:
    try:
        event = make()
    except NotUnmasked as why:
        st.warning(str(why))
        return
    if deciding.write([event], done):
        st.rerun()
    deciding.tell()
