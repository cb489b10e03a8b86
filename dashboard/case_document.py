"""A case as pages to print: the story for a hearing, and the form that goes with files that are handed over."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from casework.cases import Case
from casework.triage import Triage
from dashboard import plain_names, words
from dashboard.local_time import Wall
from dashboard.parts import verdict
from dashboard.vendor_receipts import in_document
from documents.document import Box, Cell, Document, Facts, Heading, Items, Paragraph, Quote, Table
from model.violation import Violation
from storage.queries.districts import District
from storage.queries.triage import Standing

Names = Mapping[tuple[str, str], str]
Block = Box | Facts | Heading | Items | Paragraph | Quote | Table
_CONFIDENTIAL = "Confidential: education and employment records"
_KINDS = {"people": "person", "accounts": "account", "devices": "device", "vendors": "vendor"}


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a pack as the form lists it."""

    number: int
    name: str
    what: str
    size: int
    sha256: str


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack is made of: the newest revision of each violation with its triage, the sessions of vendors, and what
    could not be proven."""

    case: Case
    district: District
    violations: list[tuple[Violation, Triage]]
    names: Names
    sessions: dict[str, dict[str, Any]]
    unproven: list[str]
    made_by: str
    made_at: str
    with_notes: bool


def case_document(of: Contents) -> Document:
    """The pages for a hearing."""
    case, wall = of.case, Wall(of.district.timezone)
    return Document(
        title=f"Case {case.case_id}: {case.title}",
        sender=of.district.name or of.district.id,
        foot=f"Case {case.case_id} · printed {wall.moment(of.made_at)} by {of.made_by}",
        confidential=_CONFIDENTIAL,
        blocks=[
            Heading(text=f"Case {case.case_id}: {case.title}", level=1),
            Facts(pairs=_facts(of, wall)),
            *_section("What was found", [block for one in of.violations for block in _finding(*one, wall)]),
            *_section("The vendor's sessions", in_document(of.sessions, wall)),
            *_section("The clauses, as they were in force when it was judged", _clauses(of)),
            *_section("Notes", _notes(of, wall)),
            *_section("What was done with the case, and when", [_steps(of, wall)]),
            *_section("What cannot be proven with the ledger", [Items(items=of.unproven)] if of.unproven else []),
            Paragraph(text="The records are in the folder exhibits, each as it was written. README.txt says how anybody"
                           " can check that nothing was changed. This is no legal advice.", style="soft"),
        ],
    )  # fmt: skip


def custody_document(of: Contents, files: Sequence[Listed], to: str) -> Document:
    """The form: what is handed over, who had it when, and the lines to sign."""
    case, wall = of.case, Wall(of.district.timezone)
    return Document(
        title=f"Chain of custody: case {case.case_id}",
        sender=of.district.name or of.district.id,
        foot=f"Case {case.case_id} · chain of custody · printed {wall.moment(of.made_at)}",
        confidential=_CONFIDENTIAL,
        blocks=[
            Heading(text="Chain of custody", level=1),
            Facts(pairs=[
                ("Case", f"{case.case_id}: {case.title}"),
                ("Agency", of.district.name or of.district.id),
                ("Prepared by", f"{of.made_by}, {wall.moment(of.made_at)}"),
                ("Handed to", to or "………………………………………………"),
                ("Purpose", plain_names.sentence(case.purpose)),
            ]),
            Heading(text="Items"),
            _items(files),
            Paragraph(text="The SHA-256 of a file is its fingerprint: it changes with every change to the file."
                           " manifest.json lists the same values and is signed.", style="soft"),
            Heading(text="What was done with the case, and when"),
            _steps(of, wall),
            Heading(text="Transfer"),
            _transfer(),
        ],
    )  # fmt: skip


def _section(title: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(text=title), *blocks] if blocks else []


def _facts(of: Contents, wall: Wall) -> list[tuple[str, str]]:
    case = of.case
    about = [(kind, [_called(kind, one, of.names) for one in getattr(case, name)]) for name, kind in _KINDS.items()]
    closed = f"closed {wall.moment(case.closed_at)} by {case.closed_by}" if case.closed_at else "open"
    outcome = f": {plain_names.plain(case.outcome)}" if case.outcome else ""
    return [
        ("Opened", f"{wall.moment(case.opened_at)} by {case.opened_by}"),
        ("Now", f"{closed}{outcome}"),
        ("Purpose", plain_names.sentence(case.purpose)),
        *((plain_names.sentence(kind), ", ".join(told)) for kind, told in about if told),
        ("Findings", str(len(of.violations))),
    ]


def _called(kind: str, name: str, names: Names) -> str:
    called = names.get((kind, name))
    return f"{called} ({name})" if called and called != name else name


def _finding(v: Violation, triage: Triage, wall: Wall) -> list[Block]:
    handled = words.handled(Standing(state=triage.state, outcome=triage.outcome, assignee=triage.assignee))
    kind = f"{words.detection(v.detection)} · severity {v.severity} · confidence {v.confidence}"
    return [
        Heading(text=v.headline, level=3),
        Paragraph(text=kind, style="soft"),
        Paragraph(text=v.explanation),
        *(Paragraph(text=note, style="strong") for note in words.standing(v)),
        Facts(pairs=[
            ("When", wall.span(v.started_at, v.ended_at)),
            ("Policy", verdict.policy(v)),
            ("Handling", handled),
            ("Whole proof", f"findings/finding-{v.violation_id[:10]}.pdf"),
        ]),
    ]  # fmt: skip


def _clauses(of: Contents) -> list[Block]:
    told = {(one.clause_id, one.quote): (one, v.policy) for v, _ in of.violations for one in v.clauses}
    return [
        Quote(text=f"“{one.quote}”", source=f"{one.section} ({one.clause_id}); policy {policy}")
        for one, policy in told.values()
    ]


def _notes(of: Contents, wall: Wall) -> list[Block]:
    notes = of.case.notes if of.with_notes else []
    return [Facts(pairs=[(f"{wall.moment(one.at)}, {one.actor}", one.text) for one in notes])] if notes else []


def _steps(of: Contents, wall: Wall) -> Table:
    rows = [
        [Cell(wall.moment(one.at)), Cell(f"{one.actor}\n{one.role}"), Cell(one.what + _digest(one.sha256))]
        for one in of.case.custody
    ]
    rows.append([Cell(wall.moment(of.made_at)), Cell(of.made_by), Cell("made this folder")])
    return Table(caption="Chain of custody", head=["When", "Who", "What"], widths=["auto", "auto", "1fr"], rows=rows)


def _digest(sha256: str | None) -> str:
    """Its beginning: the whole stands in the list of items, where no letter breaks it."""
    return f"\nSHA-256 {sha256[:16]}…" if sha256 else ""


def _items(files: Sequence[Listed]) -> Table:
    rows = [[Cell(str(one.number)), Cell(f"{one.name}\n{one.what}"), Cell(f"{one.size:,}"), Cell(one.sha256, "mono")]
            for one in files]  # fmt: skip
    return Table(caption="Items", head=["Item", "File", "Bytes", "SHA-256"], widths=["auto", "1fr", "auto", "2fr"],
                 rows=rows)  # fmt: skip


def _transfer() -> Table:
    head = ["Items", "Released by (name, signature)", "Received by (name, agency, signature)", "Date and time"]
    blank = [[Cell(" \n "), Cell(" "), Cell(" "), Cell(" ")] for _ in range(4)]
    return Table(caption="Transfer", head=head, widths=["auto", "1fr", "1fr", "auto"], rows=blank)
