"""Each letter says what its law wants and nothing that its law forbids; read back from the PDF, as its reader would."""

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from casework.incidents.exposure import Exposure, Reason
from casework.incidents.incident import STATEMENTS, Answer, Statement
from casework.incidents.letters import NATURE, Telling, Written, letters
from casework.incidents.touched import Range
from documents.document import Document
from documents.pdf import pdf
from tests.casework.test_incident_clocks import BREACH, LAW, PERSONAL, found
from tests.support.incident_cases import AS_OF, ZONE, incident, ms

STATES = {"OK": (500, 640), "WA": (501, 777), "MA": (1, 3), "CA": (501, 912)}
ALL = {**BREACH, **PERSONAL, "covered_entity": True, "health_information": True, "credit_bureau_data": True,
       "passwords_exposed": True, "law_enforcement_delay": False, "ca_cyberattack": True,
       "ca_over_500_pupils": True}  # fmt: skip
SAID = {name: f"STATED {name.upper()}" for name in STATEMENTS}
WHO = {"contact": "STATED CONTACT", "information": "STATED INFORMATION", "measures": "STATED MEASURES"}
TIME = ("March 6, 2026", "March 5, 2026", "March 4, 2026 to March 6, 2026")


def told(answers: dict[str, bool], statements: dict[str, str], **said: Any) -> Telling:
    signed = {
        name: Answer(question=name, answer=answer, reason="looked", by="prue", at="")
        for name, answer in answers.items()
    }
    facts = {name: Statement(name=name, text=text, by="prue", at="") for name, text in statements.items()}
    one = incident(answers=signed, statements=facts, text="SECRET NOTE: the phish that got tbell", **said)
    because = (Reason("earliest_possible", "e1", "says"),)
    shown = Exposure(
        ms("2026-03-04 16:10"), ms("2026-03-05 02:14"), ms("2026-03-05 03:02"), ms("2026-03-06 09:00"), because
    )
    counted = {state: Range(*numbers) for state, numbers in STATES.items()}
    return Telling(one, "Maple Falls School District", ZONE, shown, counted, ["sis.maple.example"], date(2026, 3, 10))


def made(answers: dict[str, bool], statements: dict[str, str], **said: Any) -> dict[str, Written]:
    rules = found(STATES, answers, state="CA", **said).rules
    return {one.name: one for one in letters(told(answers, statements, **said), rules)}


WHOLE = made(ALL, SAID)


