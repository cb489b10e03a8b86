"""A copied network card whose contradiction lies with somebody else: whom it must not name, and what is no copy."""

from typing import Any

import pytest

from model.violation import Violation
from tests.trust.test_copies import CHROMEBOOK, WINDOWS, bypasses
from tests.trust.trial import CARD, Said, asked, leased, sat, trial, unlocked

HERE, COPY = "10.1.0.66", "10.1.0.77"


def _two_desks(copy: str, *others: Said) -> list[Said]:
    """tbell sits at LAB-7; meanwhile a machine under LT-1's card, where tbell sat before, asks the web at `copy`."""
    desk = [sat("09:00:00", device="LAB-7"), unlocked("09:12:00", device="LAB-7")]
    web = [asked(f"09:{n:02d}:30", copy) for n in range(1, 20)]
    said = [leased("08:00:00", HERE, CARD["LT-1"]), sat("08:50:00"), *desk, *web, *others]
    return sorted(said, key=lambda one: str(one["at"]))


def shared(said: list[Said], **tables: Any) -> list[Violation]:
    return trial(*said, assignments=[], **tables).found("shared_account")


SECOND_LEASE = leased("08:55:00", COPY, CARD["LT-1"])


def test_the_machine_that_moved_to_another_address_and_stayed_there_is_one_machine() -> None:
    (found,) = shared(_two_desks(COPY, SECOND_LEASE))
    assert (found.reason, found.account) == ("two_devices", "tbell")


def test_another_persons_traffic_at_the_address_that_the_card_had_left_shows_the_copy() -> None:
    kims = {"account": "kim", "account_basis": "authenticated"}
    assert shared(_two_desks(COPY, SECOND_LEASE, asked("09:30:00", HERE, **kims))) == []
    assert shared(_two_desks(COPY, SECOND_LEASE, asked("13:30:00", HERE, **kims))) == []


def test_what_is_asked_shows_the_copy_also_where_it_is_heard_before_the_lease_of_its_address() -> None:
    kims = asked("09:30:00", HERE, account="kim", account_basis="authenticated")
    assert shared([kims, *_two_desks(COPY, SECOND_LEASE)]) == []


def test_what_a_proxy_writes_late_of_the_address_that_was_left_is_no_copy() -> None:
    assert shared(_two_desks(COPY, SECOND_LEASE, asked("09:08:00", HERE))) != []


def test_a_machine_that_comes_back_to_its_first_address_by_a_lease_is_no_copy() -> None:
    """Roaming between two access points, each with its own network; a laptop that is taken from its dock."""
    back = [leased("09:29:00", HERE, CARD["LT-1"]), asked("09:30:00", HERE), asked("10:30:00", HERE)]
    assert shared(_two_desks(COPY, SECOND_LEASE, *back)) != []


def test_a_renewal_of_the_same_lease_is_no_copy() -> None:
    again = [leased("09:05:00", HERE, CARD["LT-1"]), leased("09:25:00", HERE, CARD["LT-1"])]
    assert shared(_two_desks(HERE, *again)) != []


def test_an_address_of_the_sixth_version_beside_one_of_the_fourth_is_one_machine() -> None:
    both = [leased("08:01:00", "2001:db8::66", CARD["LT-1"]), asked("09:31:00", "2001:db8::66")]
    assert shared(_two_desks(HERE, *both)) != []


@pytest.mark.parametrize(("name", "found"), [("kim-pc", 0), ("LT-1-2", 1), ("lt-1.maplefalls.example", 1)])
def test_two_host_names_under_one_card_show_the_copy(name: str, found: int) -> None:
    told = [leased("08:30:00", HERE, CARD["LT-1"], device="lt-1"), leased("08:55:00", COPY, CARD["LT-1"], device=name)]
    assert len(shared(_two_desks(COPY, *told))) == found


@pytest.mark.parametrize(("agent", "found"), [(CHROMEBOOK, 0), (WINDOWS, 1)])
def test_another_system_in_another_persons_traffic_shows_the_copy(agent: str, found: int) -> None:
    kims = {"account": "kim", "account_basis": "authenticated"}
    said = _two_desks(HERE, asked("08:40:00", HERE, user_agent=WINDOWS))
    said += [asked("11:00:00", HERE, user_agent=agent, **kims)]
    assert len(shared(said)) == found


def _on_the_wireless(account: str) -> Said:
    said = {"at": "08:56:00", "action": "account.authenticated", "outcome": "success", "reporter": "ap-hs"}
    return {**said, "account": account, "account_basis": "authenticated", "mac": CARD["LT-1"]}


@pytest.mark.parametrize(
    ("account", "realm", "found"),
    [
        ("kim", None, 0),
        ("kim", "evil.example", 0),
        ("tbell", "evil.example", 0),
        ("tbell", None, 1),
        ("tbell", "maple", 1),
        ("lt-1$", None, 1),
        ("lt-1$", "ad.maple.example", 1),
    ],
)
def test_a_card_that_somebody_else_signed_in_to_the_network_with_lays_nothing_to_the_owner(
    account: str, realm: str | None, found: int
) -> None:
    said = _on_the_wireless(account) | {"account_domain": realm}
    assert len(shared(_two_desks(HERE, said))) == found


def test_a_bypass_behind_a_card_that_is_found_to_be_copied_later_names_nobody_and_says_why() -> None:
    told = [leased("08:00:00", HERE, CARD["LT-1"]), sat("08:50:00"), SECOND_LEASE, *bypasses(COPY)]
    (honest,) = trial(*told).found("filter_circumvention")
    (found,) = trial(*told, asked("12:30:00", HERE)).found("filter_circumvention")
    assert (honest.person, honest.confidence) == ("p-bell", "medium")
    assert (found.person, found.account, found.confidence) == (None, None, "low")
    (why,) = [one for one in found.evidence.innocent_explanations if one.holds]
    assert f"had leased {COPY}" in why.answer


def test_the_order_in_which_the_copy_becomes_known_makes_no_difference() -> None:
    said = _two_desks(COPY, SECOND_LEASE, asked("09:30:00", HERE))
    late = [one for one in said if one is not SECOND_LEASE]
    place = next(n for n, one in enumerate(late) if one["at"] > "09:29")
    assert shared([*late[: place + 1], SECOND_LEASE, *late[place + 1 :]]) == shared(said) == []
