"""People whose names fit what was asked, for the reader to choose from."""

from collections.abc import Sequence

from dashboard import hypertext as h
from dashboard import links
from storage.queries.people import Ambiguous, Candidate


def candidates(several: Ambiguous, district: str) -> h.Html:
    """A sentence and a table; each name leads to its timeline."""
    said = h.element("h2", f"“{several.text}” is ambiguous: several people have that name", class_="hm")
    return h.joined([said, people_table(several.candidates, district)])


def people_table(people: Sequence[Candidate], district: str) -> h.Html:
    """One row for each person."""
    rows = [
        h.row(h.link(one.name, links.timeline("person", one.id, district)), one.role, one.school, one.id)
        for one in people
    ]
    return h.element(
        "div", h.table(["Name", "Role", "School", "Id"], rows, "People of that name"), class_="hm-scroll", tabindex="0"
    )
