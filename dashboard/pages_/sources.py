"""The sources: which speak, which are silent, what became of every record, and the dead letters with their retry."""

from datetime import timedelta

import streamlit as st

from casework.roles import may
from dashboard import hypertext as h
from dashboard import trouble, words
from dashboard.desk import Desk, desk
from dashboard.parts.clock_list import clock_table
from dashboard.parts.source_list import listener_table, source_table, spell_table, totals, unread_list
from dashboard.send_again import MOST, folder_of, send_again
from documents.plain import visible
from model.clock import now
from model.dead_letter import STAGES
from model.event import format_at
from model.settings import Settings
from producers.listen import counted
from producers.source import SYSLOG
from storage.queries.dead_letters import Refused, dead_letter, dead_letters
from storage.queries.sources import sources, spells
from storage.queries.unread import unread

EVERY = timedelta(seconds=30)  # each time all events are counted


def show() -> None:
    """The page."""
    st.html(h.element("h1", "Sources", class_="hm"))
    _living()
    trouble.guarded(_tables)
    _dead_letters(desk())


@st.fragment(run_every=EVERY)
def _living() -> None:
    """What changes while one looks at it; asked again every half a minute."""
    trouble.guarded(_sources)


def _sources() -> None:
    here, as_of = desk(), now()
    found = sources(here.counts, here.id, as_of)
    silent = spells(here.counts, here.id)
    if not found:
        trouble.nothing(
            "No source has been heard of",
            "Its logs lie in logs/<source id>/ of the district's folder: hallmonitor run.",
        )
        return
    said = h.element("span", f"as of {here.wall.moment(format_at(as_of))}, asked again every 30 s", class_="hm-soft")
    st.html(h.element("div", totals(found), said, class_="hm-line"))
    open_ = {one.source_id: one for one in silent if one.resumed_at is None}
    st.html(source_table(found, open_, here.wall, as_of))
    st.html(h.element("h2", "Silent spells", class_="hm"))
    if silent:
        st.html(spell_table(silent, here.wall, format_at(as_of)))
    else:
        st.html(h.element("p", "No source has fallen silent while it was listened to.", class_="hm hm-soft"))
    st.html(h.element("h2", "Clocks: how far computers are off", class_="hm"))
    st.html(clock_table(found))
    _listeners(here)


def _listeners(here: Desk) -> None:
    """Shown on the machine that listens; elsewhere its home folder is not there."""
    found = [one for one in counted(Settings().hallmonitor_home / SYSLOG) if one["district"] == here.id]
    if found:
        st.html(h.element("h2", "Listeners: what was turned away", class_="hm"))
        st.html(listener_table(found))


def _tables() -> None:
    here = desk()
    st.html(h.element("h2", "Tables: what could not be read or may be wrong", class_="hm"))
    st.html(unread_list(unread(here.store, here.id)))


def _dead_letters(here: Desk) -> None:
    st.html(h.element("h2", "Dead letters: what could not be read, judged or stored", class_="hm"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            "Source", here.source_ids(), None, key="source", bind="query-params", placeholder="all", width=220
        )
        stage = st.selectbox("Stage", STAGES, None, key="stage", bind="query-params", placeholder="all", width=160)
    found = dead_letters(here.store, here.id, source, stage, MOST)
    if not found:
        trouble.nothing("No dead letters", "Every record that was read could be understood, judged and stored.")
        return
    picked = _pick(here, found)
    _retry(here, picked)
    for one in picked[:5]:
        _whole(here, one)


def _pick(here: Desk, found: list[Refused]) -> list[Refused]:
    rows = {
        "Stored (local)": [here.wall.brief(one.stored_at) for one in found],
        "Source": [one.source_id for one in found],
        "Stage": [one.stage for one in found],
        "Reason": [visible(one.reason) for one in found],
        "Begins": [visible(one.raw_begins) for one in found],
        "Bytes": [one.size for one in found],
        "Sent again": [one.retries for one in found],
    }
    wide = {"Reason": st.column_config.TextColumn(width=330), "Begins": st.column_config.TextColumn(width=330)}
    chosen = st.dataframe(
        rows,
        hide_index=True,
        column_config=wide,
        on_select="rerun",
        selection_mode="multi-row",
        key="picked",
        height="auto",
    )
    return [found[n] for n in chosen["selection"]["rows"] if n < len(found)]


def _retry(here: Desk, picked: list[Refused]) -> None:
    if not may(here.user.roles, "retry dead letters"):
        return
    folder = folder_of(here.id)
    if folder is None:
        said = (
            "To send dead letters again from this page, start the dashboard with the district's folder: hallmonitor"
            " dashboard DISTRICT. Or use the command line: hallmonitor dead-letters retry DISTRICT."
        )
        st.html(h.element("p", said, class_="hm hm-soft hm-small"))
        return
    label = f"Send {words.counted(len(picked), 'dead letter')} again" if picked else "Select rows to send them again"
    if st.button(label, disabled=not picked):
        with st.spinner("Reading them again and sending what can be read …"):
            answer = send_again(folder, [one.dead_letter_id for one in picked])
        (st.success if answer.well else st.warning)(
            "Sent." if answer.well else "Not all were sent; the command said why:"
        )
        st.code(visible(answer.words), language=None, wrap_lines=True)


def _whole(here: Desk, one: Refused) -> None:
    letter = dead_letter(here.store, one.dead_letter_id)
    if letter is None:
        return
    encoding = " (not UTF-8; base64)" if letter.raw_encoding else ""
    said = f"{one.dead_letter_id[:10]} from {one.source_id}, stage {one.stage}{encoding}: {one.reason}"
    shown = letter.raw[:20_000]
    more = f"… {len(letter.raw) - len(shown):,} characters more" if len(letter.raw) > len(shown) else ""
    st.html(h.joined([h.element("div", said, class_="hm-small"), h.element("div", shown, more, class_="hm-raw")]))
