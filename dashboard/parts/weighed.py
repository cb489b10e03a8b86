"""What was weighed for and against: the clauses, the innocent explanations, the reference rows, the rule itself."""

from dashboard import hypertext as h
from dashboard import plain_names, words
from dashboard.limits import limits
from dashboard.local_time import Wall
from dashboard.then_and_now import Sides
from model.violation import Consulted, Violation

_CHANGED = {
    "headline": "the summary",
    "explanation": "the account of what happened",
    "started_at": "start",
    "ended_at": "end",
}


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
            h.element("td", words.tested(one.holds), class_="hm-w hm-bad" if one.holds else "hm-w hm-soft"),
            plain_names.explanation(one.explanation),
            one.answer,
        )
        for one in tested
    ]
    return (
        h.table(["Result", "Innocent explanation", "What was checked"], rows, "Innocent explanations")
        if rows
        else _none("None was tested.")
    )


def consulted(v: Violation, wall: Wall, names: plain_names.Names) -> h.Html:
    """Every row of the district's tables that was used or weighed, and the test it did not pass."""
    rows = [_consulted(one, wall, names) for one in v.evidence.consulted]
    head = ["Entry", "Says", "Valid", "Written down", "Why it does not help"]
    return h.table(head, rows, "Entries checked") if rows else _none("No entry was checked.")


def _consulted(one: Consulted, wall: Wall, names: plain_names.Names) -> h.Html:
    first = wall.brief(one.valid_from) if one.valid_from else "always"
    last = wall.brief(one.valid_to) if one.valid_to else "open"
    valid = "always" if not one.valid_from and not one.valid_to else f"{first} – {last}"
    recorded = wall.brief(one.recorded_at) if one.recorded_at else ""
    failed = h.element("td", one.failed, class_="hm-bad") if one.failed else ""
    return h.row(plain_names.table_row(one.reference, names), one.says, valid, recorded, failed)


def rule(v: Violation) -> h.Html:
    """For who checks a finding with a program: the ids, the rule, the hash of its code, the limits in force."""
    proof = v.evidence
    pairs = [
        ("Finding", f"{v.violation_id}, revision {v.revision}" + (f", epoch {v.epoch}" if v.epoch else "")),
        ("Rule", f"{proof.rule}, version {proof.rule_major}: {', '.join(v.reasons)}"),
        ("Policy", v.policy),
        ("Code", proof.code_hash),
        ("Rows", ", ".join(one.reference for one in proof.consulted)),
        ("Times", plain_names.times(proof.time_quality)),
    ]
    told = [h.joined([h.element("dt", name), h.element("dd", value)]) for name, value in pairs if value]
    rows = [h.row(one.means, one.value) for one in limits(v.detection, proof.parameters)]
    table = h.table(["What the limit means", "Set to"], rows, "Limits in force") if rows else h.NOTHING
    return h.joined([h.element("dl", *told, class_="hm"), table])


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


def sides(rows: list[Sides]) -> h.Html:
    """As known then and as known now, side by side; what differs is marked."""
    told = [
        h.row(one.name, one.then, one.now if one.then == one.now else h.element("td", one.now, class_="hm-bad"))
        for one in rows
    ]
    return h.table(["What", "As known then", "As known now"], told, "As known then and as known now")


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
    said += [f"{words.counted(more, 'record')} more"] if more else []
    said += [f"{words.counted(fewer, 'record')} fewer"] if fewer else []
    said += ["what the sources can answer for"] if one.evidence.coverage != before.evidence.coverage else []
    return "; ".join(part for part in said if part) or "details of the evidence"


def _change(name: str, old: object, new: object, wall: Wall) -> str:
    if old == new:
        return ""
    called = _CHANGED.get(name, plain_names.plain(name))
    if name.endswith("_at"):
        return f"{called}: {wall.brief(str(old))} → {wall.brief(str(new))}"
    short = isinstance(new, str) and len(new) < 40 and isinstance(old, str | None)
    return f"{called}: {old or 'none'} → {new}" if short else called


def _none(said: str) -> h.Html:
    return h.element("p", said, class_="hm hm-soft")
