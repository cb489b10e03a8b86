"""Where a violation stands with the people who handle it: state, who, comments, and the cases it is in."""

from casework.cases import Case
from casework.handling import Handling
from dashboard import hypertext as h
from dashboard import links, words
from dashboard.local_time import Wall
from storage.queries.triage import Standing


def handling(told: Handling, wall: Wall) -> h.Html:
    """The box beside a violation."""
    triage = told.triage
    stands = words.handled(Standing(state=triage.state, outcome=triage.outcome, assignee=triage.assignee))
    who = f" by {triage.decided_by}, {wall.brief(triage.decided_at)}" if triage.decided_at else ""
    said = [h.element("div", h.element("b", "Handling: "), stands, h.element("span", who, class_="hm-soft"))]
    said += [h.element("div", "In ", _link(one), f": {one.title}") for one in told.cases]
    said += [h.element("div", h.element("span", f"{wall.brief(one.at)}, {one.actor}: ", class_="hm-soft"), one.text)
             for one in triage.comments]  # fmt: skip
    return h.element("div", *said, class_="hm-cover")


def _link(one: Case) -> h.Html:
    return h.link(f"case {one.case_id}", links.case(one.case_id, one.district))
