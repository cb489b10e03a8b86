"""For reviewers: who looked for whom and why, who was unmasked, what was refused, and what was found about it."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from dashboard import hypertext as h
from dashboard import links, plain_names, trouble, words
from dashboard.desk import Desk, desk
from dashboard.page_state import FILTER
from model.casework import CaseworkEvent
from model.clock import now
from storage.queries.casework import matching
from storage.queries.violations import Filter, queue

SHOWN, DAYS = 200, 30
_OTHERS = ("person.unmasked", "person.unmask_requested", "command.refused", "user.login_failed")


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Searches", class_="hm"))
    _misuse(here)
    by = st.text_input("Only searches by", key="by", **FILTER, placeholder="a user's name", width=240).strip()
    found = matching(here.store, district=here.id, kinds=("search.made",), actor=by or None, limit=SHOWN)
    if found:
        st.html(
            _table(
                ["When", "Who", "How", "Looked for", "Purpose", "Case", h.element("th", "Records", class_="hm-n")],
                _searches(here, found),
                "Searches",
            )
        )
    else:
        trouble.nothing("Nobody searched", "Searches, timelines and exports of this district are listed here.")
    others = matching(here.store, kinds=_OTHERS, since=now() - timedelta(days=DAYS), limit=SHOWN)
    st.html(h.element("h2", f"Unmaskings, refusals and failed logins of the last {DAYS} days", class_="hm"))
    if others:
        st.html(
            _table(["When", "Who", "What", "About", "Why"], _rest(here, others), "Unmaskings, refusals, failed logins")
        )
    else:
        st.html(h.element("p", "None.", class_="hm hm-soft"))


def _misuse(here: Desk) -> None:
    wanted = Filter(detections=("investigator_misuse",), statuses=("open", "provisional"))
    found = queue(here.store, here.id, wanted, limit=SHOWN)
    if not found:
        st.html(h.element("p", "No misuse of searches was found.", class_="hm hm-soft"))
        return
    said = h.element("b", words.counted(len(found), "finding"))
    items = [
        h.element("li", here.wall.brief(one.started_at), ": ", _headline(one.violation_id, one.headline, here))
        for one in found
    ]
    st.html(h.joined([h.element("p", said, " to look at", class_="hm"), h.element("ul", *items)]))


def _headline(violation_id: str, headline: str, here: Desk) -> h.Html:
    return h.link(headline, links.violation(violation_id, here.id))


def _searches(here: Desk, found: Sequence[CaseworkEvent]) -> list[h.Html]:
    return [
        h.row(
            h.element("td", here.wall.brief(one.at), class_="hm-t"),
            f"{one.actor} ({one.role.replace('_', ' ')})",
            str(one.body.get("how", "")),
            str(one.body.get("called") or one.body.get("query") or ""),
            one.purpose.replace("_", " "),
            str(one.body.get("case") or ""),
            h.element("td", str(one.body.get("rows", "")), class_="hm-n"),
        )
        for one in found
    ]


def _rest(here: Desk, found: Sequence[CaseworkEvent]) -> list[h.Html]:
    return [
        h.row(
            h.element("td", here.wall.brief(one.at), class_="hm-t"),
            one.actor,
            plain_names.sentence(one.kind),
            one.entity.partition(":")[2] if one.entity.startswith("person:") else str(one.body.get("command") or ""),
            str(one.body.get("reason") or one.body.get("right") or one.body.get("from") or ""),
        )
        for one in found
    ]


def _table(head: Sequence[h.Content], rows: list[h.Html], caption: str) -> h.Html:
    return h.element("div", h.table(head, rows, caption), class_="hm-scroll", tabindex="0")
