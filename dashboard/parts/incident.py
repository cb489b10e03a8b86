"""The parts of the page of an incident: head, bounds, clocks, questions, decisions, systems, people, letters."""

from collections.abc import Iterable, Sequence
from datetime import date

from casework.incidents.clocks import Asked, RuleState
from casework.incidents.desk import Look
from casework.incidents.incident import Incident, IncidentRefused
from casework.incidents.scope import Scope
from casework.incidents.sending import said, written
from dashboard import hypertext as h
from dashboard import links
from dashboard.incident_document import BINDS, bound_rows
from dashboard.local_time import Wall
from dashboard.words import counted
from model.event import format_ms

MOST_PEOPLE = 200  # on the page; the whole list is in `incident scope --json`
_BINDS_CLASS = {True: "hm-tag hm-high", None: "hm-tag hm-medium", False: "hm-tag hm-info"}


def section(title: str, part: h.Html) -> h.Html:
    """A part with its title; nothing where there is nothing."""
    return h.joined([h.element("h2", title, class_="hm"), part]) if part else h.NOTHING


def listed(found: Sequence[Incident], wall: Wall, district: str) -> h.Html:
    """The incidents, those that are open first, the newest first."""
    rows = []
    for one in sorted(found, key=lambda one: (one.is_open, one.opened_at), reverse=True):
        address = links.page(links.INCIDENTS, {"id": one.incident_id, "district": district})
        rows.append(h.row(
            h.element("td", h.link(f"{one.kind} {one.subject}", address)),
            h.element("td", wall.brief(one.discovered_at), class_="hm-t"),
            one.discovered_by,
            one.opened_by,
            "open" if one.is_open else "closed",
            one.incident_id,
        ))  # fmt: skip
    return h.table(["About", "Discovered", "By", "Opened by", "Status", "Incident"], rows, "Incidents")


def head(one: Incident, wall: Wall) -> h.Html:
    """What it is about, who discovered it and when."""
    pairs = [
        ("Discovered", f"{wall.moment(one.discovered_at)} by {one.discovered_by}"),
        ("Opened", f"{wall.moment(one.opened_at)} by {one.opened_by}, hold {one.hold_id}"),
        ("What is said", one.text),
    ]
    if one.closed_at:
        pairs.append(("Closed", f"{wall.moment(one.closed_at)} by {one.closed_by}: {one.closed_because}"))
    title = f"Incident: {one.kind} {one.subject}"
    return h.joined([h.element("h1", title, class_="hm"), _facts(pairs)])


def _facts(pairs: Iterable[tuple[str, h.Content]]) -> h.Html:
    told = [piece for name, said_ in pairs for piece in (h.element("dt", name), h.element("dd", said_))]
    return h.element("dl", *told, class_="hm")


def bounds(found: Scope, wall: Wall) -> h.Html:
    """The four bounds with why, and the gaps."""
    rows = [
        h.row(
            h.element("td", h.element("b", name), class_="hm-w"),
            h.element("td", when, class_="hm-t"),
            says,
            h.element("td", event[:10], class_="hm-mono"),
        )
        for name, when, says, event in bound_rows(found, wall)
    ]
    table = h.table(["Bound", "When", "Because", "Event"], rows, "Bounds of the exposure")
    gaps = [f"{one.source_id} said nothing from {wall.span(format_ms(one.since), format_ms(one.until))}"
            for one in found.exposure.gaps]  # fmt: skip
    silent = h.element("p", "; ".join(gaps), class_="hm hm-soft hm-small") if gaps else h.NOTHING
    return h.joined([table, silent])


def numbers(found: Scope) -> h.Html:
    """How many people, at least and at most, by state."""
    rows = [(state, f"{one.low:,} to {one.high:,}") for state, one in found.by_state.items()]
    body = _facts(rows) if rows else h.element("div", "Nobody could be counted.")
    title = h.element("b", f"People: {found.low():,} to {found.high():,}")
    return h.element("div", title, body, class_="hm-cover")


def downloads(one: Look, district: str) -> h.Html:
    """The pages to print."""
    address = links.page(links.INCIDENT_FILE, {"id": one.incident.incident_id, "district": district})
    return h.link("Timeline as PDF", address, class_="hm-button", download="")


def calendar(rules: Sequence[RuleState], today: date) -> h.Html:
    """The rules by the day on which they are due; what names no day and what does not bind comes last."""
    live = [one for one in rules if one.binds is not False]
    dated = sorted((one for one in live if one.due), key=lambda one: (one.due, one.rule))
    rows: list[h.Html] = []
    for group, found in (("Due by day", dated), ("No day is named", [one for one in live if not one.due]),
                         ("Do not bind", [one for one in rules if one.binds is False])):  # fmt: skip
        if found:
            rows.append(h.row(h.element("td", group, colspan="5"), class_="hm-day"))
            rows += [_rule(one, today) for one in found]
    if not rows:
        return h.element("p", "No rule that we know could bind.", class_="hm")
    note = h.element("p", "Not legal advice: read the source, ask counsel.", class_="hm hm-soft hm-small")
    return h.joined([h.table(["Due", "Rule", "Binds", "Tell", "Why"], rows, "Clocks"), note])


