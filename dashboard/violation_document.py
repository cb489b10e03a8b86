"""A violation as a document for a hearing: what was found, the proof, the policy, what speaks against it."""

from collections.abc import Mapping

from dashboard import coverage_words, plain_names, words
from dashboard.limits import limits
from dashboard.local_time import Wall, utc
from dashboard.parts import proof, verdict, weighed
from dashboard.span_picture import span_picture
from dashboard.then_and_now import then_and_now
from documents.document import Box, Cell, Document, Drawing, Facts, Heading, Items, Paragraph, Quote, Table
from documents.pdf import pdf
from documents.plain import lines
from model.event import parse_at
from model.violation import Consulted, Exhibit, Violation
from storage.queries.districts import District
from storage.queries.event_rows import StoredEvent

Names = Mapping[tuple[str, str], str]
Block = Box | Drawing | Facts | Heading | Items | Paragraph | Quote | Table
RAW_WIDTH = 112  # letters of the fixed-width font that fit beside the margin of a record
MOST_RAW = 1_600  # letters of one record that are printed
_CONFIDENTIAL = "Confidential: education and employment records"


def violation_pdf(
    found: list[Violation], events: Mapping[str, StoredEvent], names: Names, district: District, made_at: str
) -> bytes:
    """The document as a PDF; `found` are the violation's revisions, newest first, `made_at` when it is printed."""
    document = violation_document(found, events, names, district, made_at)
    return pdf(document, parse_at(made_at))


def violation_document(
    found: list[Violation], events: Mapping[str, StoredEvent], names: Names, district: District, made_at: str
) -> Document:
    """The same before it is set."""
    v, wall = found[0], Wall(district.timezone)
    blocks: list[Block] = [
        *_head(v, wall, names),
        *_section("On one time axis", _axis(v, wall)),
        *_section("The numbers it rests on", _measures(v)),
        *_section("The records that prove it", _exhibits(v, events, names, wall)),
        *_section("The policy", _clauses(v)),
        *_section("Innocent explanations that were tested", _innocent(v)),
        *_section("What the district's own tables say", _consulted(v, wall, names)),
        *_section("As known then, and as known now", _sides(found, wall)),
        *_section("What changed since it was found", _changed(found, wall)),
        *_section("Technical details", _technical(v)),
    ]
    revision = f"revision {v.revision}" + (f", epoch {v.epoch}" if v.epoch else "")
    return Document(
        title=f"Finding {v.violation_id[:10]}: {words.detection(v.detection)}",
        sender=district.name or district.id,
        foot=f"Finding {v.violation_id[:10]}, {revision} · printed {wall.moment(made_at)}",
        confidential=_CONFIDENTIAL,
        blocks=blocks,
    )


def _section(title: str, blocks: list[Block]) -> list[Block]:
    return [Heading(text=title), *blocks] if blocks else []


def _head(v: Violation, wall: Wall, names: Names) -> list[Block]:
    reasons = "; ".join(map(words.reason, v.reasons))
    kind = f"{words.detection(v.detection)}: {reasons}"
    whole = coverage_words.is_complete(v)
    title = "Coverage: complete" if whole else "Coverage: not complete"
    return [
        Heading(text=v.headline, level=1),
        Paragraph(text=f"{kind} · severity {v.severity} · confidence {v.confidence} · {v.status}", style="soft"),
        Paragraph(text=v.explanation),
        *(Paragraph(text=note, style="strong") for note in words.standing(v)),
        Facts(pairs=_facts(v, wall, names)),
        Box(title=title, style="good" if whole else "bad", lines=coverage_words.coverage_lines(v, wall)),
    ]


def _facts(v: Violation, wall: Wall, names: Names) -> list[tuple[str, str]]:
    about = (("person", v.person), ("account", v.account), ("device", v.device_id), ("vendor", v.vendor))
    who = [(plain_names.sentence(kind), _called(kind, name, names)) for kind, name in about if name]
    return [
        *who,
        ("When", wall.span_and_length(v.started_at, v.ended_at)),
        ("In UTC", f"{utc(v.started_at)} – {utc(v.ended_at)}"),
        ("Policy", verdict.policy(v)),
        ("Confidence", f"{v.confidence}: {words.CONFIDENCES.get(v.confidence, '')}"),
    ]


def _called(kind: str, name: str, names: Names) -> str:
    called = names.get((kind, name))
    if not called:
        return name
    return f"{called} ({name})" if kind in ("person", "vendor", "site") else f"{name}, {called}"


def _axis(v: Violation, wall: Wall) -> list[Block]:
    drawn = v.evidence.spans or v.evidence.exhibits
    return [Drawing(svg=str(span_picture(v, wall)), alt=_told(v, wall))] if drawn else []


def _told(v: Violation, wall: Wall) -> str:
    """What the drawing shows, for a reader who hears it."""
    spans = (f"{words.span_kind(one.kind)}: {wall.span(one.started_at, one.ended_at)}" for one in v.evidence.spans)
    return "Sessions, approvals and records of this finding over time. " + ". ".join(spans)


def _measures(v: Violation) -> list[Block]:
    numbers = {exhibit.event_id: n for n, exhibit in enumerate(v.evidence.exhibits, 1)}
    rows = []
    for one in v.evidence.measures:
        shown = sorted({numbers[event_id] for event_id in one.event_ids if event_id in numbers})
        limit = "" if one.threshold is None else proof.number(one.threshold, one.unit)
        records = ", ".join(map(str, shown[:20])) + (" …" if len(shown) > 20 else "")
        rows.append(
            [Cell(proof.measure_name(one)), Cell(proof.number(one.value, one.unit)), Cell(limit), Cell(records)]
        )
    head = ["What was measured", "Value", "Limit", "Records no."]
    return [Table(caption="Numbers", head=head, widths=["2fr", "auto", "auto", "1fr"], rows=rows)] if rows else []


