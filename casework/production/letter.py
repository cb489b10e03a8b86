"""The letter that goes with a production, and the texts that tell how to read the files."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from casework.production.asked import Asked, Codes
from casework.production.files import CSV, DAT, INDEX, RECONCILIATION
from casework.production.production import Reconciliation
from casework.production.treatments import redaction
from documents.document import Cell, Document, Facts, Heading, Paragraph, Table

README = (
    f"{CSV} holds the released rows, one per record of a log, in UTF-8. The column number tells each row apart; the"
    " other columns are the fields of an event.",
    f"{DAT} holds the same as a Concordance load file: UTF-8 with a byte order mark, thorn signs around each cell, 0x14"
    " between them, a registered sign for a new line inside a cell.",
    "Where something was left out stands the code of an exemption in brackets. A row in which anything was left out"
    f" is explained in {INDEX}, one line per row and code; a row withheld whole stands there without a number.",
    "People whom the request does not name stand under words such as Student and a number. The same person has the same"
    " word in all of this production, and another one in every other production.",
    "Of web addresses the host is shown; paths, query strings and user names are left out. Of raw lines only words are"
    " shown that are known to name nobody. Times are UTC.",
    f"{RECONCILIATION} counts the rows: responsive is released plus redacted plus withheld plus duplicate. A duplicate"
    " is the same record of the same time that was stored twice; the first is produced.",
)
_FEW = "fewer than {}"


class Told(NamedTuple):
    """What the letter says besides the request: who answers, whom, and what came of it."""

    sender: str
    date: str
    made_by: str
    law_title: str
    law_source: str
    requester: str
    counts: Reconciliation
    used: Mapping[str, int]
    pseudonyms: frozenset[str]


def letter(asked: Asked, told: Told, codes: Codes) -> Document:
    """The letter: what is produced, how the rows add up, which exemptions were taken and why."""
    counts = told.counts
    return Document(
        title="Records production",
        sender=told.sender,
        foot=f"Request {asked.request_id}",
        blocks=[
            Heading(text="Records production", level=1),
            Facts(pairs=[
                ("To", told.requester or "the requester"),
                ("Date", told.date),
                ("Request", asked.request_id),
                ("Law", f"{told.law_title} ({told.law_source})"),
                ("Answered by", told.made_by),
            ]),
            Paragraph(text=_OPENING),
            Table(caption="How the rows add up", head=["Rows", "Number"], widths=["1fr", "auto"], rows=[
                _row("Responsive to the request", counts.responsive),
                _row("Released whole", counts.released),
                _row("Released with parts left out", counts.redacted),
                _row("Withheld", counts.withheld),
                _row("Duplicates of a released row", counts.duplicate),
            ]),
            *_exemptions(told, codes),
            *_people(told),
            Paragraph(text=_CLOSING, style="soft"),
        ],
    )  # fmt: skip


_OPENING = "With this letter you receive the records of the district's logs that your request is about."
_CLOSING = (
    "The files can be checked with the key of the district; README.txt tells how. If you think that something was left"
    " out wrongly, answer this letter and name the number of the row."
)
_NOTHING = "Nothing was left out."
_PEOPLE = (
    "People whom the request does not name stand under a word and a number. So many people are shown in this way; a"
    " small number is not told."
)
_HEADS = ("Code", "What it covers and how it applies", "Lines of the index")


def _exemptions(told: Told, codes: Codes) -> list[Paragraph | Table]:
    if not told.used:
        return [Paragraph(text=_NOTHING)]
    rows = [
        [
            Cell(text=code),
            Cell(text=codes.every[code].explains if code in codes.every else ""),
            Cell(text=f"{number:,}"),
        ]
        for code, number in sorted(told.used.items())
    ]
    return [Table(caption="What was left out, and why", head=list(_HEADS), widths=["auto", "1fr", "auto"], rows=rows)]


def _people(told: Told) -> list[Paragraph | Table]:
    kinds = sorted({word.rsplit(" ", 1)[0] for word in told.pseudonyms})
    if not kinds:
        return []
    counted = {kind: sum(word.startswith(f"{kind} ") for word in told.pseudonyms) for kind in kinds}
    rows = [[Cell(text=kind), Cell(text=small(number))] for kind, number in counted.items()]
    table = Table(caption="People under other words", head=["Word", "People"], widths=["1fr", "auto"], rows=rows)
    return [Paragraph(text=_PEOPLE), table]


def small(number: int) -> str:
    """A number of people as a summary may tell it: small ones could point somebody out."""
    least = redaction().small_cells
    return f"{number:,}" if number >= least else _FEW.format(least)


def _row(text: str, number: int) -> list[Cell]:
    return [Cell(text=text), Cell(text=f"{number:,}")]


def fixed_texts(codes: Codes) -> Iterable[str]:
    """Every text of ours that can stand in the letter, the index or the README."""
    document = letter(
        Asked(request_id="", district="", law="", as_of=""),
        Told("", "", "", "", "", "", Reconciliation(), dict.fromkeys(codes.every, 0), frozenset({"Student 1"})),
        codes,
    )
    yield from README
    yield from (_NOTHING, _FEW, "Account Staff Person Parent Vendor Student", "In The whole row.", "Page 1 of 1")
    yield repr(document)