def _rule(one: RuleState, today: date) -> h.Html:
    due = h.text("" if one.binds is False else "no day")
    if one.due:
        left = h.element("div", _left(one.due, today), class_="hm-soft hm-small")
        due = h.joined([f"{one.due:%a}, {one.due:%b} {one.due.day}, {one.due.year}", left])
    name = h.joined([one.title, h.element("div", f"{one.rule} · {one.source}", class_="hm-soft hm-small")])
    binds = h.element("span", BINDS[one.binds], class_=_BINDS_CLASS[one.binds])
    return h.row(
        h.element("td", due, class_="hm-t"), name, h.element("td", binds, class_="hm-w"), one.who or "", one.why
    )


def _left(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"{counted(-days, 'day')} ago"
    return "today" if days == 0 else f"{counted(days, 'day')} left"


def questions(found: Sequence[Asked]) -> h.Html:
    """What is open, in the words of the law."""
    return _facts((one.question, one.asks) for one in found) if found else h.NOTHING


def decided(one: Incident, wall: Wall) -> h.Html:
    """The answers and statements with who signed them."""
    rows = [h.row(answer.question, "yes" if answer.answer else "no", answer.on or "", answer.reason, answer.by,
                  h.element("td", wall.brief(answer.at), class_="hm-t"))
            for answer in one.answers.values()]  # fmt: skip
    rows += [h.row(fact.name, "stated", "", fact.text, fact.by, h.element("td", wall.brief(fact.at), class_="hm-t"))
             for fact in one.statements.values()]  # fmt: skip
    head_ = ["Question or fact", "Answer", "Day", "Rests on", "Signed by", "When"]
    return h.table(head_, rows, "Decisions") if rows else h.NOTHING


def touched(found: Scope, wall: Wall) -> h.Html:
    """The systems, with whose records they hold."""
    rows = [h.row(one.system, _when(one.first, wall), _when(one.last, wall),
                  h.element("td", f"{one.events:,}", class_="hm-n"),
                  h.element("td", f"{one.records.low:,} to {one.records.high:,}", class_="hm-n"))
            for one in found.touched]  # fmt: skip
    head_ = ["System", "First", "Last", h.element("th", "Events", scope="col", class_="hm-n"),
             h.element("th", "Records, at least and at most", scope="col", class_="hm-n")]  # fmt: skip
    return h.table(head_, rows, "Systems touched") if rows else h.NOTHING


def _when(at: int | None, wall: Wall) -> str:
    return wall.brief(format_ms(at)) if at is not None else "not recorded"


def people(found: Scope) -> h.Html:
    """Whose records were within reach: those whom a record names first."""
    shown = sorted(found.people, key=lambda one: (not one.event_ids, one.person))[:MOST_PEOPLE]
    rows = [h.row(one.person, one.state, one.kind, one.why,
                  h.element("td", ", ".join(event[:10] for event in one.event_ids[:3]), class_="hm-mono"))
            for one in shown]  # fmt: skip
    if not rows:
        return h.NOTHING
    more = len(found.people) - len(shown)
    note = [h.element("p", f"{counted(more, 'person', 'people')} more.", class_="hm hm-soft hm-small")] if more else []
    return h.joined([h.table(["Person", "State", "Kind", "Why", "Events"], rows, "People"), *note])


def addresses(found: Scope, wall: Wall) -> h.Html:
    """From where the subject acted; a person may know better."""
    rows = [h.row(one.address, h.element("td", wall.brief(format_ms(one.first)), class_="hm-t"),
                  h.element("td", wall.brief(format_ms(one.last)), class_="hm-t"),
                  h.element("td", f"{one.events:,}", class_="hm-n")) for one in found.addresses]  # fmt: skip
    head_ = ["Address", "First", "Last", h.element("th", "Events", scope="col", class_="hm-n")]
    return h.table(head_, rows, "Addresses") if rows else h.NOTHING


def not_known(found: Scope) -> h.Html:
    """What nobody can know from the logs."""
    return h.element("ul", *(h.element("li", one) for one in found.not_known), class_="hm")


def letters(one: Look, district: str) -> h.Html:
    """Each letter with how far it is, and the signed folder with all of them."""
    try:
        made = written(one, one.as_of)
    except IncidentRefused as refused:
        return h.element("p", str(refused), class_="hm hm-soft")
    rows = [h.row(letter.name, letter.document.title, said(letter)) for letter in made]
    address = links.page(links.LETTERS_FILE, {"id": one.incident.incident_id, "district": district})
    button = h.link("All letters, signed (ZIP)", address, class_="hm-button", download="")
    return h.joined([h.table(["Letter", "Title", "State"], rows, "Letters"), button])
