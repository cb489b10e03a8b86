"""The log of disclosures of students' records (34 CFR 99.32): of whom, to whom, when, with which interest."""

import streamlit as st

from dashboard import hypertext as h
from dashboard import links, trouble
from dashboard.desk import Desk, desk
from model.casework import CaseworkEvent
from storage.queries.casework import matching
from storage.queries.names import named

SHOWN = 500
LAW = "A parent or eligible student may inspect the log of their record (34 CFR 99.32(c)); it is kept with the record."


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Disclosures", class_="hm"))
    found = matching(here.store, district=here.id, kinds=("record.disclosed",), limit=SHOWN)
    if not found:
        trouble.nothing("No student's record was disclosed", "A production that names a student is listed here.")
        return
    people = [one.entity.partition(":")[2] for one in found]
    names = named(here.store, here.id, people)
    head = ["When", "Student", "To whom", "Interest", "By", "Request", h.element("th", "Rows", class_="hm-n")]
    rows = [_row(here, one, names.get(("person", person), person)) for one, person in zip(found, people, strict=True)]
    st.html(h.element("div", h.table(head, rows, "Disclosures"), class_="hm-scroll", tabindex="0"))
    st.html(h.element("p", LAW, class_="hm hm-soft hm-small"))


def _row(here: Desk, one: CaseworkEvent, student: str) -> h.Html:
    request = str(one.body.get("request_id") or "")
    return h.row(
        h.element("td", here.wall.brief(one.at), class_="hm-t"),
        student,
        str(one.body.get("to") or ""),
        str(one.body.get("interest") or ""),
        one.actor,
        h.link(request, links.request(request, here.id)) if one.actor == here.user.name else request,
        h.element("td", str(one.body.get("rows", "")), class_="hm-n"),
    )
