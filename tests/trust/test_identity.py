"""Names and addresses that somebody without a password can choose, each beside its honest twin: nobody is framed."""

import pytest

from model.event import Event
from tests.trust.trial import CARD, Said, asked, leased, sat, trial, tunnel, unlocked

PROXY = "free-proxy.example"
BYPASS = {"url_category": "Proxy Avoidance", "domain": PROXY, "verdict": "allowed"}

# Realms

OURS = [None, "maple", "MAPLE", "maplefalls.example", "MapleFalls.Example."]
NOT_OURS = ["gmail.com", "evil.example", "maplefalls.example.evil.example", "lab-7", ".", "workgroup", "evil"]


@pytest.mark.parametrize("realm", OURS)
def test_a_name_with_a_realm_of_the_district_is_its_persons(realm: str | None) -> None:
    found = trial(sat("09:00:00", account_domain=realm, device="LAB-7"))
    assert (found.events[0].person, found.events[0].account) == ("p-bell", "tbell")


@pytest.mark.parametrize("realm", NOT_OURS)
def test_a_name_with_another_realm_is_stored_and_nobodys(realm: str) -> None:
    found = trial(sat("09:00:00", account_domain=realm, device="LAB-7"))
    assert (found.events[0].person, found.events[0].account, found.events[0].account_domain) == (None, "tbell", realm)


def _at_two_desks(realm: str | None) -> tuple[dict[str, object], ...]:
    return (
        sat("09:00:00", device="LT-2"),
        unlocked("09:20:00", device="LT-2"),
        sat("09:02:00", device="LAB-7", account_domain=realm),
        unlocked("09:15:00", device="LAB-7", account_domain=realm),
    )


@pytest.mark.parametrize("realm", OURS)
def test_one_account_at_two_desks_is_found_however_its_realm_is_written(realm: str | None) -> None:
    found = trial(*_at_two_desks(realm)).found("shared_account")
    assert [(one.account, one.person) for one in found] == [("tbell", "p-bell")]


@pytest.mark.parametrize("realm", NOT_OURS)
def test_the_same_name_in_another_realm_shares_nothing(realm: str) -> None:
    assert trial(*_at_two_desks(realm)).violations == []


@pytest.mark.parametrize("name", ["\u212aim", "\uff4bim", "\u043aim", "kim\u00a0", "k\u0131m"])
def test_a_letter_that_looks_alike_is_another_letter(name: str) -> None:
    from producers.forms import account

    assert account(name)[0] != "kim"
    assert account("KIM") == account("Kim") == ("kim", None)


def test_who_sat_down_with_a_local_account_is_not_whom_the_traffic_is_laid_to() -> None:
    lease = leased("08:00:00", "10.1.0.7", "3c:52:82:00:00:07")
    both = (sat("09:00:00", "kim", "LAB-7"), sat("09:10:00", "kim", "LAB-7", account_domain="lab-7"))
    honest = trial(lease, both[0], asked("09:20:00", "10.1.0.7"))
    attack = trial(lease, *both, asked("09:20:00", "10.1.0.7"))
    assert honest.events[-1].person == "p-kim"
    assert attack.events[-1].person is None


@pytest.mark.parametrize(("realm", "named"), [("maplefalls.example", "p-bell"), ("gmail.com", None)])
def test_a_way_around_the_filter_is_laid_to_the_realm_it_was_signed_in_with(realm: str, named: str | None) -> None:
    said = {**BYPASS, "account": "tbell", "account_domain": realm, "account_basis": "observed"}
    more = [asked(f"09:0{n}:00", "10.1.0.9", **{**said, "domain": f"p{n}.example"}) for n in range(3)]
    search = asked(
        "09:04:00",
        "10.1.0.9",
        **{**said, "domain": "search.example", "url_category": None},
        url="https://search.example/?q=bypass+filter",
    )
    found = trial(*more, search).found("filter_circumvention")
    assert [(one.person, one.account) for one in found] == [(named, "tbell" if named else "tbell@gmail.com")]


@pytest.mark.parametrize("realm", [None, "maplefalls.example", "acme.example"])
def test_a_vendor_is_known_by_the_districts_realm_and_by_its_own(realm: str | None) -> None:
    said = (tunnel("10:00:00", account_domain=realm), tunnel("10:30:00", what="closed", account_domain=realm))
    assert [one.account for one in trial(*said).found("unapproved_vendor_session")] == ["vtech"]


def test_a_vendor_of_another_company_with_the_same_name_is_not_this_one() -> None:
    evil = {"account_domain": "evil.example"}
    assert trial(tunnel("10:00:00", **evil), tunnel("10:30:00", what="closed", **evil)).violations == []


def test_two_accounts_of_one_name_that_are_listed_with_their_realms_are_two() -> None:
    accounts = [
        {"account": "tbell", "person": "p-bell", "kind": "personal"},
        {"account": "tbell@acme.example", "kind": "vendor", "vendor": "acme"},
    ]
    said = (
        tunnel("10:00:00", "tbell", account_domain="acme.example"),
        tunnel("10:30:00", "tbell", "closed", account_domain="acme.example"),
    )
    found = trial(*said, accounts=accounts)
    assert [(one.account, one.vendor, one.person) for one in found.violations] == [("tbell@acme.example", "acme", None)]


