"""A violation as one page to print or to file: everything open, nothing fetched, no program in it."""

from collections.abc import Mapping

from dashboard import hypertext as h
from dashboard.local_time import Wall
from dashboard.parts import proof, verdict, weighed
from dashboard.span_picture import span_picture
from dashboard.stylesheet import paper
from model.violation import Violation
from storage.queries.districts import District
from storage.queries.event_rows import StoredEvent

# Even a mistake of ours could load or run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def printed(
    found: list[Violation],
    events: Mapping[str, StoredEvent],
    names: dict[tuple[str, str], str],
    district: District,
    wall: Wall,
    made_at: str,
) -> bytes:
    """The page as UTF-8; `found` are its revisions, newest first, `made_at` when it is printed."""
    violation = found[0]
    sections = (
        ("On one time axis", span_picture(violation, wall)),
        ("The numbers", proof.measures(violation)),
        ("The evidence", proof.exhibits(violation, events, wall, proof.raw)),
        ("The policy", weighed.clauses(violation)),
        ("Innocent explanations", weighed.innocent(violation)),
        ("Rows of the district's tables that were weighed", weighed.consulted(violation, wall)),
        ("Revisions", weighed.revisions(found, wall)),
        ("The rule and its limits", weighed.rule(violation)),
    )
    foot = f"{district.name} · violation {violation.violation_id}, revision {violation.revision} · made {made_at}"
    body = h.element(
        "body",
        verdict.head(violation),
        verdict.story(violation),
        verdict.coverage(violation, wall),
        verdict.facts(violation, wall, names),
        *(h.joined([h.element("h2", title, class_="hm"), part]) for title, part in sections),
        h.element("p", foot, class_="hm-soft hm-small"),
    )
    head = h.element(
        "head",
        h.element("meta", charset="utf-8"),
        h.element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        h.element("title", f"Violation {violation.violation_id[:10]}"),
        paper(),
    )
    return ("<!doctype html>\n" + h.element("html", head, body, lang="en")).encode()
