"""Look-ups: what the district says of an account, a device, an address, as of an instant."""

import pytest

from tests.support.known_rows import NOON, known, ms


@pytest.mark.parametrize("written", ["vtech", "VTech", "ACME\\vtech", "vtech@acme"])
def test_an_account_is_found_by_its_name_alone_and_by_the_realm_it_is_listed_with(written: str) -> None:
    reference = known("accounts", {"account": "ACME\\vTech", "kind": "vendor", "vendor": "acme"})
    found = reference.account(written, NOON)
    assert found is not None
    assert (found.account, found.kind, found.vendor) == ("vtech", "vendor", "acme")


def test_an_unlisted_account_named_like_a_user_is_that_persons() -> None:
    reference = known("users", {"sourcedId": "p1", "username": "tbell", "email": "terry.bell@maple.example"})
    for name in ("tbell", "terry.bell"):
        found = reference.account(name, NOON)
        assert found is not None
        assert (found.kind, found.person, found.reference) == ("personal", "p1", "users:p1")


def test_a_listed_account_does_not_become_a_users_because_the_names_agree() -> None:
    reference = known("accounts", {"account": "lab", "kind": "generic"})
    known("users", {"sourcedId": "p1", "username": "lab"}, into=reference)
    found = reference.account("lab", NOON)
    assert found is not None
    assert (found.kind, found.person) == ("generic", None)


def test_a_row_holds_from_its_first_instant_to_just_before_its_last() -> None:
    span = {"valid_from": "2026-03-04T08:00", "valid_to": "2026-03-04T12:00"}
    reference = known("assignments", {"device_id": "d1", "person": "p1", **span})
    start = ms("2026-03-04T08:00")
    assert [len(reference.assignees("d1", at)) for at in (start - 1, start, NOON - 1, NOON)] == [0, 1, 1, 0]


def test_evidence_names_a_row_by_table_key_and_beginning() -> None:
    reference = known("devices", {"device_id": "d1", "class": "staff", "valid_from": "2026-03-01"})
    device = reference.device("d1", NOON)
    assert device is not None
    assert device.reference == "devices:d1@2026-03-01T06:00:00.000Z"


@pytest.mark.parametrize("name", ["lt-7", "LT-7$", "lt-7.maple.example", "SER7", "d7"])
def test_a_device_is_found_by_id_serial_and_host_name(name: str) -> None:
    reference = known(
        "devices", {"device_id": "d7", "serial": "ser7", "hostname": "LT-7.maple.example", "class": "staff"}
    )
    found = reference.device_named(name, NOON)
    assert found is not None
    assert found.device_id == "d7"


def test_a_host_name_of_two_devices_tells_neither_while_both_have_it() -> None:
    reference = known(
        "devices",
        {"device_id": "old", "hostname": "lt-7", "class": "staff", "valid_to": "2026-03-02"},
        {"device_id": "new", "hostname": "lt-7", "class": "staff", "valid_from": "2026-03-01"},
    )
    days = ("2026-02-27T12:00", "2026-03-01T12:00", "2026-03-03T12:00")
    found = [reference.device_named("lt-7", ms(at)) for at in days]
    assert [device and device.device_id for device in found] == ["old", None, "new"]


def test_a_network_card_is_found_however_it_is_written() -> None:
    reference = known("devices", {"device_id": "d1", "class": "lab", "mac": "AA-BB-CC-00-11-22;aabb.cc00.1133"})
    assert [bool(reference.device_with_mac(mac, NOON)) for mac in ("aa:bb:cc:00:11:22", "AABBCC001133", "x")] == [
        *(True, True, False),
    ]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.1.2.3", "guest"),
        ("10.2.0.1", "site"),
        ("192.0.2.1", None),
        ("2001:db8:1::5", "vpn_pool"),
        ("nonsense", None),
    ],
)
def test_the_narrowest_network_that_holds_an_address_speaks(address: str, kind: str | None) -> None:
    reference = known(
        "networks",
        {"cidr": "10.0.0.0/8", "kind": "site"},
        {"cidr": "10.1.0.0/16", "kind": "guest"},
        {"cidr": "2001:db8:1::/48", "kind": "vpn_pool"},
    )
    found = reference.network(address, NOON)
    assert (found and found.kind) == kind


def test_an_ended_narrow_network_leaves_its_addresses_to_the_wider_one() -> None:
    reference = known(
        "networks",
        {"cidr": "10.0.0.0/8", "kind": "site"},
        {"cidr": "10.1.0.0/16", "kind": "guest", "valid_to": "2026-03-01"},
    )
    found = reference.network("10.1.2.3", NOON)
    assert found is not None
    assert found.kind == "site"


def test_a_domain_speaks_for_its_subdomains_until_one_speaks_for_itself() -> None:
    reference = known(
        "domains",
        {"domain": "games.example", "category": "proxy_avoidance"},
        {"domain": "math.games.example", "category": "curriculum"},
    )
    found = [
        reference.domain_category(host, NOON) for host in ("www.Games.example.", "a.math.games.example", "example")
    ]
    assert [row and row.category for row in found] == ["proxy_avoidance", "curriculum", None]


def test_travel_and_pairings_hold_in_both_directions() -> None:
    reference = known("travel", {"org": "s1", "org_2": "s2", "minutes": "12"})
    known("pairings", {"person": "p1", "device_id": "a", "device_id_2": "b"}, into=reference)
    assert reference.travel_minutes("s2", "s1", NOON) == 12
    assert reference.paired("p1", "b", "a", NOON) is not None
    assert reference.paired("p1", "a", "c", NOON) is None


def test_a_last_day_counts_whole() -> None:
    reference = known(
        "roles",
        {
            "sourcedId": "r1",
            "userSourcedId": "p1",
            "role": "teacher",
            "beginDate": "2025-08-01",
            "endDate": "2026-03-04",
        },
    )
    assert reference.has_role("p1", ms("2026-03-04T23:59"), {"teacher"})
    assert not reference.has_role("p1", ms("2026-03-05T00:00"), {"teacher"})


def test_the_chain_of_schools_ends_in_a_loop() -> None:
    reference = known("orgs", {"sourcedId": "a", "parentSourcedId": "b"}, {"sourcedId": "b", "parentSourcedId": "a"})
    assert reference.org_chain("a", NOON) == ["a", "b"]
