"""For records officers and administrators: the schedule, the plans and how far each got, and approval by another."""

from collections.abc import Container
from datetime import date

import streamlit as st

from casework.holds import standing
from casework.register import NotRecorded
from casework.retention import Plan, PlanRefused, approval, plans, schedule_of, why_not_approve
from casework.roles import may, role_for
from casework.scope import names_of
from dashboard import hypertext as h
from dashboard import trouble, words
from dashboard.desk import Desk, desk
from dashboard.opened_store import opened_register
from model.clock import now

_SAID = "retention_said"
SHOWN = 20  # lost rows that are named
HOW = "Plans are made and run at the command line: hallmonitor retention plan, approve, run, certificate, check."


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Retention", class_="hm"))
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    # Who approves may not read holds, and must know that there are some: they are counted in the whole store.
    held = len(standing(opened_register().store, here.id))
    st.html(h.element("p", f"{words.counted(held, 'hold')} in force.", class_="hm"))
    _plans(here)
    st.html(h.element("h2", "Schedule", class_="hm"))
    try:
        rules = schedule_of(here.store, here.id).rules
    except PlanRefused as refused:
        trouble.nothing("No schedule is stored", str(refused).replace("`", ""))
        return
    rows = [h.row(name.replace("_", " "), words.kept(one.words), one.basis) for name, one in rules.items()]
    st.html(h.table(["Class of record", "Kept", "Basis"], rows, "Schedule"))
    st.html(h.element("p", HOW, class_="hm hm-soft"))


def _plans(here: Desk) -> None:
    found = plans(here.store, here.id)[::-1]
    if not found:
        trouble.nothing("No plan was made", "hallmonitor retention plan says what is past its schedule.")
        return
    rows = [_row(here, one) for one in found]
    head = [
        "Plan",
        "As of",
        h.element("th", "Due", class_="hm-n"),
        h.element("th", "Held", class_="hm-n"),
        "Planned by",
        "Approved by",
        "Run by",
        "Certificate",
    ]
    st.html(h.element("div", h.table(head, rows, "Plans"), class_="hm-scroll", tabindex="0"))
    if may(here.user.roles, "approve retention"):
        names = names_of(opened_register(), here.user)
        for one in found:
            if not one.approved:
                _approve(here, names, one)


def _row(here: Desk, one: Plan) -> h.Html:
    due = f"{sum(of_class.due for of_class in one.classes):,}"
    again = sum(of_class.destroyed_again for of_class in one.classes)
    due += f" and {again:,} again" if again else ""
    by = f"{one.planned}, {here.wall.brief(one.planned_at)}"
    as_of = f"{date.fromisoformat(one.as_of):%b %-d, %Y}"
    held = f"{sum(of_class.held for of_class in one.classes):,}"
    told = (one.plan_id, as_of, *(h.element("td", number, class_="hm-n") for number in (due, held)), by)
    return h.row(*told, one.approved or "", one.run or "", one.certificate_id or "")


def _approve(here: Desk, names: Container[str], one: Plan) -> None:
    if own := one.of_planner:
        said = f"destroys what is about {one.planned}, who planned it, or by them"
        st.warning(f"Plan {one.plan_id} {said}: {', '.join(own)}.")
    if lost := one.not_as_stored:
        shown = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN:,} more" if len(lost) > SHOWN else "")
        st.warning(f"Plan {one.plan_id}: not as they were stored: {shown}. What only these kept is due.")
    why = why_not_approve(one, names)
    if st.button(f"Approve plan {one.plan_id}", disabled=why is not None, help=why):
        role = role_for(here.user.roles, "approve retention")
        try:
            entry = opened_register().write(approval(one, here.user.name, role, now()))
        except NotRecorded as error:
            st.error(str(error))
            return
        st.session_state[_SAID] = f"Plan {one.plan_id} is approved." if entry.holds else "Somebody else decided first."
        st.rerun()
