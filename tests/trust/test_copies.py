"""An address can be copied: what a finding says of that, what it tests, and whom it then does not name."""

import pytest

from model.violation import Innocent, Violation
from tests.trust.trial import CARD, Said, asked, leased, sat, trial, tunnel, unlocked

CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/131.0.0.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0"


def bypasses(address: str = "10.1.0.66", **more: object) -> list[Said]:
    """Three allowed proxies and a search for one, in five minutes."""
    said = {"url_category": "Proxy Avoidance", **more}
    hosts = [asked(f"09:1{n}:00", address, **{**said, "domain": f"p{n}.example"}) for n in range(3)]
    return [*hosts, asked("09:14:00", address, "search.example", **more, url="https://search.example/?q=bypass+filter")]


def copied(found: Violation) -> Innocent:
    every = found.evidence.innocent_explanations
    return next(one for one in every if one.explanation == "client_chose_this_name_or_address")


LEASE, SITS = leased("08:00:00", "10.1.0.66", CARD["LT-1"]), sat("09:00:00")


def test_a_person_known_by_a_card_and_a_lease_is_at_most_medium_and_told_that_both_can_be_copied() -> None:
    (found,) = trial(LEASE, SITS, *bypasses()).found("filter_circumvention")
    assert (found.person, found.confidence) == ("p-bell", "medium")
    assert (copied(found).holds, "can be copied" in copied(found).answer) == (False, True)


def test_each_step_is_an_exhibit_or_a_row_with_its_basis() -> None:
    (found,) = trial(LEASE, SITS, *bypasses()).found("filter_circumvention")
    shown = {exhibit.event_id: exhibit for exhibit in found.evidence.exhibits}
    assert (shown["e0000"].basis, shown["e0000"].source_id) == ("observed", "dhcp")
    assert (shown["e0001"].basis, shown["e0001"].person) == ("observed", "p-bell")
    assert shown["e0000"].shows == f"10.1.0.66 was leased to {CARD['LT-1']}"
    assert {"e0000", "e0001"} <= set(found.event_ids)
    rows = {row.reference for row in found.evidence.consulted}
    assert {"devices:LT-1", "accounts:tbell", "networks:10.1.0.0/16"} <= rows


def test_a_person_whom_the_proxy_authenticated_needs_no_card() -> None:
    said = {"account": "tbell", "account_basis": "authenticated"}
    (found,) = trial(*bypasses("10.1.0.67", **said)).found("filter_circumvention")
    assert (found.person, found.confidence, copied(found).holds) == ("p-bell", "high", False)
    assert {exhibit.basis for exhibit in found.evidence.exhibits} == {"authenticated"}


def test_another_operating_system_behind_the_address_names_nobody() -> None:
    honest = trial(LEASE, SITS, *bypasses(user_agent=WINDOWS)).found("filter_circumvention")
    requests = bypasses(user_agent=WINDOWS)
    requests[2]["user_agent"] = CHROMEBOOK
    (found,) = trial(LEASE, SITS, *requests).found("filter_circumvention")
    assert [(one.person, one.confidence) for one in honest] == [("p-bell", "medium")]
    assert (found.person, found.account, found.confidence) == (None, None, "low")
    assert copied(found).holds
    assert "p-bell" not in str([found.headline, found.explanation, found.evidence.exhibits, found.evidence.subject])


def test_one_card_at_two_places_at_once_names_nobody() -> None:
    elsewhere = leased("09:05:00", "10.2.0.50", CARD["LT-1"])
    requests = bypasses()
    requests[1]["address"] = "10.2.0.50"
    (found,) = trial(LEASE, SITS, elsewhere, *requests).found("filter_circumvention")
    assert (found.person, found.confidence, copied(found).holds) == (None, "low", True)
    assert "sooner than one can travel" in copied(found).answer