# Names that the client chooses


def last(*said: Said) -> Event:
    """The last event, as attributed."""
    return trial(*said).events[-1]


def who(event: Event) -> tuple[str | None, str | None]:
    return event.person, event.device_id


def contradicted(event: Event) -> bool:
    return any(step.field == "contradiction" for step in event.attribution or ())


STRANGER = "00:11:22:00:00:99"
BELL_SITS = sat("09:00:00")
SRCNAME = {"device": "lt-1", "device_basis": "claimed", "reporter": "fg-edge"}


def test_a_host_name_that_a_client_gives_itself_names_neither_device_nor_person() -> None:
    assert who(last(BELL_SITS, asked("09:05:00", "10.1.0.66", **SRCNAME))) == (None, None)


def test_the_same_name_supports_the_card_that_the_device_has() -> None:
    event = last(leased("08:00:00", "10.1.0.66", CARD["LT-1"]), BELL_SITS, asked("09:05:00", "10.1.0.66", **SRCNAME))
    assert who(event) == ("p-bell", "LT-1")
    steps = {step.field: step for step in event.attribution or ()}
    assert (steps["person"].confidence, steps["device_id"].confidence) == ("medium", "medium")
    assert (steps["mac"].basis, steps["mac"].event_id, steps["mac"].source_id) == ("observed", "e0000", "dhcp")
    assert "calls itself lt-1" in steps["device_id"].because
    assert (steps["person"].event_id, steps["person"].reference) == ("e0001", "accounts:tbell")


def test_a_host_name_against_another_devices_card_names_nobody() -> None:
    for lease in (leased("08:00:00", "10.1.0.66", CARD["LT-2"]), leased("08:00:00", "10.1.0.66", STRANGER)):
        event = last(lease, BELL_SITS, asked("09:05:00", "10.1.0.66", **SRCNAME))
        assert (who(event), contradicted(event)) == ((None, None), True)


def test_the_name_that_a_lease_was_taken_under_counts_against_the_card_as_long_as_the_lease_runs() -> None:
    honest = leased("08:00:00", "10.1.0.66", CARD["LT-1"], device="LT-1")
    unknown = leased("08:00:00", "10.1.0.66", CARD["LT-1"], device="Tess-Laptop")
    attack = leased("08:00:00", "10.1.0.66", CARD["LT-1"], device="LT-2")
    told = [last(lease, BELL_SITS, asked("09:05:00", "10.1.0.66")) for lease in (honest, unknown, attack)]
    assert [who(event) for event in told] == [("p-bell", "LT-1"), ("p-bell", "LT-1"), (None, None)]
    assert [contradicted(event) for event in told] == [False, False, True]


def test_a_lease_under_a_victims_name_makes_no_device_of_a_strangers_card() -> None:
    lease = leased("08:00:00", "10.1.0.66", STRANGER, device="lt-1")
    for event in (last(lease), last(lease, BELL_SITS, asked("09:05:00", "10.1.0.66"))):
        assert who(event) == (None, None)


@pytest.mark.parametrize(
    ("own", "expected"),
    [("LT-1", ("p-bell", "LT-1")), ("LT-2", (None, None)), ("CORE", ("p-bell", "LT-1"))],
)
def test_two_cards_name_nobody_unless_one_is_the_routers(own: str, expected: tuple[str | None, str | None]) -> None:
    lease = leased("08:00:00", "10.1.0.66", CARD["LT-1"])
    event = last(lease, BELL_SITS, asked("09:05:00", "10.1.0.66", mac=CARD[own], device_basis="observed"))
    assert (who(event), contradicted(event)) == (expected, expected[0] is None)


def test_a_name_that_an_authority_vouches_for_against_a_known_card_names_no_device() -> None:
    said = {"at": "09:00:00", "action": "account.authenticated", "outcome": "success", "device": "lt-1"}
    machine = {**said, "account": "lt-1$", "account_basis": "authenticated", "device_basis": "authenticated"}
    assert last({**machine, "mac": CARD["LT-1"]}).device_id == "LT-1"
    assert last({**machine, "mac": STRANGER}).device_id == "LT-1"  # a dock, a new card
    assert last({**machine, "mac": CARD["LT-2"]}).device_id is None
    assert last({**machine, "account_domain": "evil.example"}).device_id is None


def test_a_refused_logon_names_neither_whom_it_tried_nor_the_workstation_that_it_says() -> None:
    tried = {"outcome": "failure", "account_basis": "claimed", "device_basis": "claimed", "logon_type": "network"}
    assert who(last(BELL_SITS, sat("09:05:00", reporter="dc1", **tried))) == (None, None)
    assert who(last(BELL_SITS, sat("09:05:00", "kim", "LT-1", **{**tried, "device_basis": "observed"}))) == (
        None,
        "LT-1",
    )


