"""One violation: what was found, how well it is covered, the proof drawn and listed, what was weighed, revisions."""

import msgspec
import streamlit as st

from casework.cases import RIGHT
from casework.handling import handling_of
from casework.roles import may
from dashboard import deciding, links, trouble
from dashboard import hypertext as h
from dashboard.desk import Desk, desk
from dashboard.page_state import asked
from dashboard.pages_.case import open_form
from dashboard.parts import handled, proof, verdict, weighed
from dashboard.parts.queue import queue_table
from dashboard.parts.triage_form import may_handle, triage_form
from dashboard.parts.unmask_form import unmask_form
from dashboard.span_chart import span_chart
from dashboard.then_and_now import then_and_now
from model.violation import Violation, encode_violation
from storage.queries.names import called_in, named
from storage.queries.violations import Listed, beginning, evidence, revisions, stored_when


def show() -> None:
    """The page."""
    here = desk()
    wanted = asked("id")
    fits = beginning(here.store, here.id, wanted) if wanted else []
    found = revisions(here.store, here.id, fits[0].violation_id) if len(fits) == 1 else []
    st.html(h.link("← All violations", links.page(links.VIOLATIONS, {"district": asked("district")})))
    if len(fits) > 1:
        _several(here, fits)
    elif not found:
        st.html(h.element("h1", "Violation", class_="hm"))
        trouble.nothing(
            f"There is no violation {wanted}" if wanted else "No violation is chosen",
            "Choose one from the list of violations. One that was found by another district stands under its name.",
        )
    else:
        _violation(here, found, fits)


def _several(here: Desk, fits: list[Listed]) -> None:
    st.html(h.element("h1", "Several violations have an id that begins with these characters", class_="hm"))
    names = named(here.store, here.id, [one.person for one in fits if one.person])
    st.html(queue_table(fits, names, here.wall))


def _violation(here: Desk, found: list[Violation], fits: list[Listed]) -> None:
    violation = found[0]
    events = {one.event_id: one for one in evidence(here.store, violation)}
    names = called_in(here.store, violation)
    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.html(verdict.head(violation))
        st.html(verdict.story(violation))
        st.html(verdict.facts(violation, here.wall, names))
    with right:
        st.html(verdict.coverage(violation, here.wall))
        _downloads(here, violation)
        _handling(here, violation, fits)
    _picture(here, violation)
    _section("The numbers it rests on", proof.measures(violation))
    _section("The records that prove it", proof.exhibits(violation, events, here.wall, names))
    _section("The policy", weighed.clauses(violation))
    _section("Innocent explanations that were tested", weighed.innocent(violation))
    _section("What the district's own tables say", weighed.consulted(violation, here.wall, names))
    told_at = stored_when(here.store, here.id, violation.violation_id)
    _section("As known then, and as known now", weighed.sides(then_and_now(found, here.wall, told_at)))
    _section("What changed since it was found", weighed.revisions(found, here.wall))
    with st.expander("Technical details: ids, rule and limits"):
        st.html(weighed.rule(violation))


def _handling(here: Desk, violation: Violation, fits: list[Listed]) -> None:
    """Where it stands with the people who handle it; the forms for those who may decide."""
    told = handling_of(here.store, here.id, violation.violation_id)
    deciding.tell()
    st.html(handled.handling(told, here.wall))
    unmask_form(here, [violation.person], [one.case_id for one in told.cases if one.status == "open"])
    if may_handle(here, fits):
        with st.expander("Decide"):
            triage_form(here, fits, "triage")
    if may(here.user.roles, RIGHT):
        with st.expander("Open a case about it"):
            open_form(here, fits, "open_case")


def _section(title: str, part: h.Html) -> None:
    if part:
        st.html(h.joined([h.element("h2", title, class_="hm"), part]))


def _picture(here: Desk, violation: Violation) -> None:
    if not violation.evidence.spans and not violation.evidence.exhibits:
        return
    st.html(h.element("h2", "On one time axis", class_="hm"))
    st.altair_chart(span_chart(violation, here.wall), alt="Sessions, approvals and records of this violation over time")


def _downloads(here: Desk, violation: Violation) -> None:
    name = f"finding-{violation.violation_id[:10]}.json"
    body = msgspec.json.format(encode_violation(violation), indent=1)
    with st.container(horizontal=True):
        address = links.page(links.VIOLATION_FILE, {"id": violation.violation_id, "district": here.id})
        st.html(h.link("PDF to print", address, class_="hm-button", download=""), width="content")
        st.download_button("JSON", body, name, "application/json", on_click="ignore")
