"""Pages to print: whole, tagged, short enough for a hearing, and no text of anybody's is ever a command."""

import io
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from dashboard import words
from dashboard.span_picture import LETTER, roomy
from dashboard.violation_document import violation_document, violation_pdf
from documents.document import Cell, Document, Drawing, Facts, Heading, Paragraph, Table
from documents.pdf import pdf
from documents.plain import lines, visible
from model.violation import Exhibit
from storage.queries.districts import District
from storage.queries.event_rows import StoredEvent
from tests.support.dashboard_cases import HOSTILE, proven
from tests.support.storage_cases import event, violation

AT = datetime(2026, 3, 5, 14, tzinfo=UTC)
NAMES = ["#let x", "<b>", "*bold* _it_ $x$", "#panic()", "\\ @ref `raw` [x] // no", "José Núñez"]


def document(*texts: str) -> Document:
    blocks = [Heading(text=texts[0], level=1), *(Paragraph(text=one) for one in texts)]
    facts = Facts(pairs=[("Name", one) for one in texts])
    table = Table(
        caption="t", head=["a", "b"], widths=["auto", "1fr"], rows=[[Cell(t), Cell(t, "mono")] for t in texts]
    )
    return Document(title=texts[0], sender=texts[0], foot=texts[0], blocks=[*blocks, facts, table])


def text_of(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def stored(event_id: str, raw: str) -> StoredEvent:
    fields = msgspec.to_builtins(event(event_id, raw=raw))
    return msgspec.convert({**fields, "district": "maple-falls"}, StoredEvent)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_as_it_is_and_is_never_a_command(name: str) -> None:
    said = text_of(pdf(document(name), AT))
    assert said.replace("\n", " ").count(name) >= 4


def test_what_would_hide_is_shown_in_every_block() -> None:
    said = text_of(pdf(document("a\u202eb\x1b[31m"), AT)).replace("\n", "")
    assert "\u202e" not in said
    assert said.count("a\\u202eb\\x1b[31m") >= 5


def test_the_same_document_is_the_same_bytes() -> None:
    assert pdf(document("x"), AT) == pdf(document("x"), AT)


def test_a_page_is_tagged_and_says_its_language_and_title() -> None:
    root = PdfReader(io.BytesIO(pdf(document("A finding"), AT))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert "/StructTreeRoot" in root


def test_a_finding_with_five_records_takes_at_most_three_pages_and_holds_the_proof() -> None:
    raw = '<Event xmlns="x">' + "<Data Name='TargetUserName'>tbell</Data>" * 30 + "</Event>"
    shows = [
        Exhibit(event_id=f"e{n}", occurred_at=f"2026-03-04T14:0{n}:00.000Z", source_id="dc1", shows=f"logon {n}")
        for n in range(5)
    ]
    v = violation("v1", person="p17")
    v.evidence = msgspec.structs.replace(proven()["evidence"], exhibits=shows)
    v.clauses = proven()["clauses"]
    events = {one.event_id: stored(one.event_id, raw) for one in shows}
    district = District("maple-falls", "Maple Falls <b>", "America/New_York")
    body = violation_pdf([v], events, {("person", "p17"): "#let x"}, district, "2026-03-05T14:00:00.000Z")
    said = " ".join(text_of(body).split())
    assert len(PdfReader(io.BytesIO(body)).pages) <= 3
    assert "#let x (p17)" in said
    assert "Wednesday, March 4, 2026, 9:00 AM – 10:00 AM EST (1 h)" in said
    assert "logon 4" in said
    assert "TargetUserName" in said
    assert "Coverage: not complete" in said


def test_a_finding_without_records_says_so_and_draws_no_axis() -> None:
    home = District(id="maple-falls", name="Maple Falls", timezone="America/Chicago")
    whole = violation_document([violation("v1")], {}, {}, home, "2026-03-05T00:00:00.000Z")
    assert words.NO_RECORDS in {getattr(one, "text", "") for one in whole.blocks}
    assert not [one for one in whole.blocks if isinstance(one, Drawing)]


def test_hostile_text_of_a_violation_is_only_text() -> None:
    v = violation("v1", **proven())
    district = District("d", HOSTILE, "America/New_York")
    said = text_of(violation_pdf([v], {"e1": stored("e1", HOSTILE)}, {}, district, "2026-03-05T14:00:00.000Z"))
    assert "<script>alert(1)</script>" in said
    assert "\u202e" not in said


def test_letters_that_no_font_can_show_are_said() -> None:
    assert "cannot be shown with the fonts" in " ".join(text_of(pdf(document("\U000130b8"), AT)).split())


@given(st.text(max_size=300), st.integers(4, 40))
def test_a_record_is_cut_into_lines_without_losing_a_letter(text: str, width: int) -> None:
    told = visible(text).replace("\t", " ")
    assert "".join(lines(told, width)) == told.replace("\n", "")
    assert all(len(one) <= width for one in lines(told, width))
    assert all(before for before, _ in pairwise(lines(told.replace("\n", ""), width)))


def test_rows_that_belong_together_stay_on_one_page() -> None:
    pairs = [[[Cell("", rows=2), Cell(f"head{n}")], [Cell("log\n" * (n % 5) + f"tail{n}")]] for n in range(80)]
    rows = [row for pair in pairs for row in pair]
    table = Table(caption="t", head=["a", "b"], widths=["auto", "1fr"], rows=rows)
    body = pdf(Document(title="t", sender="t", foot="t", blocks=[Heading(text="t", level=1), table]), AT)
    pages = [page.extract_text().split() for page in PdfReader(io.BytesIO(body)).pages]
    assert len(pages) > 2
    assert all((f"head{n}" in page) == (f"tail{n}" in page) for n in range(80) for page in pages)


def test_the_times_under_the_picture_do_not_run_into_each_other() -> None:
    marks = [(60.0 * n + 60, ["Wed, Feb 4 8:00 AM" if n == 0 else "10:30 AM", "14:00 UTC"]) for n in range(9)]
    shown = [(x, max(map(len, said)) * LETTER / 2) for x, said in roomy(marks) if said]
    assert shown[0][0] == 60.0
    assert all(x + half < after - room for (x, half), (after, room) in pairwise(shown))
    assert [x for x, _ in roomy(marks)] == [x for x, _ in marks]
