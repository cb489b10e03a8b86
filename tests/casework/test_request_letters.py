"""The letters of a request: what each law wants stands in them, dates in US form, and nobody is identified in them."""

from datetime import UTC, date, datetime
from typing import Any, get_args

import msgspec
import pytest

from casework.requests.letters import Signed, estimated, letter
from casework.requests.request import Request
from casework.requests.rules import RequestRefused
from documents.pdf import pdf
from model.law import LETTERS, LetterKind, load_law
from tests.support.request_cases import request_of, told

LAW = load_law()
DAY = date(2026, 3, 5)
SIGNED = Signed("Maple Falls Public Schools", DAY, ("Ruth Ames, records officer",), date(2026, 3, 12))
HELD = told("decided", target="person", value="p17", action="withhold", code="CA-STUDENT", note="Tess Bell of 4b")
MORE = told("extended", reason="voluminous", due="2026-03-26", note="Three schools keep the logs.")
MADE = told("produced", responsible=1, responsive=12, released=5, redacted=4, withheld=2, duplicate=1)


def california(*decisions: Any) -> Request:
    return request_of(*decisions, law="ca.pra", received="2026-03-02", due="2026-03-12", responsive=1234)


def said(request: Request, kind: LetterKind, law: str = "ca.pra", **signed: Any) -> str:
    made = letter(request, LAW.requests[law], kind, SIGNED._replace(**signed))
    return msgspec.json.encode(msgspec.to_builtins(made)).decode()


def test_every_letter_names_the_law_the_request_and_american_dates() -> None:
    request = california(HELD, MORE, MADE)
    for kind in LETTERS:
        text = said(request, kind)
        law = LAW.requests["ca.pra"]
        for part in (law.title, law.letters[kind].source, "2026-0001, received March 2, 2026", "March 5, 2026",
                     "Pat Doe, pat@example.org", *law.letters[kind].says):  # fmt: skip
            assert part in text, (kind, part)
        assert "2026-03-" not in text.replace("2026-0001", "")


def test_a_determination_states_reasons_and_the_estimated_date() -> None:
    text = said(california(HELD), "determination")
    assert 'Estimated date of availability","March 12, 2026' in text
    assert "1,234 rows" in text
    assert LAW.requests["ca.pra"].exemptions["CA-STUDENT"].explains in text


def test_a_denial_names_who_is_responsible_and_nobody_else() -> None:
    text = said(california(HELD), "denial")
    assert 'Responsible for the denial","Ruth Ames, records officer' in text
    for hidden in ("Tess", "p17", "4b"):
        assert hidden not in text


def test_an_extension_states_its_reason_and_the_new_day() -> None:
    text = said(california(MORE), "extension")
    assert "voluminous amount of separate and distinct records" in text
    assert "Three schools keep the logs." in text
    assert "by March 26, 2026" in text


def test_where_another_law_forbids_it_the_letter_says_which() -> None:
    held = told("decided", target="category", value="proxy", action="withhold", code="OK-OTHER", note="70 O.S. 6-115")
    assert "70 O.S. 6-115" in said(request_of(held, responsive=3), "denial", "ok.ora")


def test_a_note_on_any_other_exemption_stays_out_of_the_letter() -> None:
    assert "Tess Bell" not in said(california(HELD), "denial")


def test_a_production_adds_up_the_rows() -> None:
    text = said(california(MADE), "production")
    for number, words in ((12, "Responsive"), (5, "Released whole"), (4, "parts left out"), (2, "Withheld")):
        assert f'"{number}"' in text
        assert words in text


def test_massachusetts_is_told_of_the_appeal_and_an_acknowledgment_is_not() -> None:
    asked = request_of(law="ma.prr", received="2026-04-13", due="2026-04-28", responsive=3)
    assert "90 calendar days" in said(asked, "determination", "ma.prr")
    assert "90 calendar days" not in said(asked, "acknowledgement", "ma.prr")


def test_where_the_law_names_no_day_the_letter_names_none() -> None:
    text = said(request_of(), "acknowledgement", "ok.ora")
    assert "names no number of days" in text
    assert "law's day" not in text


def test_a_day_that_is_past_is_not_estimated_and_is_left_to_the_officer() -> None:
    assert estimated(california(), "determination", None, DAY) == date(2026, 3, 12)
    assert estimated(california(), "determination", None, date(2026, 3, 13)) is None
    assert "(the officer fills this in)" in said(california(), "determination", estimate=None)
    with pytest.raises(RequestRefused, match="before the day of the letter"):
        estimated(california(), "determination", date(2026, 3, 1), DAY)


@pytest.mark.parametrize(("kind", "why"), [("extension", "no more time was taken"), ("denial", "nothing is held back"),
                                           ("production", "nothing was produced")])  # fmt: skip
def test_a_letter_says_nothing_that_is_not_so(kind: LetterKind, why: str) -> None:
    released = told("decided", target="column", value="url", action="release", code="CA-HOME", note="")
    with pytest.raises(RequestRefused, match=why):
        said(california(released), kind)


def test_a_search_that_found_nothing_says_so() -> None:
    assert "found no record" in said(request_of(law="ca.pra", responsive=0), "determination")


def test_a_letter_is_a_tagged_pdf() -> None:
    assert set(get_args(LetterKind)) == set(LETTERS)
    made = pdf(letter(california(HELD), LAW.requests["ca.pra"], "denial", SIGNED), datetime(2026, 3, 5, tzinfo=UTC))
    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in made or b"pdfuaid" in made
