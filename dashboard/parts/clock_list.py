"""The clocks of sources' computers: how far sign-ins show them to be off, and what that means for findings."""

from collections.abc import Sequence
from datetime import timedelta

from dashboard import hypertext as h
from dashboard import words
from dashboard.local_time import duration
from storage.queries.sources import Source

TOLERANCE = timedelta(minutes=2)  # that any clock may be off by (docs/evidence.md)
_MINUTE_MS = 60_000
UNMEASURED = (
    "Of a source that is not listed no sign-in was told by a domain controller, too. Its clocks are not measured; each"
    " is taken to be right to 2 minutes."
)


def beyond(one: Source) -> timedelta:
    """How far apart two records must lie before a finding says which came first, as far as this source is concerned."""
    return max(TOLERANCE, timedelta(minutes=-(-one.doubt // _MINUTE_MS)))


def meaning(one: Source) -> str:
    """What the clocks of a source mean for findings, in words."""
    order = f"Which of two records came first is said only if they are more than {duration(beyond(one))} apart."
    if one.off == 0:
        return order
    off = f"{words.counted(one.off, 'computer')} of {one.computers} may be off by more than {duration(TOLERANCE)}."
    return f"{off} Findings use corrected times where 20 sign-ins or more show by how much. {order}"


def ahead(one: Source) -> str:
    """By how much the clocks are off, the median of all: ahead of the domain controller's, or behind."""
    if one.ahead is None:
        return "too few to say"
    if abs(one.ahead) < 1_000:
        return "right to the second"
    return f"{duration(timedelta(milliseconds=abs(one.ahead)))} {'ahead' if one.ahead > 0 else 'behind'}"


def clock_table(found: Sequence[Source]) -> h.Html:
    """One row for each source whose sign-ins a domain controller told, too."""
    rows = [
        h.row(
            h.element("td", one.source_id, class_="hm-w"),
            *(h.element("td", f"{number:,}", class_="hm-n") for number in (one.sign_ins, one.computers)),
            h.element("td", ahead(one), class_="hm-t"),
            h.element("td", f"{one.off:,}", class_="hm-n hm-bad" if one.off else "hm-n"),
            meaning(one),
        )
        for one in found
        if one.sign_ins
    ]
    numbers = [h.element("th", title, class_="hm-n") for title in ("Sign-ins compared", "Computers")]
    head = ["Source", *numbers, "Clocks", h.element("th", "Off", class_="hm-n"), "For findings"]
    note = h.element("p", UNMEASURED, class_="hm hm-soft")
    if not rows:
        return note
    table = h.table(head, rows, "Clocks", "hm-many")
    return h.joined([h.element("div", table, class_="hm-scroll", tabindex="0"), note])
