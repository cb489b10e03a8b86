"""The letters of a request as pages: what the law wants in each, and nothing that identifies anybody; pure."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from casework.requests.request import Request
from casework.requests.rules import RequestRefused
from documents.document import Cell, Document, Facts, Heading, Paragraph, Table
from model.law import Exemption, LetterKind, RequestLaw

Blocks = list[Heading | Paragraph | Facts | Table]
_TITLES: dict[LetterKind, str] = {
    "acknowledgement": "Acknowledgment of your request for records",
    "determination": "Determination on your request for records",
    "extension": "Notice that more time is needed",
    "denial": "Denial of your request for records, in whole or in part",
    "production": "Records that answer your request",
}
_APPEALED: tuple[LetterKind, ...] = ("determination", "extension", "denial", "production")
_OTHER_LAW = "other"  # what an exemption covers that another law makes
_BLANK = "____________________ (the officer fills this in)"


class Signed(NamedTuple):
    """Who answers: the district, the day, and the names and titles of those responsible."""

    district: str
    day: date
    names: tuple[str, ...]
    estimate: date | None = None  # when the records, or the answer, can be expected


def us_day(day: date | str) -> str:
    """A day as US readers write it: March 4, 2026."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{found:%B} {found.day}, {found.year}"


def estimated(request: Request, kind: LetterKind, chosen: date | None, day: date) -> date | None:
    """The day that a letter may name: as chosen, or the day that stands if it is not past; else None."""
    if chosen and chosen < day:
        raise RequestRefused(f"{chosen} is before the day of the letter, {day}")
    due = date.fromisoformat(request.due) if request.due else None
    if kind == "extension":
        return chosen or due
    return chosen or (due if due and due >= day else None)


def letter(request: Request, law: RequestLaw, kind: LetterKind, signed: Signed) -> Document:
    """The letter of a kind. Raises `RequestRefused` where what it would say is not so."""
    _true(request, kind)
    wanted = law.letters[kind]
    body: Blocks = [
        Heading(text=_TITLES[kind], level=1),
        Facts(pairs=_head(request, law, signed)),
        Paragraph(text=f"You asked for: {request.text}"),
        *_body(request, law, kind, signed),
        *(Paragraph(text=one) for one in wanted.says),
    ]
    if "reasons" in wanted.wants and kind != "extension":
        body += _exemptions(request, law)
    if kind in _APPEALED and law.appeal:
        body += [Heading(text="If you disagree"), Paragraph(text=law.appeal)]
    body += [
        Facts(pairs=[("This letter follows", wanted.source), *_responsible(kind, law, signed)]),
        Paragraph(text="Signature: ______________________________"),
    ]
    return Document(title=_TITLES[kind], sender=signed.district, foot=f"Request {request.request_id}", blocks=[*body])


def _true(request: Request, kind: LetterKind) -> None:
    if kind == "extension" and not request.extensions:
        raise RequestRefused("no more time was taken: `request extend` first")
    if kind == "production" and not request.productions:
        raise RequestRefused("nothing was produced: `request produce` first")
    if kind == "denial" and not _codes(request):
        raise RequestRefused("nothing is held back: `request decide` first, with the exemption's code")


def _head(request: Request, law: RequestLaw, signed: Signed) -> list[tuple[str, str]]:
    return [
        ("Date", us_day(signed.day)),
        ("To", request.requester),
        ("Request", f"{request.request_id}, received {us_day(request.received)}"),
        ("Law", f"{law.title} ({law.source})"),
    ]


def _body(request: Request, law: RequestLaw, kind: LetterKind, signed: Signed) -> Blocks:
    """What only this kind of letter says."""
    if kind == "acknowledgement":
        return [Paragraph(text=_received(request)), *_estimate(law, kind, signed, "answer")]
    if kind == "extension":
        last = request.extensions[-1]
        why = law.extension.reasons.get(last.reason, last.reason) if law.extension else last.reason
        said = f"More time is needed because of {why}." + (f" {last.note}" if last.note else "")
        until = f"The district expects to answer, or to provide the records, by {us_day(last.due)}."
        return [Paragraph(text=said), Paragraph(text=until)]
    if kind == "production":
        return [_counts(request.productions[-1].told)]
    return [Paragraph(text=_found(request, kind)), *_estimate(law, kind, signed, "records")]


def _received(request: Request) -> str:
    if request.due:
        return f"The district received your request on {us_day(request.received)}. {_due(request)}"
    return f"The district received your request on {us_day(request.received)}."


def _due(request: Request) -> str:
    return f"The law's day for the district's answer is {us_day(request.due or request.received)}."


def _found(request: Request, kind: LetterKind) -> str:
    if not request.responsive:
        return "The district searched its logs for the time and the names in your request and found no record."
    found = f"The district searched its logs and found {request.responsive:,} rows that your request is about."
    if kind == "denial":
        return f"{found} They are withheld in whole or in part, for the reasons below."
    if _codes(request):
        return f"{found} They are disclosed, apart from what is exempt for the reasons below."
    return f"{found} They are disclosed, apart from what the law exempts; each exemption is named with the records."


def _estimate(law: RequestLaw, kind: LetterKind, signed: Signed, what: str) -> Blocks:
    if "estimate" not in law.letters[kind].wants:
        return []
    day = us_day(signed.estimate) if signed.estimate else _BLANK
    said = "Estimated date of the district's response" if what == "answer" else "Estimated date of availability"
    return [Facts(pairs=[(said, day)])]


def _counts(told: dict[str, Any]) -> Table:
    counts = told.get("reconciliation", told)
    words = {
        "responsive": "Responsive to the request",
        "released": "Released whole",
        "redacted": "Released with parts left out",
        "withheld": "Withheld",
        "duplicate": "Duplicates of a released row",
    }
    rows = [[Cell(text=said), Cell(text=f"{int(counts[name]):,}")] for name, said in words.items() if name in counts]
    return Table(caption="How the rows add up", head=["Rows", "Number"], widths=["1fr", "auto"], rows=rows)


def _codes(request: Request) -> list[str]:
    """The codes of what is held back, in the order of the decisions; of each once."""
    return list(dict.fromkeys(one.code for one in request.standing if one.code and one.action != "release"))


def _exemptions(request: Request, law: RequestLaw) -> Blocks:
    used = _codes(request)
    if not used:
        return []
    rows = [_exemption(code, law.exemptions.get(code), _notes(request, code)) for code in used]
    head = ["Code", "Exemption", "How it applies", "Law"]
    table = Table(caption="What is held back, and why", head=head, widths=["auto", "1fr", "2fr", "1fr"], rows=rows)
    return [Heading(text="What is held back, and why"), table]


def _notes(request: Request, code: str) -> list[str]:
    """What the officer noted beside a code, of each note once."""
    notes = (one.note for one in request.standing if one.code == code and one.action != "release")
    return list(dict.fromkeys(note for note in notes if note))


def _exemption(code: str, one: Exemption | None, notes: list[str]) -> list[Cell]:
    """Where another law forbids it, only the note says which; a note on anything else may name somebody."""
    if one is None:
        return [Cell(text=code), *(Cell(text="") for _ in range(3))]
    explains = " ".join([one.explains, *notes]) if _OTHER_LAW in one.covers else one.explains
    return [Cell(text=code), *(Cell(text=text) for text in (one.title, explains, one.source))]


def _responsible(kind: LetterKind, law: RequestLaw, signed: Signed) -> Sequence[tuple[str, str]]:
    said = "Responsible for the denial" if "names" in law.letters[kind].wants else "Answered by"
    return [(said, name) for name in signed.names]
