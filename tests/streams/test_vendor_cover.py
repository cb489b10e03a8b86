"""What a pack may ask of a vendor besides an approval, and which systems an approval names."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from model.calendar import Calendar
from model.policy import Policy, load_pack
from model.reference import Reference
from streams.detections.unapproved_vendor_session.cover import VendorCover
from streams.patterns.reached_systems import Reach, names
from streams.patterns.sessions import Session
from tests.support.small_district import at_ms, fact

ZONE = ZoneInfo("America/Chicago")
TEN = at_ms("2026-03-04 10:00:00", ZONE)
HOUR = 3_600_000


def pack(text: str) -> Policy:
    """The base pack with a few words of its own."""
    found = load_pack({"pack.yaml": f"id: own\nname: Own\nversion: '1'\n{text}".encode()})
    assert isinstance(found, Policy), found
    return found


def asking(**parameters: Any) -> Policy:
    said = "".join(f"      {name}: {str(value).lower()}\n" for name, value in parameters.items())
    return pack(f"detections:\n  unapproved_vendor_session:\n    parameters:\n{said}")


def vendor(**row: str) -> dict[str, str]:
    return {"vendor": "acme", "name": "Acme", "agreement_id": "AG-1", **row}


def session_of(
    policy: Policy, vendors: Sequence[dict[str, str]], *, roles: Sequence[dict[str, str]] = ()
) -> VendorCover:
    """A session of an hour by Acme's account."""
    reference = Reference()
    tables = {
        "accounts": [{"account": "vtech", "kind": "vendor", "vendor": "acme"}],
        "vendors": vendors,
        "roles": roles,
    }
    for table, rows in tables.items():
        for row in rows:
            reference.apply(fact(table, row, ZONE))
    account = reference.account("vtech", TEN)
    assert account is not None
    session = Session("vtech", "198.51.100.7", TEN, TEN + HOUR, TEN + HOUR, "recorded", "recorded")
    return VendorCover(session, account, (), reference, Calendar(reference, ZONE), policy)


TEACHES = {"sourcedId": "r1", "userSourcedId": "p-bell", "role": "teacher", "status": "active"}


def test_a_sponsor_who_has_no_role_any_more_is_gone() -> None:
    assert session_of(asking(require_sponsor=True), [vendor(sponsor="p-gone")], roles=[TEACHES]).sponsor_gone


def test_a_sponsor_with_a_role_is_not() -> None:
    assert not session_of(asking(require_sponsor=True), [vendor(sponsor="p-bell")], roles=[TEACHES]).sponsor_gone


def test_no_sponsor_at_all_is_gone_where_the_pack_asks_for_one() -> None:
    assert session_of(asking(require_sponsor=True), [vendor()]).sponsor_gone


def test_nobody_asks_for_a_sponsor_where_the_pack_does_not() -> None:
    assert not session_of(asking(require_sponsor=False), [vendor()]).sponsor_gone


def test_a_missing_nda_counts_only_where_the_pack_asks_for_one() -> None:
    asked = [session_of(asking(require_nda=wanted), [vendor()]).agreement_ended for wanted in (True, False)]
    assert asked == [True, False]


def test_an_agreement_that_ends_within_the_session_has_ended() -> None:
    assert session_of(asking(require_nda=False), [vendor(valid_to="2026-03-04T10:30")]).agreement_ended


def test_an_agreement_that_was_renewed_has_not() -> None:
    rows = [vendor(valid_to="2026-03-04T10:30"), vendor(valid_from="2026-03-04T10:30", valid_to="2027-01-01")]
    assert not session_of(asking(require_nda=False), rows).agreement_ended


def reach(hosts: Sequence[str] = (), addresses: Sequence[str] = ()) -> Reach:
    return Reach(TEN, "it", frozenset(hosts), frozenset(addresses), ())


@pytest.mark.parametrize(
    ("systems", "reached", "named"),
    [
        (("erp01",), reach(["erp01.schools.example"]), True),
        (("erp01.schools.example",), reach(["erp01"]), True),
        (("erp01.schools.example",), reach(["erp01.other.example"]), False),
        (("erp01",), reach(["erp02"]), False),
        (("10.1.5.0/24",), reach(addresses=["10.1.5.9"]), True),
        (("10.1.5.9",), reach(addresses=["10.1.5.9"]), True),
        (("10.1.5.0/24",), reach(addresses=["10.1.6.9"]), False),
        (("2001:db8::/32",), reach(addresses=["2001:db8::9"]), True),
        (("10.1.5.0/24",), reach(addresses=["2001:db8::9"]), False),
        (("erp01",), reach(addresses=["10.1.6.9"]), True),
        (("10.1.5.0/24",), reach(["erp01"]), True),
        (("10.1.5.0/24",), reach(["erp01"], ["10.1.6.9"]), False),
        (("erp01", "10.1.5.0/24"), reach(["erp02"], ["10.1.6.9"]), False),
        (("*",), reach(["erp02"]), True),
        ((), reach(["erp02"]), True),
    ],
)
def test_which_systems_an_approval_names(systems: tuple[str, ...], reached: Reach, named: bool) -> None:
    assert names(systems, reached) == named