def _exhibits(v: Violation, events: Mapping[str, StoredEvent], names: Names, wall: Wall) -> list[Block]:
    rows: list[list[Cell]] = []
    if not v.evidence.exhibits:
        return [Paragraph(text=words.NO_RECORDS)]
    for number, one in enumerate(v.evidence.exhibits, 1):
        when = f"{wall.second(one.occurred_at)}\n{utc(one.occurred_at)} UTC"
        event = events.get(one.event_id)
        if event is None and not v.own(one):
            rows.append(
                [Cell(str(number), "strong"), Cell(when), Cell(one.source_id), Cell(f"{one.shows}\n{proof.NOT_OWN}")]
            )
            continue
        by = f"{one.source_id}\n{plain_names.product(event.product)}" if event else one.source_id
        rows.append([Cell(str(number), "strong", rows=2), Cell(when), Cell(by), Cell(_shows(one, names, wall))])
        rows.append([Cell(_record(event), "mono", 3)])
    head = ["No.", "When", "Logged by", "What it shows, and below it the record as it was written"]
    return [Table(caption="Records", head=head, widths=["auto", "auto", "auto", "1fr"], rows=rows)]


def _shows(one: Exhibit, names: Names, wall: Wall) -> str:
    about = (("person", one.person), ("account", one.account), ("device", one.device_id), ("address", one.address))
    told = [_called(kind, name, names) if kind == "person" else name for kind, name in about if name]
    told += [f"at {names.get(('site', one.site), one.site)}"] if one.site else []
    told += [f"{one.count} times until {wall.clock(one.until)}"] if one.count and one.until else []
    told += [words.counted(one.weight, "point")] if one.weight else []
    return one.shows + (f"\n{' · '.join(told)}" if told else "")


def _record(event: StoredEvent | None) -> str:
    if event is None or not event.raw:
        return "The record is no longer stored: it has expired by the retention schedule."
    shown = "\n".join(lines(event.raw[:MOST_RAW], RAW_WIDTH))
    more = len(event.raw) - MOST_RAW
    encoding = "(not UTF-8; base64)\n" if event.raw_encoding else ""
    return encoding + shown + (f"\n… and {more:,} characters more, in the store" if more > 0 else "")


def _clauses(v: Violation) -> list[Block]:
    if not v.clauses:
        return [Paragraph(text="No clause is quoted: the rule of the base policy stands alone.")]
    return [Quote(text=f"“{one.quote}”", source=f"{one.section} ({one.clause_id})") for one in v.clauses]


def _innocent(v: Violation) -> list[Block]:
    tested = sorted(v.evidence.innocent_explanations, key=lambda one: not one.holds)
    rows = [
        [
            Cell(words.tested(one.holds), "bad" if one.holds else ""),
            Cell(plain_names.explanation(one.explanation)),
            Cell(one.answer),
        ]
        for one in tested
    ]
    head = ["Result", "Innocent explanation", "What was checked"]
    return [Table(caption="Explanations", head=head, widths=["auto", "1fr", "2fr"], rows=rows)] if rows else []


def _consulted(v: Violation, wall: Wall, names: Names) -> list[Block]:
    rows = [
        [
            Cell(plain_names.table_row(one.reference, names)),
            Cell(one.says),
            Cell(_valid(one, wall)),
            Cell(one.failed or ""),
        ]
        for one in v.evidence.consulted
    ]
    head = ["Entry", "Says", "Valid", "Why it does not help"]
    return [Table(caption="Rows", head=head, widths=["auto", "2fr", "1.4fr", "1fr"], rows=rows)] if rows else []


def _valid(one: Consulted, wall: Wall) -> str:
    if not one.valid_from and not one.valid_to:
        return "always"
    first = wall.brief(one.valid_from) if one.valid_from else "always"
    last = wall.brief(one.valid_to) if one.valid_to else "open"
    return f"{first} – {last}"


def _sides(found: list[Violation], wall: Wall) -> list[Block]:
    rows = [[Cell(one.name), Cell(one.then), Cell(one.now)] for one in then_and_now(found, wall, {})]
    head = ["What", "As known then", "As known now"]
    return [Table(caption="As known then and now", head=head, widths=["auto", "1fr", "1fr"], rows=rows)]


def _changed(found: list[Violation], wall: Wall) -> list[Block]:
    before = [*found[1:], None]
    pairs = [
        (f"Revision {one.revision}", f"{one.status}: {weighed.changes(one, old, wall)}")
        for one, old in zip(found, before, strict=True)
    ]
    return [Facts(pairs=pairs)]


def _technical(v: Violation) -> list[Block]:
    """For who checks it with a program; the lists of words that were in force stand in the policy pack."""
    told = [one for one in limits(v.detection, v.evidence.parameters) if not one.is_list]
    pairs = [
        ("Finding", v.violation_id),
        ("Rule", f"{v.evidence.rule}, version {v.evidence.rule_major}, code {v.evidence.code_hash}"),
        ("Policy", v.policy),
        ("Ledger", v.evidence.digest_pointer or ""),
        ("Times", plain_names.times(v.evidence.time_quality)),
        ("Limits", " ".join(f"{one.means.removesuffix('.')}: {one.value}." for one in told)),
    ]
    return [Facts(pairs=[(name, said) for name, said in pairs if said])]
