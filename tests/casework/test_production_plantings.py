"""Identifiers of bystanders in writings that logs really have: machines, addresses, short names, numbers, hosts."""

import pytest

from casework.production.asked import Asked
from model.batch import Fact
from tests.casework.test_production_attacks import redacted
from tests.support.production_cases import TARA, Pupil, asked, event

CHILD = asked(law="us.ferpa", accounts=(), persons=(TARA.person,))


def cell(field: str, value: str, of: Asked | None = None) -> str:
    """What a production shows of a value that stands in this field of an event of the requested person."""
    (row,), _, _ = redacted([event(1, raw="", **{field: value})], of=of)
    return row[field]


# Machines, addresses, sessions


@pytest.mark.parametrize("field", ["device", "device_id"])
@pytest.mark.parametrize("name", ["chr-0001.mhillary.example", "chr-0001.zqkrowe", "lab-7.zqkrowe", "chr\u200b-0001"])
def test_a_machine_is_shown_under_names_of_the_tables_only(field: str, name: str) -> None:
    assert cell(field, name).removeprefix("chr-0001.").removeprefix("lab-7.") == "[CA-PRA-STUDENT]"


@pytest.mark.parametrize("name", ["chr-0001", "CHR-0001", "chr-0001.maple.example", "CHR-0001$", "lab-7.maple.example"])
def test_the_requested_persons_machine_and_one_for_everybody_are_shown(name: str) -> None:
    assert cell("device", name) == name


def test_a_parent_sees_no_zone_of_an_address_for_it_may_be_any_text() -> None:
    assert cell("address", "fe80::1%zqkrowe", CHILD) == "fe80::1"


def test_an_address_made_of_a_bystanders_network_card_is_theirs() -> None:
    assert cell("address", "fe80::5eff:fe10:ff", CHILD) == "[CA-PRA-SECURITY]"


@pytest.mark.parametrize("session", ["yrallihm", "zqkrowe", "6d68696c6c617279", "36643638363936633663363137323739",
                                     "00005efffe1000ff", "bWhpbGxhcnk"])  # fmt: skip
def test_a_session_that_is_no_plain_number_is_not_shown(session: str) -> None:
    assert cell("session_id", session, CHILD) == "[CA-PRA-STUDENT]"


@pytest.mark.parametrize("session", ["a1b2c3", "0x3E7", "48213", "C0A80105"])
def test_a_parent_sees_the_childs_own_sessions(session: str) -> None:
    assert cell("session_id", session, CHILD) == session


# Names


def school(*people: Pupil) -> list[Fact]:
    """Rows of users.csv and accounts.csv of more people."""
    users = [Fact(table="users", key=one.person, row={
        "sourcedId": one.person, "username": one.account, "givenName": one.given, "familyName": one.family,
        "email": one.email}) for one in people]  # fmt: skip
    return [*users, *(Fact(table="accounts", key=one.account, row={"account": one.account, "person": one.person})
                      for one in people)]  # fmt: skip


def raw(text: str, *people: Pupil) -> str:
    """What a production shows of a raw line, where these people are at the school, too."""
    (row,), _, _ = redacted([event(1, raw=text, bytes_in=None)], school(*people))
    return row["raw"].replace("[CA-PRA-STUDENT]", "_")


SHORT = Pupil("s-1417", "it", "An", "Do")


@pytest.mark.parametrize(("text", "shown"), [("for An Do from", "for _ from"), ("user=it from", "user=_ from"),
                                             ('{"first":"An","last":"Do"}', '{"first":"_","last":"_"}')])  # fmt: skip
def test_a_name_of_two_letters_is_a_name_though_it_is_a_word_too(text: str, shown: str) -> None:
    assert raw(text, SHORT) == shown


@pytest.mark.parametrize("text", ["Read root", "read-root", "Read, root", "read - root", "read.root"])
def test_a_name_over_two_words_is_a_name(text: str) -> None:
    assert raw(f"user {text} failed", Pupil("s-2", "kreadr", "Kit", "Readroot")) == "user _ failed"


def test_a_network_card_over_two_times_of_day_is_a_card() -> None:
    theirs = event(2, account="mhillary", mac="02:00:00:00:10:20", raw="")
    (row, _), _, _ = redacted([event(1, raw="at 02:00:00 00:10:20 closed"), theirs])
    assert row["raw"] == "at [CA-PRA-STUDENT] closed"


