"""Cases: the list, and one case with what it holds, notes, files, sharing and the chain of custody."""

from typing import Any

import msgspec
import streamlit as st

from casework import attachments
from casework.cases import Case, CaseRefused, case_of, cases, changed, opened, subjects_of, why_not
from casework.scope import why_not_handle, why_not_share
from casework.searches import purposes_of
from casework.triage import OUTCOMES
from casework.users import user_of
from dashboard import deciding, links, trouble
from dashboard import hypertext as h
from dashboard.desk import Desk, desk
from dashboard.opened_store import opened_register
from dashboard.page_state import asked
from dashboard.parts import case_parts
from dashboard.parts.queue import queue_table
from dashboard.parts.unmask_form import unmask_form
from dashboard.plain_names import plain
from dashboard.recorded import case_recorded
from dashboard.serving import UPLOAD_MB
from dashboard.vendor_receipts import on_page, receipts
from model.clock import now
from model.settings import Settings
from storage.queries.names import named
from storage.queries.triage import standings
from storage.queries.violations import Filter, Listed, beginning, queue, revisions


def show() -> None:
    """The page."""
    here = desk()
    wanted = asked("id")
    if wanted is None:
        _list(here)
        return
    st.html(h.link("← All cases", links.page(links.CASES, {"district": asked("district")})))
    try:
        case = case_of(here.store, wanted, here.id)
    except CaseRefused as why:
        st.html(h.element("h1", "Case", class_="hm"))
        trouble.nothing(f"There is no case {wanted}", str(why))
        return
    case_recorded("case", here, case)
    _case(here, case)


def _list(here: Desk) -> None:
    st.html(h.element("h1", "Cases", class_="hm"))
    deciding.tell()
    found = cases(here.store, here.id)
    if found:
        st.html(case_parts.case_table(found, here.wall))
    else:
        trouble.nothing("No case was opened", "Open one below, or from a violation.")
    with st.expander("Open a case"):
        open_form(here, [], "open_case")


def open_form(here: Desk, found: list[Listed], key: str) -> None:
    """The form that opens a case about these violations."""
    with st.form(key, border=False):
        title = st.text_input("What it is about", key=f"{key}_title", max_chars=200)
        purpose = st.selectbox(
            "Purpose", purposes_of(opened_register().store, here.id), key=f"{key}_purpose", format_func=plain
        )
        sent = st.form_submit_button("Open the case")
    if not sent:
        return
    held = _meant(here, subjects_of(found))
    if why := why_not_handle(opened_register().store, here.user, held):
        st.warning(why)
        return
    try:
        case_id = opened(opened_register(), here.user, here.id, title, purpose, held, now())
    except CaseRefused as refused:
        st.warning(str(refused))
        return
    st.html(h.element("p", "Opened: ", h.link(f"case {case_id}", links.case(case_id, here.id)), class_="hm"))


