"""A case as it is read: what it holds, notes, files, and the chain of custody; and cases as a list."""

from collections.abc import Sequence

from casework.cases import Case
from dashboard import hypertext as h
from dashboard import links, plain_names, words
from dashboard.local_time import Wall
from dashboard.parts.verdict import Names

_SUBJECTS = (("people", "person"), ("accounts", "account"), ("devices", "device"), ("vendors", "vendor"))


def case_table(found: Sequence[Case], wall: Wall) -> h.Html:
    """One row for each."""
    head = ["Case", "Title", f"Opened ({wall.zone.key})", "By", "Violations", "Now"]
    rows = [
        h.row(
            h.link(one.case_id, links.case(one.case_id, one.district)),
            one.title,
            h.element("td", wall.brief(one.opened_at), class_="hm-t"),
            one.opened_by,
            h.element("td", len(one.violations), class_="hm-n"),
            standing(one),
        )
        for one in found
    ]
    return h.table(head, rows, "Cases")


def standing(one: Case) -> str:
    """`open`, `closed: confirmed`."""
    return f"{one.status}: {plain_names.plain(one.outcome)}" if one.outcome else one.status


def facts(case: Case, names: Names, wall: Wall) -> h.Html:
    """Who opened it, when, why, whom it is about, with whom it is shared."""
    pairs: list[tuple[str, h.Content]] = [
        ("Now", standing(case)),
        ("Opened", f"{wall.moment(case.opened_at)} by {case.opened_by}"),
        ("Purpose", plain_names.sentence(case.purpose)),
    ]
    for name, kind in _SUBJECTS:
        told = [_subject(kind, one, case.district, names) for one in getattr(case, name)]
        pairs += [(plain_names.sentence(name), h.joined(told, ", "))] if told else []
    pairs += [("Shared with", ", ".join(case.shared_with))] if case.shared_with else []
    pairs += [("Closed", f"{wall.moment(case.closed_at)} by {case.closed_by}")] if case.closed_at else []
    rows = h.joined(h.joined([h.element("dt", name), h.element("dd", told)]) for name, told in pairs)
    return h.element("dl", rows, class_="hm")


def _subject(kind: str, name: str, district: str, names: Names) -> h.Html:
    called = names.get((kind, name), name)
    if kind == "vendor":
        return h.text(called)
    own = called if kind == "person" else name  # of an account or device the tables have no name, but what it is
    link = h.link(own, links.timeline(kind, name, district))
    return link if called == own else h.joined([link, h.text(f" ({called})")])


def notes(case: Case, wall: Wall) -> h.Html:
    """What was written down, the newest last."""
    return h.joined(
        h.element("div", h.element("div", f"{wall.moment(one.at)}, {one.actor}", class_="hm-soft hm-small"),
                  h.element("p", one.text, class_="hm"))
        for one in case.notes
    )  # fmt: skip


def files(case: Case) -> h.Html:
    """The files that were added."""
    rows = [h.row(one.name, words.size(one.size), one.received_from, one.actor,
                  h.element("td", one.sha256, class_="hm-mono")) for one in case.attachments]  # fmt: skip
    return h.table(["File", "Size", "Received from", "Added by", "SHA-256"], rows, "Files") if rows else h.NOTHING


def custody(case: Case, wall: Wall) -> h.Html:
    """Who did what with it, when."""
    rows = [
        h.row(
            h.element("td", wall.moment(one.at), class_="hm-t"),
            h.element("td", one.actor, class_="hm-w"),
            h.element("td", one.role.replace("_", " "), class_="hm-w"),
            h.joined([one.what, h.element("div", one.sha256, class_="hm-mono") if one.sha256 else ""]),
        )
        for one in case.custody
    ]
    return h.table(["When", "Who", "Role", "What"], rows, "Chain of custody")
