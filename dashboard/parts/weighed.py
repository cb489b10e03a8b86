"""What was weighed for and against: the clauses, the innocent explanations, the reference rows, the rule itself."""

import msgspec

from dashboard import hypertext as h
from dashboard import words
from dashboard.local_time import Wall
from model.violation import Consulted, Violation


def clauses(v: Violation) -> h.Html:
    """The policy in its own words."""
    quoted = [
        h.element("blockquote", f"“{one.quote}”", h.element("cite", f"{one.section} ({one.clause_id})"), class_="hm")
        for one in v.clauses
    ]
    return h.joined(
        quoted or [h.element("p", "No clause is quoted: the rule of the base policy stands alone.", class_="hm")]
    )


def innocent(v: Violation) -> h.Html:
    """Every innocent explanation that was tested, those that hold first."""
    tested = sorted(v.evidence.innocent_explanations, key=lambda one: not one.holds)
    rows = [
        h.row(
            h.element(
                "td", "holds" if one.holds else "does not hold", class_="hm-w hm-bad" if one.holds else "hm-w hm-soft"
            ),
            h.element("td", words.sentence(one.explanation), class_="hm-w"),
            one.answer,
        )
        for one in tested
    ]
    return (
        h.table(["Result", "Explanation", "Answer"], rows, "Innocent explanations")
        if rows
        else _none("None was tested.")
    )


def consulted(v: Violation, wall: Wall) -> h.Html:
    """Every row of the district's tables that was used or weighed, and the test it did not pass."""
    rows = [_consulted(one, wall) for one in v.evidence.consulted]
    head = ["Row", "Says", "Valid", "Recorded", "Did not pass"]
    return h.table(head, rows, "Rows consulted") if rows else _none("No row was consulted.")


def _consulted(one: Consulted, wall: Wall) -> h.Html:
    first = wall.brief(one.valid_from) if one.valid_from else "always"
    last = wall.brief(one.valid_to) if one.valid_to else "open"
    valid = "always" if not one.valid_from and not one.valid_to else f"{first} – {last}"
    recorded = wall.brief(one.recorded_at) if one.recorded_at else ""
    failed = h.element("td", one.failed, class_="hm-bad") if one.failed else ""
    return h.row(h.element("span", one.reference.split("@")[0], class_="hm-mono"), one.says, valid, recorded, failed)


def rule(v: Violation) -> h.Html:
    """The rule, the hash of its code, and the limits that were in force."""
    limits = [(words.plain(name), value(value)) for name, value in v.evidence.parameters.items()]
    pairs = [
        ("rule", f"{v.evidence.rule}, version {v.evidence.rule_major}"),
        ("code", v.evidence.code_hash),
        ("quality of times", ", ".join(f"{words.plain(k)} {n}" for k, n in v.evidence.time_quality.items())),
        *limits,
    ]
    told = [h.joined([h.element("dt", name), h.element("dd", value)]) for name, value in pairs]
    return h.element("dl", *told, class_="hm")


def value(told: object) -> str:
    """A limit of a rule as text."""
    if isinstance(told, bool):
        return "yes" if told else "no"
    return told if isinstance(told, str) else msgspec.json.encode(told).decode()


def revisions(found: list[Violation], wall: Wall) -> h.Html:
    """Every revision, newest first, and what changed with it."""
    rows = []
    for one, before in zip(found, [*found[1:], None], strict=True):
        name = f"{one.epoch}.{one.revision}" if one.epoch else str(one.revision)
        when = wall.span(one.started_at, one.ended_at)
        state = h.element("td", one.status, class_="hm-w")
        rows.append(h.row(h.element("td", name, class_="hm-n"), state, one.severity, when, changes(one, before, wall)))
    return h.table(
        [h.element("th", "No.", class_="hm-n"), "Status", "Severity", "When", "What changed"], rows, "Revisions"
    )


def changes(one: Violation, before: Violation | None, wall: Wall) -> str:
    """Which fields differ from the revision before, in words."""
    if before is None:
        return "first found"
    fields = (
        name for name in Violation.__struct_fields__ if name not in ("revision", "epoch", "evidence", "event_ids")
    )
    said = [_change(name, getattr(before, name), getattr(one, name), wall) for name in fields]
    more = len(set(one.event_ids) - set(before.event_ids))
    fewer = len(set(before.event_ids) - set(one.event_ids))
    said += [f"{words.counted(more, 'event')} more"] if more else []
    said += [f"{words.counted(fewer, 'event')} fewer"] if fewer else []
    said += ["coverage"] if one.evidence.coverage != before.evidence.coverage else []
    return "; ".join(part for part in said if part) or "the evidence"


def _change(name: str, old: object, new: object, wall: Wall) -> str:
    if old == new:
        return ""
    if name.endswith("_at"):
        return f"{words.plain(name)}: {wall.brief(str(old))} → {wall.brief(str(new))}"
    short = isinstance(new, str) and len(new) < 40 and isinstance(old, str | None)
    return f"{words.plain(name)}: {old or 'none'} → {new}" if short else words.plain(name)


def _none(said: str) -> h.Html:
    return h.element("p", said, class_="hm hm-soft")
