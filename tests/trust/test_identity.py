"""Names and addresses that somebody without a password can choose, each beside its honest twin: nobody is framed."""

import pytest

from tests.trust.trial import asked, leased, sat, trial, tunnel, unlocked

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
