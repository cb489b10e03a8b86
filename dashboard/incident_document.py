"""An incident as pages to print: bounds and gaps in time, what was touched, whose records, clocks, decisions."""

from collections.abc import Iterable
from datetime import datetime

from casework.incidents.clocks import RuleState
from casework.incidents.desk import Look
from casework.incidents.exposure import Mark
from casework.incidents.incident import Incident
from casework.incidents.scope import Scope
from dashboard.exposure_chart import exposure_picture
from dashboard.local_time import Wall, weekday
from dashboard.words import counted
from documents.document import Box, Cell, Document, Drawing, Facts, Heading, Items, Paragraph, Quote, Table
from documents.pdf import pdf
from model.event import format_at, format_ms

Block = Heading | Paragraph | Facts | Items | Quote | Box | Table | Drawing
BOUNDS = {
    "earliest_possible": "Possible from",
    "earliest_proven": "Proven from",
    "latest_proven": "Proven until",
    "latest_possible": "Possible until",
}
BINDS = {True: "binds", False: "does not bind", None: "open"}
MOST_PEOPLE = 500  # on paper; the whole list is in `incident scope --json`
_CONFIDENTIAL = "Confidential: personal information. For the privacy officer and counsel."


def incident_pdf(one: Look, made_at: datetime) -> bytes:
    """The pages as a PDF."""
    return pdf(incident_document(one, made_at), made_at)


def incident_document(one: Look, made_at: datetime) -> Document:
    """The same before it is set."""
    found, wall = one.scope, Wall(one.place.zone.key)
    incident = one.incident
    title = f"Incident {incident.incident_id}: {incident.kind} {incident.subject}"
    blocks: list[Block] = [
        Heading(text=title, level=1),
        Facts(pairs=_head(incident, wall)),
        Heading(text="Exposure"),
        Drawing(svg=str(exposure_picture(found, wall)), alt=_told(found, wall)),
        _bounds(found, wall),
        *_section("Silent sources", [_gaps(found, wall)] if found.exposure.gaps else []),
        *_section("Records of the subject", _records(found, wall)),
        *_section("Systems touched", [_touched(found, wall)] if found.touched else []),
        *_section("People", _people(found)),
        Heading(text="Not known"),
        Items(items=found.not_known),
        *_section("Clocks", [_clocks(one.clocks.rules)] if one.clocks.rules else []),
        *_section("Decisions", decisions(incident, wall)),
        Paragraph(text="This is a record of what the logs and people say, and no legal advice.", style="soft"),
    ]
    foot = f"Incident {incident.incident_id} · printed {wall.moment(format_at(made_at))}"
    return Document(title=title, sender=one.place.name, foot=foot, confidential=_CONFIDENTIAL, blocks=blocks)


def _section(title: str, blocks: list[Block]) -> list[Block]:
    return [Heading(text=title), *blocks] if blocks else []


def _head(incident: Incident, wall: Wall) -> list[tuple[str, str]]:
    pairs = [
        ("Discovered", f"{wall.moment(incident.discovered_at)} by {incident.discovered_by}"),
        ("Opened", f"{wall.moment(incident.opened_at)} by {incident.opened_by}"),
        ("What is said", incident.text),
        ("Hold", incident.hold_id),
    ]
    if incident.closed_at:
        pairs.append(
            ("Closed", f"{wall.moment(incident.closed_at)} by {incident.closed_by}: {incident.closed_because}")
        )
    return pairs


def _told(found: Scope, wall: Wall) -> str:
    return "Exposure over time. " + ". ".join(f"{name}: {when}" for name, when, _, _ in bound_rows(found, wall))


def bound_rows(found: Scope, wall: Wall) -> list[tuple[str, str, str, str]]:
    """Name, local time, why, and event of each bound, in order of time."""
    rows = []
    for one in found.exposure.because:
        at: int | None = getattr(found.exposure, one.bound)
        when = wall.second(format_ms(at)) if at is not None else "nothing is proven"
        rows.append((BOUNDS[one.bound], when, one.says, one.event_id or ""))
    return rows


