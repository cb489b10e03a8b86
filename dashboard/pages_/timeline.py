"""The timeline of a person, account, device, address, MAC or host: all sources on one axis and as a table."""

from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from dashboard import hypertext as h
from dashboard import links, plain_names, trouble, words
from dashboard.desk import Desk, desk
from dashboard.history_chart import BRUSH, CATEGORIES, history_chart, reach
from dashboard.page_state import FILTER, asked, chosen, first_page, here, instant, many_of
from dashboard.parts import history
from dashboard.parts.candidates import candidates
from dashboard.recorded import recorded
from storage.queries.names import named
from storage.queries.paging import Order
from storage.queries.people import Ambiguous, understood
from storage.queries.pivots import pivots
from storage.queries.subject import Subject
from storage.queries.timeline import Bar, Span, histogram, page
from storage.queries.violations import Filter, Listed, queue

PER_PAGE = 200
BARS = 240
ORDERS: Final[list[Order]] = ["oldest", "newest"]
HOW = (
    "Write a person's name, an account, a device, an address, a MAC or a host into the field above, with * for any"
    " text. A kind before it narrows it: account:azephyrin, device:CB-0000*, address:10.1.2.*."
)


def show() -> None:
    """The page."""
    desk_ = desk()
    kinds = _controls(desk_)
    try:
        sought = understood(desk_.store, desk_.id, st.session_state["subject"] or "")
    except ValueError:
        st.html(h.element("h1", "Timeline", class_="hm"))
        trouble.nothing("Whose timeline?", HOW)
        return
    except Ambiguous as several:
        st.html(h.element("h1", "Timeline", class_="hm"))
        st.html(candidates(several, desk_.id))
        return
    span = Span(
        since=instant("from", desk_.wall),
        until=instant("to", desk_.wall),
        source_ids=chosen("source"),
        categories=kinds,
    )
    bars, step = histogram(desk_.store, desk_.id, sought, span, BARS)
    recorded("timeline", desk_, sought, span, sum(bar.events for bar in bars))
    _title(desk_, sought, bars)
    if not bars:
        trouble.nothing(
            "Nothing is stored about it here", "Widen the times, clear the filters, or look for a part of it with *."
        )
        return
    _axis(desk_, sought, span, bars, step)
    _events(desk_, sought, span)


def _controls(desk_: Desk) -> tuple[str, ...]:
    """Draw them; the kinds of sources that were chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Subject", key="subject", **FILTER, placeholder="account:azephyrin", width=230)
        st.datetime_input("From (local)", None, key="from", **FILTER, format="MM/DD/YYYY", step=60, width=225)
        st.datetime_input("To (local)", None, key="to", **FILTER, format="MM/DD/YYYY", step=60, width=225)
        st.multiselect("Sources", desk_.source_ids(), key="source", **FILTER, placeholder="all", width=190)
        kinds = many_of(
            st.pills, "Kinds", list(CATEGORIES), "category", plain_names.source_kind, selection_mode="multi"
        )
        if st.session_state["from"] or st.session_state["to"]:
            st.button("All of it", on_click=_zoom_out)
    return kinds


def _zoom_out() -> None:
    first_page()
    st.session_state["from"] = st.session_state["to"] = None


def _title(desk_: Desk, sought: Subject, bars: list[Bar]) -> None:
    called = named(desk_.store, desk_.id, [sought.text])
    mine = [name for (kind, _), name in called.items() if sought.kind in (None, kind)]
    number = sum(bar.events for bar in bars)
    kind = f"{plain_names.sentence(sought.kind)} " if sought.kind else ""
    beside = " · ".join([*mine, words.counted(number, "record")])
    st.html(
        h.joined(
            [
                h.element("h1", h.element("span", kind, class_="hm-soft"), sought.text, class_="hm"),
                h.element("div", beside, class_="hm-soft"),
            ]
        )
    )


def _axis(desk_: Desk, sought: Subject, span: Span, bars: list[Bar], step: timedelta) -> None:
    first, last = reach(bars, step)
    since, until = span.since or first, span.until or last
    found = queue(desk_.store, desk_.id, Filter(evidence_of=sought, over=(since, until)))
    key = f"axis {since.timestamp()} {until.timestamp()}"
    chart = history_chart(bars, step, found, desk_.wall, since, until)
    st.altair_chart(
        chart,
        key=key,
        on_select=lambda: _closer(desk_, key),
        selection_mode=BRUSH,
        alt="Records of the subject over time, a row for each source",
    )
    state = {name: asked(name) for name in ("from", "to")}
    st.html(h.element("div", "Drag over the chart to look closer.", class_="hm-soft hm-small"))
    about = pivots(desk_.store, desk_.id, sought, span)
    others = [one for one in about if one.name != sought.text]
    called = named(desk_.store, desk_.id, [one.name for one in others if one.kind == "person"])
    left, right = st.columns([3, 2], gap="medium")
    left.html(
        h.joined([_head("Go on from here"), history.pivots_list(others, called, desk_.id, state["from"], state["to"])])
    )
    right.html(h.joined([_head("Violations about it or proved by it"), _violations(desk_, found)]))


def _closer(desk_: Desk, key: str) -> None:
    """Take the stretch that was dragged over as the new times, in whole minutes of local time."""
    dragged = st.session_state[key]["selection"].get(BRUSH, {}).get("at")
    if not dragged:
        return
    first_page()
    first, last = (datetime.fromtimestamp(at / 1000, UTC).astimezone(desk_.wall.zone) for at in dragged)
    st.session_state["from"] = first.replace(second=0, microsecond=0, tzinfo=None)
    st.session_state["to"] = (last + timedelta(minutes=1)).replace(second=0, microsecond=0, tzinfo=None)


def _violations(desk_: Desk, found: list[Listed]) -> h.Html:
    items = [
        h.element(
            "li",
            desk_.wall.brief(one.started_at),
            ": ",
            h.link(one.headline, links.violation(one.violation_id, one.district)),
        )
        for one in found
    ]
    return (
        h.element("ul", *items, class_="hm-small")
        if items
        else h.element("p", "None in this stretch.", class_="hm hm-soft")
    )


def _events(desk_: Desk, sought: Subject, span: Span) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.html(_head("Every record"))
        order = st.selectbox("Order", ORDERS, key="order", **FILTER, label_visibility="collapsed", width=150)
        _download(desk_)
    try:
        found = page(desk_.store, desk_.id, sought, span, PER_PAGE, asked("after"), order)
    except ValueError:
        found = page(desk_.store, desk_.id, sought, span, PER_PAGE, None, order)
    people = named(desk_.store, desk_.id, {name for one in found.events for name in (one.person, one.site) if name})
    st.html(history.history_table(found.events, people, desk_.wall, desk_.district))
    _pager(found.after)


def _download(desk_: Desk) -> None:
    """Everything of this view, however much, with raw records, local time and UTC."""
    asked_for = {name: st.query_params.get_all(name) for name in ("subject", "from", "to", "source", "category")}
    address = links.page(links.TIMELINE_FILE, {**asked_for, "district": desk_.id})
    st.html(h.link("Download all as CSV", address, class_="hm-button", download=""), width="content")


def _pager(after: str | None) -> None:
    said = [h.link("from the beginning", here(links.TIMELINE, after=None))] if asked("after") else []
    said += [h.link(f"next {PER_PAGE}", here(links.TIMELINE, after=after))] if after else []
    if said:
        st.html(h.element("div", h.joined(said, " · "), class_="hm-line"))


def _head(title: str) -> h.Html:
    return h.element("h2", title, class_="hm")
