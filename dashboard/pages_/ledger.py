"""Whether what is stored is as it was sealed: the signed chain of a district, its newest seal, and what is wrong."""

from contextlib import closing
from functools import partial

import streamlit as st

from dashboard import hypertext as h
from dashboard import trouble, words
from dashboard.desk import Desk, desk
from dashboard.opened_store import opened_store
from model.settings import Settings
from storage.ledger.ledger import open_ledger
from storage.ledger.sealing import read_anchor
from storage.ledger.verify import HourReport
from storage.ledger.verifying import Asked, Outcome, Verifier

SHOWN = 48  # hours
_WORDS = {"intact": "as it was sealed", "lawfully_destroyed": "destroyed under the schedule", "altered": "changed"}
HOW = "This checks signatures, chain and anchor. Every row is compared by: hallmonitor ledger verify"


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Ledger", class_="hm"))
    outcome, newest = _verified(here)
    if newest is None:
        trouble.nothing("Nothing is sealed yet", "The hour is sealed when it is over, and at the end of a run.")
        return
    good = h.element("b", "The chain is whole.", class_="hm-good")
    bad = h.element("b", "The chain is not whole, or a seal does not fit.", class_="hm-bad")
    st.html(h.element("p", good if outcome.good else bad, f" Last entry: {here.wall.moment(newest)}.", class_="hm"))
    if outcome.faults:
        st.html(h.element("ul", *(h.element("li", one.says) for one in outcome.faults)))
    rows = [_row(one) for one in sorted(outcome.hours, key=lambda one: one.hour, reverse=True)[:SHOWN]]
    said = f"The newest {words.counted(len(rows), 'hour and class', 'hours and classes')}"
    st.html(h.element("h2", said, class_="hm"))
    head = ["Hour of storing (UTC)", "Class", h.element("th", "Rows", class_="hm-n"), "Verdict", "Certificate"]
    st.html(h.element("div", h.table(head, rows, "Seals"), class_="hm-scroll", tabindex="0"))
    st.html(h.element("p", f"{HOW} {here.id}", class_="hm hm-soft"))


def _verified(here: Desk) -> tuple[Outcome, str | None]:
    with closing(open_ledger(Settings())) as ledger:
        anchor = partial(read_anchor, ledger.sealer.anchor, here.id)
        verifier = Verifier(opened_store(), ledger.book, ledger.sealer.signer.public, anchor, lambda *_: {})
        last = ledger.book.last(here.id)
        return verifier.quick(Asked(here.id)), last.sealed_at if last else None


def _row(one: HourReport) -> h.Html:
    style = "hm-soft" if one.status in ("intact", "lawfully_destroyed") else "hm-bad"
    return h.row(
        one.hour.replace("T", " ") + ":00",
        one.record_class.replace("_", " "),
        h.element("td", f"{one.sealed:,}", class_="hm-n"),
        h.element("td", _WORDS.get(one.status, one.status), class_=style),
        one.certificate or "",
    )