def test_a_piece_of_a_name_behind_any_mark_is_a_name() -> None:
    them = Pupil("s-3", "wokey", "Will\N{EN DASH}List", "O\N{RIGHT SINGLE QUOTATION MARK}Key")
    assert raw("Key for User List", them) == "_ for User _"


ABROAD = (Pupil("s-4", "a1x", "Søren", "Østergaard"), Pupil("s-5", "a2x", "Łucja", "Wójcik"),
          Pupil("s-6", "a3x", "Bärbel", "Müller"), Pupil("s-7", "a4x", "Đức", "Strauß"))  # fmt: skip


@pytest.mark.parametrize("host", ["sorenostergaard.com", "soeren-oestergaard.com", "ostergaard.com", "lucja-wojcik.com",
                                  "barbelmuller.com", "mueller.com", "duc-strauss.com"])  # fmt: skip
def test_a_name_is_a_name_in_plain_letters_too(host: str) -> None:
    (row,), _, _ = redacted([event(1, domain=host, raw="")], school(*ABROAD))
    assert row["domain"] == "[CA-PRA-STUDENT]"


# Numbers


@pytest.mark.parametrize("text", ["id 55 12 closed", "id 5 512 closed", "id 5-5-12 closed"])
def test_a_short_number_in_pieces_is_the_number(text: str) -> None:
    assert raw(text, Pupil("5512", "a5x", "Ivo", "Quist")) == "id _ closed"


@pytest.mark.parametrize("text", ["id -0417 closed", "id +0417: closed"])
def test_a_number_that_looks_like_an_offset_is_the_number(text: str) -> None:
    assert raw(text, Pupil("0417", "a6x", "Ivo", "Quist")) == "id _ closed"


def test_the_fraction_of_a_second_is_no_place_for_a_number() -> None:
    assert raw("at 09:00:00.61234 closed", Pupil("61234", "a7x", "Ivo", "Quist")) == "at _ closed"


def test_a_number_that_is_somebodys_is_theirs_as_a_duration() -> None:
    (row,), _, _ = redacted([event(1, raw="", duration_s=61234.0)], school(Pupil("61234", "a7x", "Ivo", "Quist")))
    assert row["duration_s"] == "[CA-PRA-STUDENT]"


@pytest.mark.parametrize("birthday", ["3/4/12", "3-4-12", "12/31/9"])
def test_a_day_that_is_not_the_events_may_be_a_birthday(birthday: str) -> None:
    assert raw(f"user {birthday} closed") == "user _ closed"


def test_the_events_own_day_and_time_stay() -> None:
    assert raw("03/04/26 3/4/2026 09:00:00.123 -0500 tbell 200") == "03/04/26 3/4/2026 09:00:00.123 -0500 tbell 200"


@pytest.mark.parametrize("code", ["200", "4624", "722022"])
def test_the_number_of_a_vendors_message_is_no_secret_of_the_district(code: str) -> None:
    assert cell("vendor_code", code) == code


def test_a_number_that_is_somebodys_is_theirs_as_the_number_of_a_vendors_message() -> None:
    (row,), _, _ = redacted([event(1, raw="", vendor_code="5512")], school(Pupil("5512", "a5x", "Ivo", "Quist")))
    assert row["vendor_code"] == "[CA-PRA-SECURITY]"


# Hosts


@pytest.mark.parametrize("host", ["marias-ipad.local", "zqkrowe.lan", "zq.krowe", "zqkrowe.home.arpa"])
def test_a_host_whose_end_is_not_public_is_an_inside_one(host: str) -> None:
    assert cell("domain", host) == "[CA-PRA-SECURITY]"


@pytest.mark.parametrize("host", ["mariasblog.com", "hillaryfamily.net", "mahillary.org", "mariajhillary.com",
                                  "yrallihm.com", "yrallih-airam.net", "71409.com", "u90417x.com", "heydimjx.org",
                                  "33393330333433313337.com", "00005efffe1000ff.com"])  # fmt: skip
def test_a_registered_name_that_holds_a_name_in_some_writing_is_not_shown(host: str) -> None:
    assert cell("domain", host) == "[CA-PRA-STUDENT]"
