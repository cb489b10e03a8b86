"""One violation: what was found, how well it is covered, the proof drawn and listed, what was weighed, revisions."""

import msgspec
import streamlit as st

from dashboard import hypertext as h
from dashboard import links, trouble
from dashboard.desk import Desk, desk
from dashboard.page_state import asked
from dashboard.parts import proof, verdict, weighed
from dashboard.printed_violation import printed
from dashboard.span_chart import span_chart
from model.clock import now
from model.event import format_at
from model.violation import Violation, encode_violation
from storage.queries.event_rows import StoredEvent
from storage.queries.names import named
from storage.queries.violations import evidence, revisions


def show() -> None:
    """The page."""
    here = desk()
    wanted = asked("id")
    found = revisions(here.store, here.id, wanted) if wanted else []
    st.html(h.link("← All violations", links.page(links.VIOLATIONS, {"district": asked("district")})))
    if not found:
        trouble.nothing(
            f"There is no violation {wanted}" if wanted else "No violation is chosen",
            "Choose one from the list of violations. One that was found by another district stands under its name.",
        )
        return
    _violation(here, found)


def _violation(here: Desk, found: list[Violation]) -> None:
    violation = found[0]
    events = {one.event_id: one for one in evidence(here.store, violation)}
    names = named(here.store, here.id, _ids(violation))
    left, right = st.columns([5, 2], gap="medium")
    with left:
        st.html(verdict.head(violation))
        st.html(verdict.story(violation))
        st.html(verdict.facts(violation, here.wall, names))
    with right:
        st.html(verdict.coverage(violation, here.wall))
        _downloads(here, found, events, names)
    _picture(here, violation)
    _section("The numbers", proof.measures(violation))
    _section("The evidence", proof.exhibits(violation, events, here.wall))
    _section("The policy", weighed.clauses(violation))
    _section("Innocent explanations", weighed.innocent(violation))
    _section("Rows of the district's tables that were weighed", weighed.consulted(violation, here.wall))
    _section("Revisions", weighed.revisions(found, here.wall))
    with st.expander("The rule and its limits"):
        st.html(weighed.rule(violation))


def _section(title: str, part: h.Html) -> None:
    if part:
        st.html(h.joined([h.element("h2", title, class_="hm"), part]))


def _picture(here: Desk, violation: Violation) -> None:
    if not violation.evidence.spans and not violation.evidence.exhibits:
        return
    st.html(h.element("h2", "On one time axis", class_="hm"))
    st.altair_chart(span_chart(violation, here.wall), alt="Sessions, approvals and events of this violation over time")


def _downloads(
    here: Desk, found: list[Violation], events: dict[str, StoredEvent], names: dict[tuple[str, str], str]
) -> None:
    name = f"violation-{found[0].violation_id[:10]}"
    body = msgspec.json.format(encode_violation(found[0]), indent=1)
    with st.container(horizontal=True):
        st.download_button("JSON", body, f"{name}.json", "application/json", on_click="ignore")
        st.download_button(
            "Print-ready page",
            printed(found, events, names, here.district, here.wall, format_at(now())),
            f"{name}.html",
            "text/html",
            on_click="ignore",
        )


def _ids(violation: Violation) -> list[str]:
    return [one for one in (violation.person, violation.account, violation.device_id, violation.vendor) if one]
