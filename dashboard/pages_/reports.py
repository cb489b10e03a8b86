"""Reports on the whole: what a term's end asks for, whether outcomes are uniform, which devices are really shared.

What each says is made in `casework/reports`, as for `hallmonitor report`; here it is laid out.
"""

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from casework.reports import inventory as stock
from casework.reports.inventory import Inventory
from casework.reports.rollover import TABLES, Item, Tables, board
from casework.reports.uniformity import Group, UniformityReport, uniformity
from dashboard import hypertext as h
from dashboard import words
from dashboard.desk import Desk, desk
from dashboard.local_time import calendar_day
from dashboard.page_state import FILTER
from dashboard.plain_names import sentence
from model.clock import now
from model.vocabulary import role_title
from storage.queries.names import named
from storage.queries.outcomes import handled
from storage.queries.sat_at import sat_at
from storage.queries.told import passwords, told

SHOWN = 200  # rows of one list; the whole of it is at the command line
_HEAD_OF_GROUPS = ("Detection", "Severity", "By", "Group", "Violations", "Closed", "Confirmed")


def show() -> None:
    """The page."""
    here = desk()
    st.html(h.element("h1", "Reports", class_="hm"))
    since, until = _asked(here)
    _rollover(here, until or now())
    _uniformity(here, since, until)
    _inventory(here, since, until)


def _asked(here: Desk) -> tuple[datetime | None, datetime | None]:
    """The time that is reported on; the term is looked at as of its end."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first: date | None = st.date_input("From", None, key="from", **FILTER, format="MM/DD/YYYY", width=150)
        last: date | None = st.date_input("Up to", None, key="to", **FILTER, format="MM/DD/YYYY", width=150)
    return _instant(here, first), _instant(here, last)


def _instant(here: Desk, day: date | None) -> datetime | None:
    return here.wall.instant(day) if day else None


def _rollover(here: Desk, at: datetime) -> None:
    made = board(here.id, Tables(told(here.store, here.id, TABLES), passwords(here.store, here.id, at), at))
    _title("Term roll-over", f"As of {here.wall.moment(made.as_of)}. Term: {made.term or 'not known'}.")
    items = [one for found in made.sections.values() for one in found[:SHOWN]]
    known = named(here.store, here.id, {word for one in items for word in (one.id, one.of)})
    people = {name: said for (kind, name), said in known.items() if kind == "person"}
    for name, found in made.sections.items():
        if found:
            _section(here, name, found, {**{one: said for (_, one), said in known.items()}, **people}, people)
        else:
            lacking = made.not_known.get(name)
            said = f"not known: there is no table {', '.join(lacking)}" if lacking else "nothing is due"
            st.html(h.element("p", f"{sentence(name)}: {said}.", class_="hm hm-soft"))


def _section(here: Desk, name: str, found: list[Item], called: dict[str, str], people: dict[str, str]) -> None:
    """What is due; an account or device by its id, for one company may have several."""
    with st.expander(f"{sentence(name)}: {len(found)}"):
        rows = [
            h.row(
                people.get(one.id, one.id),
                called.get(one.of, one.of),
                h.element("td", here.wall.brief(one.at) if one.at else "", class_="hm-t"),
                one.says,
            )
            for one in found[:SHOWN]
        ]
        _table(("What", "Whose", "When", "Why"), rows, sentence(name))
        _rest(len(found), "rollover")


def _uniformity(here: Desk, since: datetime | None, until: datetime | None) -> None:
    found = handled(here.store, here.id, since, until)
    schools = named(here.store, here.id, {one.school for one in found if one.school})
    made = uniformity(found, {name: said for (kind, name), said in schools.items() if kind == "site"})
    _title("Uniform enforcement", "What came of violations of the same detection and severity. It does not say why.")
    st.html(_differences(made))
    if closed := [one for one in made.groups if one.closed]:
        _table(_HEAD_OF_GROUPS, [_group(one) for one in closed[:SHOWN]], "Outcomes by school and role")
        _rest(len(closed), "uniformity")


def _differences(made: UniformityReport) -> h.Html:
    if not made.compared:
        return h.element("p", "Too few violations are closed to compare any groups.", class_="hm hm-soft")
    if made.uniform:
        compared = words.counted(made.compared, "group")
        return h.element("p", f"No difference among {compared} that can be compared.", class_="hm")
    told_ = [f"By {one.by}, {words.detection(one.detection)} ({one.severity}): {one.says}" for one in made.differences]
    return h.element("ul", *(h.element("li", one) for one in told_), class_="hm")


def _group(one: Group) -> h.Html:
    share = "too few" if one.confirmed_share is None else f"{one.confirmed_share:.0%}"
    numbers = (h.element("td", str(said), class_="hm-n") for said in (one.violations, one.closed, share))
    name = role_title(one.name) if one.by == "role" else one.name
    return h.row(words.detection(one.detection), one.severity, one.by, name, *numbers)


def _inventory(here: Desk, since: datetime | None, until: datetime | None) -> None:
    tables = Tables(told(here.store, here.id, stock.TABLES), {}, until or now())
    days = sat_at(here.store, here.id, here.wall.zone.key, since, until)
    made = stock.inventory(here.id, tables, days)
    _title(
        "Devices that many people use",
        f"The tables call each one person's; {made.shared_users} people or more used it within {made.shared_days} days."
        " Violations about one person at such a device are not reported. Correct the tables or take the device back.",
    )
    for name in made.not_known:
        st.html(h.element("p", f"Not known: there is no table {name}.", class_="hm hm-soft"))
    if made.devices:
        _table(("Device", "Class", "Assigned to", "People", "From", "To"), _devices(here, made), "Shared devices")
        _rest(len(made.devices), "inventory")
    elif not made.not_known:
        st.html(h.element("p", "There is none.", class_="hm hm-soft"))


def _devices(here: Desk, made: Inventory) -> list[h.Html]:
    shown = made.devices[:SHOWN]
    known = named(here.store, here.id, {person for one in shown for person in one.assigned_to})
    called = {name: said for (_, name), said in known.items()}
    return [
        h.row(
            one.device_id,
            one.device_class,
            ", ".join(called.get(who, who) for who in one.assigned_to),
            h.element("td", str(one.people), class_="hm-n"),
            calendar_day(date.fromisoformat(one.first)),
            calendar_day(date.fromisoformat(one.last)),
        )
        for one in shown
    ]


def _title(title: str, says: str) -> None:
    said = [h.element("h2", title, class_="hm"), h.element("p", says, class_="hm hm-soft")]
    st.html(h.joined(said))


def _table(head: Sequence[h.Content], rows: list[h.Html], caption: str) -> None:
    st.html(h.element("div", h.table(head, rows, caption), class_="hm-scroll", tabindex="0"))


def _rest(number: int, report: str) -> None:
    if number > SHOWN:
        said = f"The first {SHOWN} of {number}. The others: hallmonitor report {report} --json"
        st.html(h.element("p", said, class_="hm hm-soft hm-small"))
