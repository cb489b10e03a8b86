"""Violations as a list: the headline is the link, and each subject leads to its timeline."""

from collections.abc import Sequence

from dashboard import hypertext as h
from dashboard import links, words
from dashboard.local_time import Wall, length, minute
from dashboard.parts.verdict import Names, severity
from storage.queries.triage import Standings, standing_of
from storage.queries.violations import Listed


def queue_table(found: Sequence[Listed], names: Names, wall: Wall, stands: Standings | None = None) -> h.Html:
    """One row for each, in the order given. `stands`: where each stands with the people who handle it."""
    head = ["Severity", f"Began ({wall.zone.key})", "Lasted", "Subject", "What was found", "Status"]
    rows = [_line(one, names, wall, stands) for one in found]
    return h.element("div", h.table(head, rows, "Violations", "hm-queue"), class_="hm-scroll", tabindex="0")


def _line(one: Listed, names: Names, wall: Wall, stands: Standings | None) -> h.Html:
    shown = wall.local(one.started_at)
    day = f"{shown:%a}, {shown:%b} {shown.day}, {shown.year} "
    began = h.joined([day, h.element("b", minute(shown))])
    kind = f"{words.detection(one.detection)}: {'; '.join(map(words.reason, one.reasons))}"
    found = h.joined(
        [
            h.link(one.headline, links.violation(one.violation_id, one.district), class_="hm-lead"),
            h.element("div", kind, class_="hm-soft hm-small"),
        ]
    )
    why = [*_because(one), *_handled(one, stands)]
    return h.row(
        h.element("td", severity(one.severity), class_="hm-w"),
        h.element("td", began, class_="hm-t"),
        h.element("td", length(one.started_at, one.ended_at), class_="hm-t"),
        h.element("td", subject(one, names), class_="hm-w"),
        found,
        h.element("td", h.element("span", one.status, class_="hm-soft"), *why, class_="hm-w"),
    )


def _handled(one: Listed, stands: Standings | None) -> list[h.Html]:
    said = None if stands is None else words.handled(standing_of(one, stands))
    return [h.element("div", said, class_="hm-small")] if said else []


def subject(one: Listed, names: Names) -> h.Html:
    """Whom it is about: the person by name where there is one, and the account or device."""
    about = [("person", one.person), ("account", one.account), ("device", one.device_id)]
    named = [(kind, name) for kind, name in about if name]
    if not named:
        return h.text(one.vendor)
    lines = [h.link(_called(kind, name, names), links.timeline(kind, name, one.district)) for kind, name in named[:2]]
    first, *rest = lines
    return h.joined([first, *(h.element("div", line, class_="hm-small") for line in rest)])


def _called(kind: str, name: str, names: Names) -> str:
    return names.get((kind, name), name) if kind == "person" else name


def _because(one: Listed) -> list[h.Html]:
    said = (
        (one.suppressed_by, f"by {one.suppressed_by}"),
        (one.ratified_by, f"ratified by {one.ratified_by}"),
        (one.superseded_by, "superseded"),
    )
    return [h.element("div", word, class_="hm-soft hm-small") for true, word in said if true]
