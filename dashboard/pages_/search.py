"""What the search box found: names in the district's own tables, and names in its events; each leads to a timeline."""

import msgspec
import streamlit as st

from dashboard import hypertext as h
from dashboard import links, plain_names, trouble, words
from dashboard.desk import Desk, desk
from dashboard.page_state import asked
from dashboard.parts.candidates import people_table
from dashboard.recorded import recorded
from storage.queries.names import Named, known_as
from storage.queries.people import at_home, called, with_roles
from storage.queries.search import Match, search
from storage.queries.subject import KINDS, Subject, subject
from storage.queries.timeline import Span
from storage.queries.violations import Filter, count

HOW = "Write a person's name, or the beginning of a name and a *: rhazel*, 10.1.2.*, ac:de:48:*, CB-0000*."
_KINDS = ("person", "account", "device", "vendor", "site")


def show() -> None:
    """The page."""
    here = desk()
    text = asked("q") or ""
    try:
        sought = at_home(here.store, here.id, subject(text))
    except ValueError:
        st.html(h.element("h1", "Search", class_="hm"))
        trouble.nothing("Say whom or what to look for", HOW)
        return
    people = called(here.store, here.id, sought.text) if sought.kind in (None, "person") else []
    sought = msgspec.structs.replace(sought, people=tuple(one.id for one in people))
    with_events = search(here.store, here.id, sought)
    known = known_as(here.store, here.id, sought.text)
    recorded("search", here, sought, Span(), len(with_events) + len(known) + len(people))
    st.html(h.element("h1", f"“{text}”", class_="hm"))
    if not with_events and not known and not people:
        trouble.nothing("Nothing stored has that name", HOW)
        return
    _violations(here, sought)
    if people:
        roled = with_roles(here.store, people)
        said = f"“{sought.text}” is ambiguous: several people have that name" if len(people) > 1 else "People"
        st.html(h.joined([h.element("h2", said, class_="hm"), people_table(roled, here.id)]))
    others = [one for one in known if one.kind != "person" or one.id not in sought.people]
    if others:
        st.html(h.joined([h.element("h2", "In the district's tables", class_="hm"), _known(here, others)]))
    if with_events:
        st.html(h.joined([h.element("h2", "In events", class_="hm"), _matches(here, with_events)]))


def _violations(here: Desk, sought: Subject) -> None:
    text = sought.text
    number = count(here.store, here.id, Filter(subject=sought))
    if number:
        every = list(words.STATUSES)
        state = {"subject": text, "status": every, "district": asked("district")}
        linked = h.link(words.counted(number, "violation"), links.page(links.VIOLATIONS, state))
        st.html(h.element("p", linked, f" on “{text}”", class_="hm"))


def _known(here: Desk, found: list[Named]) -> h.Html:
    ordered = sorted(found, key=lambda one: _KINDS.index(one.kind))
    rows = [h.row(plain_names.sentence(one.kind), _name(here, one.kind, one.id), one.name) for one in ordered]
    return h.table(["What", "Name", "Called"], rows, "Names in the district's tables")


def _matches(here: Desk, found: list[Match]) -> h.Html:
    rows = [
        h.row(
            plain_names.sentence(one.kind),
            _name(here, one.kind, one.name),
            h.element("td", f"{one.events:,}", class_="hm-n"),
            h.element("td", here.wall.brief(one.first_at), class_="hm-t"),
            h.element("td", here.wall.brief(one.last_at), class_="hm-t"),
        )
        for one in found
    ]
    return h.table(["What", "Name", h.element("th", "Events", class_="hm-n"), "First", "Last"], rows, "Names in events")


def _name(here: Desk, kind: str, name: str) -> h.Content:
    return h.link(name, links.timeline(kind, name, here.id)) if kind in KINDS else name
