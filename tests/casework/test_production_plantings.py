"""Identifiers of bystanders in writings that logs really have: machines, addresses, short names, numbers, hosts."""

import pytest

from casework.production.asked import Asked
from tests.casework.test_production_attacks import redacted
from tests.support.production_cases import TARA, asked, event

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