def text(document: Document) -> str:
    """The words of the PDF, as they stand on the page, without line breaks."""
    reader = PdfReader(io.BytesIO(pdf(document, AS_OF)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


READ = {name: text(one.document) for name, one in WHOLE.items()}


def test_there_is_a_letter_for_each_audience_and_state_that_the_law_names() -> None:
    assert WHOLE.keys() == LAW.letters.keys()
    assert {name: (one.due, one.missing) for name, one in WHOLE.items()} == dict.fromkeys(LAW.letters, (True, ()))


# What each law wants: words that must stand in the letter.
WANTS = {
    "ma-resident": ["police report", "security freeze", "no charge", "Social Security number and date of birth",
                    "STATED MONITORING", "STATED CONTACT", "Equifax", "Experian", "TransUnion"],
    "ma-attorney-general": [NATURE["account"], "at least 1 and at most 3", "STATED SAFEGUARDS", "STATED RESPONSIBLE",
                            "STATED INFORMATION", "STATED MEASURES", "STATED MONITORING", "STATED CONTACT",
                            "ma-resident.pdf", "not delayed", *TIME],
    "ma-ocabr": [NATURE["account"], "at least 1 and at most 3", "STATED SAFEGUARDS", "STATED MEASURES", *TIME],
    "wa-resident": ["Maple Falls School District", "STATED CONTACT", "STATED INFORMATION", "Equifax", "1-888-397-3742",
                    "Change the password", *TIME],
    "wa-attorney-general": ["at least 501 and at most 777", "STATED INFORMATION", "STATED MEASURES",
                            "wa-resident.pdf", "will be updated", *TIME],
    "ca-resident": ["Notice of Data Breach", "What Happened", "What Information Was Involved", "What We Are Doing",
                    "What You Can Do", "For More Information", "not delayed by a law-enforcement", "Equifax",
                    "STATED CONTACT", "STATED INFORMATION", "Change the password", *TIME],
    "ca-attorney-general": ["ca-resident.pdf", "at least 501 and at most 912"],
    "ca-calcsic": [NATURE["account"], "at least 501 and at most 912"],
    "ok-resident": ["STATED INFORMATION", "STATED HAPPENED", *TIME],
    "ok-attorney-general": [NATURE["account"], "at least 500 and at most 640", "STATED INFORMATION", "STATED IMPACT",
                            "STATED SAFEGUARDS", *TIME],
    "us-individual": ["STATED HAPPENED", "STATED INFORMATION", "What you can do", "STATED MEASURES", "STATED CONTACT",
                      *TIME],
    "us-hhs": [NATURE["account"], "at least 1,503 and at most 2,332", "STATED SAFEGUARDS"],
    "us-media": ["STATED HAPPENED", "STATED CONTACT"],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LAW.letters))
def test_a_letter_says_what_its_law_wants(name: str) -> None:
    assert [one for one in WANTS[name] if one not in READ[name]] == []


def test_what_massachusetts_forbids_stands_nowhere_in_the_letter_to_residents() -> None:
    """Neither the nature of the breach, nor how many residents, nor what would tell it: time, system, subject, note."""
    read = READ["ma-resident"]
    forbidden = [*NATURE.values(), *TIME[1:], "sis.maple.example", "tbell", "SECRET NOTE", "STATED HAPPENED",
                 "STATED INFORMATION", "STATED MEASURES", "account of the district", "1 and at most 3",
                 "breach"]  # fmt: skip
    assert [one for one in forbidden if one in read] == []


@pytest.mark.parametrize("name", sorted(LAW.letters))
def test_no_letter_names_the_subject_or_the_note_of_the_incident(name: str) -> None:
    assert "SECRET NOTE" not in READ[name]
    assert "tbell" not in READ[name]


@pytest.mark.parametrize("name", sorted(name for name in LAW.letters if name.endswith("-resident")))
def test_no_letter_to_residents_says_how_many_people_or_which_system(name: str) -> None:
    assert [one for one in ("640", "777", "912", "sis.maple.example", "Number of affected") if one in READ[name]] == []


def test_letters_of_california_are_set_in_ten_points() -> None:
    sizes: list[float] = []

    def note(text_: str, _cm: Any, _tm: Any, _font: Any, size: float) -> None:
        if len(text_.strip()) > 3:
            sizes.append(round(abs(size * _tm[3] * _cm[3]), 1))

    reader = PdfReader(io.BytesIO(pdf(WHOLE["ca-resident"].document, AS_OF)))
    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert sizes
    small = [size for size in sizes if size < 9.9]
    assert len(small) <= 4 * len(reader.pages)  # the sender's line and the page's number alone


def test_what_nobody_has_stated_is_a_box_and_the_letter_says_do_not_send() -> None:
    one = made(ALL, {})["wa-resident"]
    assert set(one.missing) == {"information", "happened", "measures", "contact"}
    read = text(one.document)
    assert "do not send" in read.lower()
    assert "To be filled in" in read


def test_a_letter_of_a_rule_that_is_still_open_is_a_draft() -> None:
    drafts = made({}, SAID)
    assert drafts["ma-resident"].due is None
    read = text(drafts["ma-resident"].document)
    assert "Draft: it is not decided that this notice is due" in read
    assert "identity_theft_likely" in read


def test_a_rule_that_does_not_bind_gives_no_letter() -> None:
    assert not {name for name in made({**ALL, "encrypted": True}, SAID) if name[:2] in ("ma", "wa", "ok")}
    assert "wa-attorney-general" not in made({**ALL, "wa_over_500": False}, SAID)


def test_credit_agencies_are_left_out_in_california_where_no_such_number_was_within_reach() -> None:
    without = made({**ALL, "credit_bureau_data": False}, SAID)
    assert "Equifax" not in text(without["ca-resident"].document)
    assert "Equifax" in text(without["ma-resident"].document)
    assert "STATED MONITORING" in text(without["ma-resident"].document)


def test_a_letter_never_reads_a_statement_as_markup() -> None:
    odd = made(ALL, {**SAID, "contact": "#eval(1) *Pat* <b>x</b> $1$"})["wa-resident"]
    assert "#eval(1) *Pat* <b>x</b> $1$" in text(odd.document)


@pytest.mark.parametrize("kind", ["account", "vendor", "device", "store"])
def test_the_nature_of_every_kind_is_told_to_officials(kind: str) -> None:
    subject = {"kind": kind, "subject": "tbell"}
    one = made({**ALL, "ca_vendor_owns": False}, SAID, **subject)["ma-attorney-general"]
    assert NATURE[kind][:40] in text(one.document)


@given(st.dictionaries(st.sampled_from(sorted(LAW.questions)), st.booleans()), st.sets(st.sampled_from(sorted(SAID))))
def test_a_letter_is_ready_only_where_its_rule_binds_and_nothing_is_missing(
    answers: dict[str, bool], statements: set[str]
) -> None:
    for one in made(answers, {name: SAID[name] for name in statements}).values():
        ready = one.due is True and not one.missing
        assert ready == (one.document.confidential == "")
