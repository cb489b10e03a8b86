"""What is said of a violation at its head: gravity, state, headline, what the sources can answer for, the facts."""

from datetime import date

from dashboard import coverage_words, links, plain_names, words
from dashboard import hypertext as h
from dashboard.local_time import Wall, utc, weekday
from model.violation import Violation

Names = dict[tuple[str, str], str]


def severity(name: str) -> h.Html:
    """A tag in words; its color only helps."""
    return h.element("span", name, class_=f"hm-tag hm-{name if name in words_of_severity() else 'info'}")


def words_of_severity() -> tuple[str, ...]:
    """Those that have a color."""
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
        h.element("span", f"confidence {v.confidence}", class_="hm-soft"),
        h.element("span", "; ".join(map(words.reason, v.reasons)), class_="hm-soft"),
        class_="hm-line",
    )
    return h.joined([tags, h.element("h1", v.headline, class_="hm")])


def story(v: Violation) -> h.Html:
    """The paragraph a principal can read, and what became of the finding."""
    said = [h.element("p", v.explanation, class_="hm")]
    notes = words.standing(v)
    return h.joined([*said, *(h.element("p", h.element("b", note), class_="hm") for note in notes)])


def coverage(v: Violation, wall: Wall) -> h.Html:
    """Whether the sources it needs have spoken over the time judged, and for which times they cannot answer."""
    whole = coverage_words.is_complete(v)
    word = h.element("b", "complete" if whole else "not complete", class_="hm-good" if whole else "hm-bad")
    title = h.element("div", h.element("b", "Coverage: "), word)
    names = h.element("div", coverage_words.summary(v), class_="hm-soft")
    lacking = [h.element("li", h.element("b", name), f": {why}") for name, why in coverage_words.lacking(v, wall)]
    unknown = coverage_words.not_known(v)
    absent = h.element("div", unknown, class_="hm-soft") if unknown else h.NOTHING
    gaps = h.element("ul", *lacking) if lacking else h.NOTHING
    return h.element("div", title, names, gaps, absent, class_="hm-cover")


def facts(v: Violation, wall: Wall, names: Names) -> h.Html:
    """Who, where, when, under which policy; each name a link to its timeline around that time."""
    since, until = _around(v, wall)
    about = [(kind, name) for kind, name in (("account", v.account), ("device", v.device_id)) if name]
    pairs: list[tuple[str, h.Content]] = []
    for kind, name in about:
        linked = h.link(name, links.timeline(kind, name, v.district, since, until))
        called = names.get((kind, name))
        pairs.append((plain_names.sentence(kind), h.joined([linked, f" ({called})" if called else ""])))
    if v.person:
        person = names.get(("person", v.person), v.person)
        linked = h.link(person, links.timeline("person", v.person, v.district, since, until))
        pairs.insert(0, ("Person", h.joined([linked, f" ({v.person})" if person != v.person else ""])))
    if v.vendor:
        company = names.get(("vendor", v.vendor))
        pairs.append(("Company", f"{company} ({v.vendor})" if company else v.vendor))
    pairs += [
        ("When", wall.span_and_length(v.started_at, v.ended_at)),
        ("In UTC", f"{utc(v.started_at)} – {utc(v.ended_at)}"),
        ("School day", weekday(date.fromisoformat(v.evidence.school_day))),
        ("Policy", policy(v)),
        ("Confidence", f"{v.confidence}: {words.CONFIDENCES.get(v.confidence, '')}"),
        ("Finding", f"{v.violation_id[:10]}, revision {v.revision}"),
    ]
    told = [h.joined([h.element("dt", name), h.element("dd", value)]) for name, value in pairs]
    return h.element("dl", *told, class_="hm")


def policy(v: Violation) -> str:
    """Which policy was applied, and whether the clause is the district's own."""
    name, _, version = v.policy.partition("#")[0].partition("@")
    whose = "the district's own clause" if v.basis == "clause" else "the base policy's clause"
    return f"{name}, version {version} ({whose})" if version else f"{name} ({whose})"


def _around(v: Violation, wall: Wall) -> tuple[str, str]:
    """The local day of the violation, as the address of a timeline writes it."""
    first, last = wall.local(v.started_at), wall.local(v.ended_at)
    return f"{first:%Y-%m-%d}T00:00", f"{last:%Y-%m-%d}T23:59"
