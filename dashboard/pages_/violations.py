"""The queue: what was found, by day and by gravity, filtered and sorted as the address says."""

from datetime import date, datetime, timedelta
from typing import Final, cast

import msgspec
import streamlit as st

from casework.triage import STATES
from dashboard import deciding, links, trouble, words
from dashboard import hypertext as h
from dashboard.day_chart import day_chart
from dashboard.desk import Desk, desk
from dashboard.page_state import FILTER, chosen, here, many_of, one_of, page_number
from dashboard.parts.candidates import candidates
from dashboard.parts.queue import queue_table
from dashboard.parts.triage_form import may_handle, triage_form
from model.violation import SEVERITIES
from storage.queries import cited
from storage.queries.names import named
from storage.queries.people import Ambiguous, understood
from storage.queries.triage import standings
from storage.queries.violations import Filter, Listed, Sort, by_day, count, queue

PER_PAGE = 100
SORTS: Final[dict[str, str]] = {
    "newest": "newest first",
    "oldest": "oldest first",
    "gravest": "gravest first",
    "last_changed": "last changed first",
}
STANDING = ["open", "provisional"]


def show() -> None:
    """The page."""
    desk_ = desk()
    st.html(h.element("h1", "Violations", class_="hm"))
    chosen_, sort = _filters(desk_)
    try:
        wanted = _wanted(desk_, chosen_)
    except Ambiguous as several:
        st.html(candidates(several, desk_.id))
        return
    number = count(desk_.store, desk_.id, wanted)
    _summary(desk_, wanted, number)
    if number == 0:
        _nothing(desk_)
        return
    found = queue(desk_.store, desk_.id, wanted, sort, PER_PAGE, (page_number() - 1) * PER_PAGE)
    stands = standings(desk_.store, desk_.id, [one.violation_id for one in found])
    deciding.tell()
    st.html(queue_table(found, named(desk_.store, desk_.id, _ids(found)), desk_.wall, stands))
    _pager(number)
    if handled := may_handle(desk_, found):
        _several(desk_, handled)


def _several(desk_: Desk, found: list[Listed]) -> None:
    """Decide about several of those that are shown."""
    with st.expander("Decide about several"):
        known = {one.violation_id: one for one in found}
        called = {name: f"{name[:10]} {one.headline}" for name, one in known.items()}
        chosen_ids = st.multiselect("Violations", list(called), key="several", format_func=lambda one: called[one])
        triage_form(desk_, [known[one] for one in chosen_ids], "triage_several")


def _filters(desk_: Desk) -> tuple[Filter, Sort]:
    """Draw them; the detections, clauses and schools, and the order that were chosen."""
    seen = {one.detection for one in by_day(desk_.store, desk_.id, Filter(), desk_.district.timezone)}
    names = sorted(seen, key=words.detection)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        detections = many_of(
            st.multiselect, "Detection", names, "detection", words.detection, placeholder="all", width=330
        )
        st.text_input("Subject", key="subject", **FILTER, placeholder="a person's name, account, …", width=240)
        st.date_input("From", None, key="from", **FILTER, format="MM/DD/YYYY", width=150)
        st.date_input("To", None, key="to", **FILTER, format="MM/DD/YYYY", width=150)
        sort = one_of("Sort", list(SORTS), "sort", lambda one: SORTS[one], width=180)
    clauses, schools = _clauses_and_schools(desk_)
    with st.container(horizontal=True, gap="large"):
        _pills("Severity", list(reversed(SEVERITIES)), [])
        _pills("Status", list(words.STATUSES), STANDING)
        _pills("State", list(STATES), [])
    return Filter(detections=detections, clauses=clauses, schools=schools), cast("Sort", sort)


def _clauses_and_schools(desk_: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which clauses of the policy, and which schools; who is limited to schools sees these alone anyway."""
    sections = {one.clause_id: one.section for one in cited.clauses(desk_.store, desk_.id)}
    called = {one.id: one.name for one in cited.schools(desk_.store, desk_.id)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        clauses = many_of(
            st.multiselect, "Clause", list(sections), "clause", sections.__getitem__, placeholder="all", width=500
        )
        if desk_.user.schools:
            return clauses, ()
        return clauses, many_of(
            st.multiselect, "School", list(called), "school", called.__getitem__, placeholder="all", width=330
        )


def _pills(label: str, options: list[str], standing: list[str]) -> None:
    st.pills(label, options, selection_mode="multi", default=standing, key=label.lower(), **FILTER, width="content")


def _wanted(desk_: Desk, chosen_: Filter) -> Filter:
    """All that the filters ask; raises `Ambiguous` where the subject is a name that several people have."""
    text = st.session_state["subject"].strip()
    sought = understood(desk_.store, desk_.id, text) if text.strip("*") else None
    return msgspec.structs.replace(
        chosen_,
        severities=chosen("severity"),
        statuses=chosen("status"),
        states=chosen("state"),
        subject=sought,
        since=_midnight(desk_, st.session_state["from"]),
        until=_midnight(desk_, st.session_state["to"], days=1),
    )


def _midnight(desk_: Desk, day: date | None, days: int = 0) -> datetime | None:
    return desk_.wall.instant(day + timedelta(days=days)) if day else None


def _summary(desk_: Desk, wanted: Filter, number: int) -> None:
    days = by_day(desk_.store, desk_.id, wanted, desk_.district.timezone)
    sums = {one: sum(day.violations for day in days if day.severity == one) for one in reversed(SEVERITIES)}
    said = [h.element("b", words.counted(number, "violation"))]
    said += [h.element("span", f"{sums[one]} {one}", class_=f"hm-{one}") for one in sums if sums[one]]
    st.html(h.element("div", *said, class_="hm-line"))
    if days:
        st.altair_chart(day_chart(days), alt="Violations by day and severity", key="by_day")


def _nothing(desk_: Desk) -> None:
    if count(desk_.store, desk_.id, Filter()):
        trouble.nothing("No violation passes these filters", "Clear one of them, or add suppressed and withdrawn ones.")
    else:
        trouble.nothing(
            "No violation has been found", "Sources shows what was read, and whether any source has been silent."
        )


def _ids(found: list[Listed]) -> list[str]:
    return [name for one in found for name in (one.person, one.account, one.device_id) if name]


def _pager(number: int) -> None:
    at, last = page_number(), -(-number // PER_PAGE)
    if last == 1:
        return
    said: list[h.Content] = [f"Page {at} of {last}"]
    said += [h.link("previous", here(links.VIOLATIONS, page=str(at - 1)))] if at > 1 else []
    said += [h.link("next", here(links.VIOLATIONS, page=str(at + 1)))] if at < last else []
    st.html(h.element("div", h.joined(said, " · "), class_="hm-line"))