def _meant(here: Desk, held: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same with who is meant in the place of pseudonyms."""
    return {name: [here.store.meant(one) for one in ids] for name, ids in held.items()}


def _case(here: Desk, case: Case) -> None:
    st.html(h.element("h1", f"Case {case.case_id}: {case.title}", class_="hm"))
    deciding.tell()
    names = named(here.store, here.id, [*case.people, *case.accounts, *case.devices, *case.vendors])
    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.html(case_parts.facts(case, names, here.wall))
        _violations(here, case)
        _sessions(here, case)
        _section("Notes", case_parts.notes(case, here.wall))
        _section("Files", case_parts.files(case))
        _section("Chain of custody", case_parts.custody(case, here.wall))
    with right:
        address = links.page(links.CASE_FILE, {"id": case.case_id, "district": here.id})
        st.html(h.link("Export for a hearing (ZIP)", address, class_="hm-button", download=""))
        if case.status == "open":
            _add_forms(here, case)
            unmask_form(here, case.people, [case.case_id])
            _close_form(here, case)
        else:
            _reopen_form(here, case)
    st.session_state[f"case_seen_{case.case_id}"] = case.version


def _section(title: str, part: h.Html) -> None:
    if part:
        st.html(h.joined([h.element("h2", title, class_="hm"), part]))


def _violations(here: Desk, case: Case) -> None:
    found = queue(here.store, here.id, Filter(ids=tuple(case.violations))) if case.violations else []
    if found:
        people = named(here.store, here.id, [one.person for one in found if one.person])
        stands = standings(here.store, here.id, [one.violation_id for one in found])
        _section("Violations", queue_table(found, people, here.wall, stands))


def _sessions(here: Desk, case: Case) -> None:
    if case.vendors:
        found = [told[0] for one in case.violations if (told := revisions(here.store, here.id, one))]
        _section("The vendor's sessions", on_page(receipts(here.store, case, found, now()), here.wall))


def _add_forms(here: Desk, case: Case) -> None:
    with st.expander("Add a note"), st.form("note", border=False, clear_on_submit=True):
        text = st.text_area("Note", key="note_text", height=100, max_chars=20_000)
        if st.form_submit_button("Add the note") and text.strip():
            _decide(here, case, "case.noted", "Noted.", text=text.strip())
    with st.expander("Add a violation"), st.form("add", border=False, clear_on_submit=True):
        begins = st.text_input("Id of the violation, or its first characters", key="add_id").strip()
        if st.form_submit_button("Add the violation") and begins:
            _add(here, case, begins)
    with st.expander("Add a file"), st.form("attach", border=False, clear_on_submit=True):
        file = st.file_uploader(f"File, up to {UPLOAD_MB} MB", key="attach_file")
        received = st.text_input("Received from", key="attach_from", max_chars=200).strip()
        if st.form_submit_button("Add the file") and file:
            with attachments.adding(Settings().hallmonitor_home, file.name, file.getvalue(), received) as told:
                _decide(here, case, "case.attached", f"Added {file.name}.", **told)
    with st.expander("Share with somebody"), st.form("share", border=False, clear_on_submit=True):
        name = st.text_input("Name of the user", key="share_name", max_chars=64).strip()
        if st.form_submit_button("Share the violations of this case") and name:
            _share(here, case, name)


def _add(here: Desk, case: Case, begins: str) -> None:
    fits = beginning(here.store, here.id, begins)
    if len(fits) != 1:
        st.warning(f"{len(fits)} violations have an id that begins with {begins}")
        return
    held = {name: ids for name, ids in _meant(here, subjects_of(fits)).items() if ids}
    if why := why_not_handle(opened_register().store, here.user, held):
        st.warning(why)
        return
    _decide(here, case, "case.added", "Added.", **held)


def _share(here: Desk, case: Case, name: str) -> None:
    register = opened_register()
    other = user_of(register, name)
    if other is None or other.disabled:
        st.warning(f"There is no user {name}")
    elif why := why_not_share(register.store, other, case_of(here.store.veiled(None), case.case_id, here.id)):
        st.warning(why)
    else:
        _decide(here, case, "case.shared", f"Shared with {name}.", **{"with": name})


def _close_form(here: Desk, case: Case) -> None:
    with st.expander("Close the case"), st.form("close", border=False):
        outcome = st.selectbox("Outcome", OUTCOMES, key="close_outcome", format_func=plain)
        comment = st.text_area("Comment", key="close_comment", height=68, max_chars=2_000)
        if st.form_submit_button("Close it"):
            _decide(here, case, "case.closed", "Closed.", outcome=outcome, comment=comment.strip())


def _reopen_form(here: Desk, case: Case) -> None:
    with st.expander("Open it again"), st.form("reopen", border=False):
        reason = st.text_area("Why", key="reopen_reason", height=68, max_chars=2_000)
        if st.form_submit_button("Open it again") and reason.strip():
            _decide(here, case, "case.reopened", "Open again.", comment=reason.strip())


def _decide(here: Desk, case: Case, kind: str, done: str, **body: Any) -> None:
    if why := why_not(case, kind):
        st.warning(why)
        return
    seen = st.session_state.get(f"case_seen_{case.case_id}", case.version)
    st.session_state[f"case_seen_{case.case_id}"] = case.version
    as_seen = msgspec.structs.replace(case, version=seen)  # a decision is made on what was shown
    if deciding.write([changed(as_seen, kind, here.user, now(), **body)], done):
        st.rerun()
    deciding.tell()
