"""The form that decides where violations stand: one of them, or several at once."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import streamlit as st

from casework.fold import history
from casework.handling import why_not_assigned
from casework.roles import may
from casework.triage import OUTCOMES, STATES, Change, Triage, TriageRefused, entity_of, right_for, state, triaged
from casework.users import all_users
from dashboard import deciding, words
from dashboard.desk import Desk
from dashboard.opened_store import opened_register
from dashboard.plain_names import plain
from model.casework import CaseworkEvent
from model.clock import now
from storage.queries.casework import of_entities
from storage.queries.violations import Listed

_UNCHANGED = "as it is"


def triage_form(desk: Desk, found: Sequence[Listed], key: str) -> None:
    """Draw it for these violations, all of which the user may handle; writes when it is sent.

    A decision is made on what was shown: how the violations stood when the form was drawn is kept until it is sent.
    """
    ids = [one.violation_id for one in found]
    rights = {one.violation_id: right_for(one.detection) for one in found}
    seen: dict[str, Triage] = st.session_state.setdefault(f"{key}_seen", {})
    with st.form(key, border=False):
        chosen = st.selectbox("State", [_UNCHANGED, *STATES], key=f"{key}_state")
        outcome = st.selectbox("Outcome", [_UNCHANGED, *OUTCOMES], key=f"{key}_outcome", format_func=plain)
        handlers = [_UNCHANGED, *_handlers(desk, {*rights.values()})]
        assignee = st.selectbox("Who handles it", handlers, key=f"{key}_assignee")
        comment = st.text_area("Comment", key=f"{key}_comment", height=68, max_chars=2_000)
        sent = st.form_submit_button("Decide", disabled=not ids)
    if sent:
        said = {"state": chosen, "outcome": outcome, "assignee": assignee}
        told: dict[str, Any] = {name: None if one == _UNCHANGED else one for name, one in said.items()}
        change = Change(**told, comment=comment or "")
        _decide(desk, {one: seen.get(one) or _stands(desk, one) for one in ids}, rights, change)
    st.session_state[f"{key}_seen"] = {one: _stands(desk, one) for one in ids}


def may_handle(desk: Desk, found: Sequence[Listed]) -> list[Listed]:
    """Those of these violations that whoever looks may decide about."""
    return [one for one in found if may(desk.user.roles, right_for(one.detection))]


def _handlers(desk: Desk, rights: Set[str]) -> list[str]:
    """Who has all these rights in this district."""
    users = [one for one in all_users(opened_register()) if not one.disabled and all(may(one.roles, r) for r in rights)]
    return [one.name for one in users if not one.districts or desk.id in one.districts]


def _stands(desk: Desk, violation_id: str) -> Triage:
    return state(history(of_entities(desk.store, [(desk.id, entity_of(violation_id))])))


def _decide(desk: Desk, seen: dict[str, Triage], rights: Mapping[str, str], change: Change) -> None:
    try:
        events = [_event(desk, one, before, rights[one], change) for one, before in seen.items()]
    except TriageRefused as why:
        st.warning(str(why))
        return
    if deciding.write(events, f"{words.counted(len(events), 'violation')} decided."):
        st.rerun()
    deciding.tell()


def _event(desk: Desk, violation_id: str, before: Triage, right: str, change: Change) -> CaseworkEvent:
    if change.assignee and (why := why_not_assigned(opened_register(), desk.id, violation_id, change.assignee, right)):
        raise TriageRefused(f"{violation_id[:10]}: {why}")
    return triaged(desk.user, desk.id, violation_id, before, change, now(), right)