@pytest.mark.parametrize(("asked", "person"), [("dc1", "p-bell"), ("lt-2.maple.example", None)])
def test_a_password_that_a_persons_computer_checked_is_of_its_own_account(asked: str, person: str | None) -> None:
    """4776 names no domain: a local `tbell` that somebody made on LT-2 is nobody of the district."""
    said = {"at": "09:00:00", "action": "account.authenticated", "outcome": "success", "account": "tbell"}
    checked = {"account_basis": "authenticated", "vendor_code": "4776", "reporter": asked, "device": "lt-9"}
    assert last({**said, **checked}).person == person


@pytest.mark.parametrize(("basis", "person"), [("authenticated", "p-bell"), ("claimed", None)])
def test_the_name_outside_an_eap_tunnel_is_nobodys(basis: str, person: str | None) -> None:
    said = {"at": "09:00:00", "action": "account.authenticated", "outcome": "success", "account": "tbell"}
    assert last({**said, "account_basis": basis, "reporter": "ap-hs", "mac": STRANGER}).person == person


def test_a_profile_that_a_browser_claims_is_laid_to_who_is_known_to_sit_there() -> None:
    lease = leased("08:00:00", "10.1.0.66", CARD["LT-1"])
    claimed = asked("09:05:00", "10.1.0.66", account="kim", account_basis="claimed")
    assert last(lease, BELL_SITS, claimed).person == "p-bell"
    assert last(claimed).person is None


def test_a_local_account_that_sits_down_ends_that_another_sits_there() -> None:
    lease, local = leased("08:00:00", "10.1.0.66", CARD["LT-1"]), sat("09:10:00", "admin", account_basis="claimed")
    assert last(lease, BELL_SITS, local, asked("09:20:00", "10.1.0.66")).person is None


@pytest.mark.parametrize(("assigned", "person"), [("10.9.0.4", "p-bell"), ("10.1.0.66", None), ("192.168.7.7", None)])
def test_an_inside_address_is_a_tunnels_only_where_a_vpn_gives_addresses(assigned: str, person: str | None) -> None:
    opened = tunnel("09:00:00", "tbell", assigned_address=assigned)
    assert last(opened, asked("09:05:00", assigned)).person == person


def test_a_tunnel_cannot_take_an_address_from_the_device_that_leased_it() -> None:
    lease, opened = (
        leased("08:00:00", "10.1.0.66", CARD["LT-1"]),
        tunnel("09:01:00", "kim", assigned_address="10.1.0.66"),
    )
    assert who(last(lease, BELL_SITS, opened, asked("09:05:00", "10.1.0.66"))) == ("p-bell", "LT-1")


def test_a_network_card_that_the_client_itself_reports_tells_no_device() -> None:
    said = {"at": "09:00:00", "category": "vpn", "action": "tunnel.reported", "mac": CARD["LT-1"]}
    assert last({**said, "device_basis": "claimed"}).device_id is None
    duid = leased("08:00:00", "2001:db8::66", CARD["LT-1"]) | {"device_basis": "claimed"}
    assert who(last(duid, BELL_SITS, asked("09:05:00", "2001:db8::66"))) == (None, None)


@pytest.mark.parametrize("action", ["device.checked_in", "device.reported", "device.enrolled", "record.unrecognised"])
def test_a_network_card_that_a_device_tells_of_itself_tells_no_device(action: str) -> None:
    """Beside a name that it chose; a serial number that its management vouches for is another matter."""
    said = {"at": "09:10:00", "category": "device", "action": action, "mac": CARD["LT-1"], "device": "my-pc"}
    assert who(last(BELL_SITS, {**said, "device_basis": "claimed"})) == (None, None)
    assert last(BELL_SITS, {**said, "device": "LT-1", "device_basis": "observed"}).device_id == "LT-1"


def test_a_device_that_calls_its_management_from_a_public_address_has_not_left_the_one_it_leased() -> None:
    told = {"category": "device", "action": "device.checked_in", "device": "LT-1", "device_basis": "observed"}
    calls = [{**told, "at": f"{hour}:00:00", "mac": CARD["LT-1"], "address": "203.0.113.9"} for hour in ("09", "10")]
    lease = leased("08:00:00", "10.1.0.66", CARD["LT-1"])
    event = last(lease, BELL_SITS, *calls, asked("10:05:00", "10.1.0.66"))
    assert (who(event), contradicted(event)) == (("p-bell", "LT-1"), False)


def test_records_from_before_names_had_a_basis_keep_what_the_machine_itself_told() -> None:
    old = {"account_basis": None, "device_basis": None}
    assert who(last(sat("09:00:00", **old))) == ("p-bell", "LT-1")
    assert who(last(sat("09:00:00", reporter="dc1", **old)))[1] is None
    assert who(last(BELL_SITS, asked("09:05:00", "10.1.0.66", **{**SRCNAME, **old}))) == (None, None)
