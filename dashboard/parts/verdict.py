"""What is said of a violation at its head: gravity, state, headline, what the sources can answer for, the facts."""

from dashboard import hypertext as h
from dashboard import links, words
from dashboard.local_time import Wall, length, utc
from model.violation import Coverage, Violation

Names = dict[tuple[str, str], str]


def severity(name: str) -> h.Html:
    """A tag in words; its colour only helps."""
    return h.element("span", name, class_=f"hm-tag hm-{name if name in words_of_severity() else 'info'}")


def words_of_severity() -> tuple[str, ...]:
    """Those that have a colour."""
    return ("critical", "high", "medium", "low", "info")


def status(name: str) -> h.Html:
    """A tag of its state."""
    return h.element("span", name, class_="hm-tag hm-state")


def head(v: Violation) -> h.Html:
    """The tags and the headline."""
    tags = h.element(
        "div",
        severity(v.severity),
        status(v.status),
        h.element("span", words.detection(v.detection), class_="hm-soft"),
        h.element("span", f"confidence {v.confidence}", title=words.CONFIDENCES.get(v.confidence), class_="hm-soft"),
        h.element("span", "; ".join(map(words.reason, v.reasons)), class_="hm-soft"),
        class_="hm-line",
    )
    return h.joined([tags, h.element("h1", v.headline, class_="hm")])


def story(v: Violation) -> h.Html:
    """The paragraph a principal can read, and what became of the finding."""
    said = [h.element("p", v.explanation, class_="hm")]
    notes = (
        (v.status == "provisional", "Provisional: " + words.STATUSES["provisional"] + "."),
        (v.suppressed_by, f"Suppressed by exemption {v.suppressed_by}: kept for the record, not counted as open."),
        (
            v.ratified_by,
            f"Ratified by {v.ratified_by}: an approval that came afterwards. It does not erase the finding.",
        ),
        (v.superseded_by, f"Superseded by {v.superseded_by}."),
        (v.status == "withdrawn", "Withdrawn: later evidence took it back."),
    )
    return h.joined([*said, *(h.element("p", h.element("b", note), class_="hm") for true, note in notes if true)])


def coverage(v: Violation, wall: Wall) -> h.Html:
    """Whether the sources it needs have spoken over the time judged, and for which times they cannot answer."""
    rows = v.evidence.coverage
    whole = [one for one in rows if one.note == "complete"]
    word = "complete" if len(whole) == len(rows) else "not complete"
    css = "hm-good" if len(whole) == len(rows) else "hm-bad"
    title = h.element("div", h.element("b", "Coverage: "), h.element("b", word, class_=css))
    lacking = [h.element("li", _lacking(one, wall)) for one in rows if one.note != "complete"]
    said = f"{words.counted(len(whole), 'source')} of {len(rows)} answer for all of the time judged"
    names = h.element(
        "div", said, f": {', '.join(one.source_id for one in whole)}." if whole else ".", class_="hm-soft"
    )
    unknown = v.evidence.not_known
    absent = h.element("div", f"Not known here: {', '.join(unknown)}.", class_="hm-soft") if unknown else h.NOTHING
    return h.element(
        "div", title, names, h.element("ul", *lacking) if lacking else h.NOTHING, absent, class_="hm-cover"
    )


def _lacking(one: Coverage, wall: Wall) -> h.Html:
    said = [h.element("b", one.source_id), f" ({one.category}): "]
    if one.read_until is None:
        return h.joined([*said, one.note or "never heard of"])
    gaps = "; ".join(wall.span(start, end) for start, end in one.gaps)
    silent = f", silent {gaps}" if gaps else ""
    return h.joined([*said, f"read until {wall.moment(one.read_until)}{silent}"])


def facts(v: Violation, wall: Wall, names: Names) -> h.Html:
    """Who, where, when, under which policy; each name a link to its timeline around that time."""
    since, until = _around(v, wall)
    about = [
        (kind, name) for kind, name in (("person", v.person), ("account", v.account), ("device", v.device_id)) if name
    ]
    pairs: list[tuple[str, h.Content]] = []
    for kind, name in about:
        linked = h.link(name, links.timeline(kind, name, v.district, since, until))
        called = names.get((kind, name))
        pairs.append((words.sentence(kind), h.joined([linked, f"  {called}" if called else ""])))
    if v.vendor:
        pairs.append(("Vendor", f"{v.vendor}  {names.get(('vendor', v.vendor), '')}"))
    pairs += [
        ("When", f"{wall.span(v.started_at, v.ended_at)} ({length(v.started_at, v.ended_at)})"),
        ("In UTC", f"{utc(v.started_at)} – {utc(v.ended_at)}"),
        ("School day", v.evidence.school_day),
        ("Policy", f"{v.policy} ({'its own clause' if v.basis == 'clause' else 'base policy'})"),
        ("Violation", f"{v.violation_id}, revision {v.revision}" + (f", epoch {v.epoch}" if v.epoch else "")),
    ]
    told = [h.joined([h.element("dt", name), h.element("dd", value)]) for name, value in pairs]
    return h.element("dl", *told, class_="hm")


def _around(v: Violation, wall: Wall) -> tuple[str, str]:
    """The local day of the violation, as the address of a timeline writes it."""
    first, last = wall.local(v.started_at), wall.local(v.ended_at)
    return f"{first:%Y-%m-%d}T00:00", f"{last:%Y-%m-%d}T23:59"
