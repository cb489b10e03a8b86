"""Whom a text stands for, however it is written, and what is shown instead; pure."""

import json
from base64 import b64encode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.pseudonyms import SHAPE, Pseudonyms, of_person, pseudonyms
from casework.veil import Veil
from storage.queries.identities import Identity

KEY = b"k" * 32


def person(key: str, given: str, family: str, *accounts: str, role: str = "student", home: str = "mf") -> Identity:
    return Identity(home, key, [given], [family], list(accounts), roles=[role])


TESS = person("p17", "Tess", "Núñez-Bell", "tbell", "tess.bell@maple.example")
THEO = person("1042", "Theo", "Ash", "theo.ash")
STAFF = person("t1", "Ida", "Kohl", "ikohl", role="teacher")
ALL = [TESS, THEO, STAFF]
KNOWN = pseudonyms(ALL, KEY)
VEIL = Veil(KNOWN)
SHE = of_person(TESS, KEY)


def shown(row: dict[str, Any], veil: Veil = VEIL) -> Any:
    return json.loads(veil.answer(json.dumps(row).encode() + b"\n"))


@pytest.mark.parametrize(
    "text",
    [
        *("p17", "P17", "Tess Núñez-Bell", "tess nunez bell", "Nuñez-Bell, Tess", "person:p17", "users:p17@2025-08-01"),
        *("tbell", "TBELL", "MAPLE\\tbell", "tbell@maple.example", "tess.bell@maple.example", "TBELL-LAPTOP"),
        *("assignments:d1/p17@2025", "https://x.example/~tbell/cv", "q=Tess+N%C3%BA%C3%B1ez-Bell&x=1"),
        *("https://x.example/Tess%20Nu%C3%B1ez%20Bell", '{"displayName": "Tess N\\u00fa\\u00f1ez-Bell"}'),
        *("x\\tbell\\n", "Tess Nu\u0301n\u0303ez-Bell"),
        'CN=Tess Núñez-Bell,OU=Students', "<Data Name='TargetUserName'>tbell</Data>", "home_tbell_docs", "…tbell…",
    ],
)  # fmt: skip
def test_a_student_is_hidden_however_they_are_written(text: str) -> None:
    told = shown({"raw": text, "headline": f"On Friday {text}."})
    for said in told.values():
        assert SHAPE.search(said), said
        assert not [one for one in ("p17", "tbell", "tess", "núñez", "%c3%ba", "u00fa") if one in said.lower()], said


@pytest.mark.parametrize(
    "text", ["Ida Kohl", "ikohl", "t1", "10.1.42.10", "Theodor Ashton", "theo", "Bell Elementary", ""]
)
def test_who_is_no_student_and_what_is_no_name_stays(text: str) -> None:
    assert shown({"raw": text}) == {"raw": text}


def test_a_number_is_an_id_only_where_it_is_the_whole_value() -> None:
    theo = of_person(THEO, KEY)
    assert shown({"person": "1042", "raw": "port 1042 at 10:42"}) == {"person": theo, "raw": "port 1042 at 10:42"}


def test_columns_that_name_nobody_stay_whatever_a_student_is_called() -> None:
    veil = Veil(pseudonyms([person("auth", "High", "Open", "dc1")], KEY))
    row = {"category": "auth", "source_id": "dc1", "status": "open", "started_at": "2026-03-04T14:00:00.000Z"}
    assert shown(row, veil) == row


def test_a_name_that_somebody_else_has_too_gets_a_pseudonym_that_is_nobodys() -> None:
    known = pseudonyms([person("p1", "Sam", "Lee", "slee"), person("t2", "Sam", "Lee", "slee2", role="teacher")], KEY)
    said = Veil(known).text("Sam Lee logged on")
    assert said.startswith("person-")
    assert said.split()[0] not in known.people.values()
    assert Veil(known).text("slee").startswith("student-")


def test_an_account_that_is_also_somebodys_family_name_points_at_nobody_in_a_sentence() -> None:
    known = pseudonyms([person("p1", "Sam", "Lee", "kohl"), STAFF], KEY)
    assert Veil(known).text("kohl came late").startswith("person-")


def test_json_within_json_is_looked_through_and_stays_json() -> None:
    body = json.dumps({"headline": "Tess Núñez-Bell used a VPN", "evidence": {"exhibits": [{"account": "tbell"}]}})
    told = json.loads(shown({"body": body})["body"])
    assert told["headline"] == f"{SHE} used a VPN"
    assert told["evidence"]["exhibits"][0]["account"] == f"{SHE}.{KNOWN.exact['tbell'].split('.')[1]}"


def test_a_record_in_base64_is_read_before_it_is_shown() -> None:
    raw = b64encode("user=tbell\xff".encode("utf-16")).decode()
    told = shown({"raw": raw, "raw_encoding": "base64"})
    assert SHE in told["raw"]
    assert told["raw_encoding"] is None


def test_of_a_students_own_row_hardly_anything_is_shown() -> None:
    row = {"sourcedId": "p17", "givenName": "Tess", "familyName": "N", "birthDate": "2010-01-01", "grades": "09"}
    told = json.loads(shown({"row": json.dumps(row)})["row"])
    assert told == {"sourcedId": SHE, "givenName": SHE, "familyName": "", "grades": "09"}


def test_a_pseudonym_in_a_question_is_who_it_stands_for() -> None:
    assert VEIL.question(f"person:{SHE.upper()}") == "person:p17"
    assert VEIL.question([shown({"account": "tbell"})["account"], "x"]) == ["tbell", "x"]
    assert VEIL.question(42) == 42


def test_who_is_unmasked_is_shown_with_all_that_stands_for_them_and_nobody_else_is() -> None:
    veil = Veil(KNOWN, frozenset({SHE}))
    row = {"raw": "tbell p17 Tess Núñez-Bell", "person": "p17"}
    assert shown(row, veil) == row
    assert "theo" not in veil.text("theo.ash").lower()


def test_each_district_and_each_installation_has_its_own_pseudonyms() -> None:
    other = msgspec.structs.replace(TESS, district="bh")
    assert len({of_person(TESS, KEY), of_person(other, KEY), of_person(TESS, b"x" * 32)}) == 3


WORDS = st.text("abcdefgh. -_@\\/:é%1290", max_size=30)


@given(before=WORDS, after=WORDS)
def test_no_neighbor_of_a_name_uncovers_it(before: str, after: str) -> None:
    for text in ("tbell", "Tess Núñez-Bell"):
        told = VEIL.text(f"{before} {text} {after}")
        assert text not in told


@given(text=st.text(max_size=60))
def test_where_nobody_is_hidden_every_text_stays(text: str) -> None:
    assert Veil(Pseudonyms()).text(text) == text