def test_an_address_that_software_made_up_is_of_little_worth() -> None:
    made_up = "02:11:22:00:00:01"
    devices = [{"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "org": "hs", "mac": made_up}]
    lease = leased("08:00:00", "10.1.0.66", made_up)
    (found,) = trial(lease, SITS, *bypasses(), devices=devices).found("filter_circumvention")
    assert (found.confidence, copied(found).holds) == ("low", True)


def test_proofs_that_contradict_each_other_name_nobody_and_the_finding_says_so() -> None:
    requests = bypasses(device="lt-2", device_basis="claimed", reporter="fg-edge")
    (found,) = trial(LEASE, SITS, *requests).found("filter_circumvention")
    assert (found.person, found.account, found.device_id, found.confidence) == (None, None, CARD["LT-1"], "low")
    assert (copied(found).holds, "calls itself lt-2" in copied(found).answer) == (True, True)


def _two_desks_by_card(**copy: object) -> list[Said]:
    """tbell sits at LAB-7; meanwhile LT-1, where tbell sat down before, asks the web for twenty minutes."""
    desk = [sat("09:00:00", device="LAB-7"), unlocked("09:12:00", device="LAB-7")]
    web = [asked(f"09:{n:02d}:30", "10.1.0.66", **copy) for n in range(1, 20)]
    lease = leased("08:00:00", "10.1.0.66", CARD["LT-1"])
    return [lease, sat("08:50:00", device="LT-1"), *desk, *web]


def test_use_that_is_known_by_a_card_makes_sharing_no_surer_than_medium() -> None:
    (found,) = trial(*_two_desks_by_card(), assignments=[]).found("shared_account")
    assert found.confidence in ("medium", "low")
    assert "can be copied" in copied(found).answer


def test_use_from_what_seems_a_copy_is_not_the_persons_and_so_nothing_is_shared() -> None:
    said = _two_desks_by_card()
    for one in said[-19:]:
        one["user_agent"] = WINDOWS
    said[-1]["user_agent"] = CHROMEBOOK
    assert trial(*said, assignments=[]).found("shared_account") == []


def _at_two_schools(*moves: Said) -> list[Said]:
    """tbell at LT-1 in the high school, by its card's lease, and at LT-2 in the middle school within ten minutes."""
    leases = [leased("08:00:00", "10.1.0.66", CARD["LT-1"]), leased("08:00:00", "10.2.0.67", CARD["LT-2"])]
    first = [sat(f"09:{n:02d}:00") for n in range(0, 24, 6)]
    second = [sat(f"09:{n:02d}:00", device="LT-2") for n in range(3, 24, 6)]
    return [*leases, *sorted([*moves, *first, *second], key=lambda one: str(one["at"]))]


def test_a_card_that_is_seen_at_two_schools_at_once_tells_of_no_place() -> None:
    """LT-1 signs in every six minutes; a copy of its card takes a lease at the other school in between."""
    honest = trial(*_at_two_schools()).found("shared_account")
    here, there = ("10.1.0.66", "10.2.0.50")
    moves = [leased(f"09:0{n}:30", there if n % 2 else here, CARD["LT-1"]) for n in range(1, 9)]
    attack = trial(*_at_two_schools(*moves)).found("shared_account")
    assert [one.reason for one in honest] == ["two_sites"]
    assert honest[0].confidence != "high"
    assert "two_sites" not in [reason for one in attack for reason in one.reasons]


def test_a_card_that_is_leased_at_two_schools_by_turns_is_nobodys_second_device() -> None:
    """Requests come from LT-1's card, at whose desk tbell sat before, while it is leased at the other school too."""
    places = ("10.1.0.66", "10.2.0.50")
    turns = [leased(f"09:{n:02d}:00", places[n % 2], CARD["LT-1"]) for n in range(20)]
    said = sorted([*_two_desks_by_card(), *turns], key=lambda one: str(one["at"]))
    twin = [one for one in said if one.get("address") != "10.2.0.50"]
    assert trial(*twin, assignments=[]).found("shared_account") != []
    assert trial(*said, assignments=[]).found("shared_account") == []


@pytest.mark.parametrize("realm", [None, "acme.example"])
def test_a_vendors_session_rests_on_the_servers_verdict_and_says_so(realm: str | None) -> None:
    said = {"account_domain": realm}
    (found,) = trial(tunnel("10:00:00", **said), tunnel("10:30:00", what="closed", **said)).violations
    assert (found.confidence, copied(found).holds) == ("high", False)
    assert {exhibit.basis for exhibit in found.evidence.exhibits} == {"authenticated"}