def _bounds(found: Scope, wall: Wall) -> Table:
    rows = [[Cell(name, "strong"), Cell(when), Cell(says), Cell(event, "mono")]
            for name, when, says, event in bound_rows(found, wall)]  # fmt: skip
    return Table(caption="Bounds", head=["Bound", "When", "Because", "Event"], widths=["auto", "auto", "1fr", "auto"],
                 rows=rows)  # fmt: skip


def _gaps(found: Scope, wall: Wall) -> Table:
    rows = [[Cell(one.source_id), Cell(wall.span(format_ms(one.since), format_ms(one.until)))]
            for one in found.exposure.gaps]  # fmt: skip
    return Table(caption="Gaps", head=["Source", "Said nothing"], widths=["auto", "1fr"], rows=rows)


def _records(found: Scope, wall: Wall) -> list[Block]:
    if not found.shown:
        return []
    rows = [[Cell(wall.second(format_ms(one.at))), Cell(one.use.source_id if one.use else ""), Cell(one.says),
             Cell(one.use.event_id if one.use else "", "mono")] for one in found.shown]  # fmt: skip
    more = found.events - len(found.shown)
    table = Table(caption="Records", head=["When", "Logged by", "What it shows", "Event"],
                  widths=["auto", "auto", "1fr", "auto"], rows=rows)  # fmt: skip
    note = f"{counted(more, 'record')} between these are not printed." if more > 0 else ""
    return [table, *([Paragraph(text=note, style="soft")] if note else [])]


def _touched(found: Scope, wall: Wall) -> Table:
    rows = [[Cell(one.system), Cell(_when(one.first, wall)), Cell(_when(one.last, wall)), Cell(f"{one.events:,}"),
             Cell(f"{one.records.low:,} to {one.records.high:,}")] for one in found.touched]  # fmt: skip
    return Table(caption="Systems", head=["System", "First", "Last", "Events", "Records, at least and at most"],
                 widths=["1fr", "auto", "auto", "auto", "auto"], rows=rows)  # fmt: skip


def _when(at: int | None, wall: Wall) -> str:
    return wall.brief(format_ms(at)) if at is not None else "not recorded"


def _people(found: Scope) -> list[Block]:
    if not found.people:
        return []
    states = [(state, f"at least {one.low:,}, at most {one.high:,}") for state, one in found.by_state.items()]
    proven = sorted(found.people, key=lambda one: (not one.event_ids, one.person))[:MOST_PEOPLE]
    rows = [[Cell(one.person), Cell(one.state), Cell(one.kind), Cell(one.why)] for one in proven]
    table = Table(caption="People", head=["Person", "State", "Kind", "Why"], widths=["auto", "auto", "auto", "1fr"],
                  rows=rows)  # fmt: skip
    more = len(found.people) - len(rows)
    note = [Paragraph(text=f"{counted(more, 'person', 'people')} more are listed by"
                      " `hallmonitor incident scope --json`.", style="soft")] if more else []  # fmt: skip
    return [Facts(pairs=states), table, *note]


def _clocks(rules: Iterable[RuleState]) -> Table:
    rows = [[Cell(f"{one.title} ({one.rule})"), Cell(BINDS[one.binds], "bad" if one.binds else ""),
             Cell(weekday(one.due) if one.due else "" if one.binds is False else "no day"), Cell(one.who or ""),
             Cell(one.why)]
            for one in rules]  # fmt: skip
    return Table(caption="Clocks", head=["Rule", "", "Due", "Tell", "Why"],
                 widths=["1fr", "auto", "auto", "1fr", "2fr"], rows=rows)  # fmt: skip


def decisions(incident: Incident, wall: Wall) -> list[Block]:
    """Who decided what, when and why."""
    pairs = []
    for one in incident.answers.values():
        on = f" (on {one.on})" if one.on else ""
        said = f"{'yes' if one.answer else 'no'}{on}: {one.reason} — {one.by}, {wall.moment(one.at)}"
        pairs.append((one.question, said))
    pairs += [(one.name, f"{one.text} — {one.by}, {wall.moment(one.at)}") for one in incident.statements.values()]
    return [Facts(pairs=pairs)] if pairs else []


def shown_mark(mark: Mark) -> tuple[str, str]:
    """A record of the subject: when, in UTC, and what it shows."""
    return format_ms(mark.at), mark.says
