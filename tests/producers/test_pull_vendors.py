"""Each vendor's API as its documents describe it: login, pages, windows, ids; and what its parser makes of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from producers.catalog import PRODUCTS
from producers.pull.feed import Files, windows
from tests.support.pulling import Clock, at, events, okta, pull, sample, source_of, spooled
from tests.support.vendor_server import Record, VendorServer, vendor_server


@pytest.fixture
def vendors() -> Iterator[VendorServer]:
    with vendor_server() as server:
        yield server


def sign_in(number: int) -> Record:
    return sample("entra_id", "graph_signin") | {"id": f"s-{number}", "createdDateTime": at(number)}


def audit(number: int) -> Record:
    who = {"user": {"userPrincipalName": "it@maplefalls.example", "ipAddress": "203.0.113.5"}}
    return {"id": f"d-{number}", "category": "UserManagement", "activityDisplayName": "Delete user",
            "result": "success", "activityDateTime": at(number), "initiatedBy": who,
            "targetResources": [{"type": "User", "userPrincipalName": "old@maplefalls.example"}]}  # fmt: skip


def intune_audit(number: int) -> Record:
    return sample("intune", "graph_audit_event") | {"id": f"a-{number}", "activityDateTime": at(number)}


def login(number: int) -> Record:
    record = sample("google_workspace", "login_success")
    return record | {"id": record["id"] | {"time": at(number), "uniqueQualifier": f"-90071992547409{number:02}"}}


def second_factor(number: int) -> Record:
    time = {"isotimestamp": at(number), "txid": f"00000000-0000-4000-8000-0000000000{number:02}"}
    return sample("duo", "push_approved") | time


def computer(number: int) -> Record:
    record = sample("jamf", "inventory_computer")
    return record | {"udid": f"u-{number}", "general": record["general"] | {"reportDate": at(number)}}


# product, what district.yaml adds, what the vendor holds by feed, the action that comes of each record
VENDORS: list[tuple[str, dict[str, Any], str, Any, str]] = [
    ("okta", {}, "logs", lambda n: okta(n, n), "account.authenticated"),
    ("entra_id", {"feeds": ["signIns"]}, "signIns", sign_in, "account.authenticated"),
    ("entra_id", {"feeds": ["directoryAudits"]}, "directoryAudits", audit, "account.deleted"),
    ("intune", {"feeds": ["auditEvents"]}, "auditEvents", intune_audit, "device.changed"),
    ("google_workspace", {"feeds": ["login"]}, "login", login, "account.authenticated"),
    ("jamf", {}, "computers", computer, "device.reported"),
    ("duo", {"feeds": ["authentication"]}, "authentication", second_factor, "account.authenticated"),
]
NAMES = [f"{product} {feed}" for product, _, feed, _, _ in VENDORS]


@pytest.mark.parametrize(("product", "more", "feed", "record", "action"), VENDORS, ids=NAMES)
def test_what_a_vendor_holds_comes_once_and_as_its_product_reads_it(
    tmp_path: Path, vendors: VendorServer, product: str, more: dict[str, Any], feed: str, record: Any, action: str
) -> None:
    vendors.records[feed] = [record(n) for n in range(10)]
    source = source_of(tmp_path, product, vendors, **more)
    clock = Clock()
    assert pull(source, tmp_path, clock) == []
    clock.at += timedelta(minutes=5)
    assert pull(source, tmp_path, clock) == []
    kept = sorted(json.dumps(one, separators=(",", ":")).encode() for one in vendors.records[feed])
    assert sorted(spooled(source)) == kept
    found = events(source)
    assert {event.action for event in found} == {action}
    assert {event.occurred_at for event in found} == {at(n) for n in range(10)}
    assert all((event.origin or "").startswith("id:") for event in found)
    assert {event.received_at for event in found} == {"2026-03-04T18:00:00.000Z"}


@pytest.mark.parametrize("case", [one for one in VENDORS if one[0] in ("entra_id", "google_workspace")][1:])
def test_a_token_that_ends_in_the_midst_of_the_pages_is_granted_anew(
    tmp_path: Path, vendors: VendorServer, case: tuple[str, dict[str, Any], str, Any, str]
) -> None:
    product, more, feed, record, _ = case
    vendors.records[feed] = [record(n) for n in range(10)]
    source = source_of(tmp_path, product, vendors, **more)
    real, name = vendors.answer, iter(range(99))

    def answer(path: str, headers: dict[str, str]) -> Any:
        if next(name) == 2:
            vendors.tokens.clear()
        return real(path, headers)

    vendors.answer = answer  # type: ignore[method-assign]
    assert pull(source, tmp_path, Clock()) == []
    assert vendors.granted == 2
    assert len(spooled(source)) == 10


def test_a_wrong_client_secret_is_said_in_the_vendors_words_and_not_repeated(
    tmp_path: Path, vendors: VendorServer
) -> None:
    source = source_of(tmp_path, "entra_id", vendors, feeds=["signIns"])
    (tmp_path / "secret").write_text("the wrong one")
    said = pull(source, tmp_path, Clock())[0]
    assert "AADSTS7000215" in said
    assert "the wrong one" not in said


def test_a_list_of_devices_is_pulled_twice_a_day_and_a_device_again_only_when_it_synced(
    tmp_path: Path, vendors: VendorServer
) -> None:
    device = sample("intune", "graph_managed_device")
    vendors.records["managedDevices"] = [device | {"id": f"m-{n}"} for n in range(5)]
    source = source_of(tmp_path, "intune", vendors, feeds=["managedDevices"])
    clock = Clock()
    pull(source, tmp_path, clock)
    clock.at += timedelta(hours=1)
    asked = len(vendors.asked)
    pull(source, tmp_path, clock)
    assert len(vendors.asked) == asked
    vendors.records["managedDevices"][2]["lastSyncDateTime"] = "2026-03-05T03:00:00Z"
    clock.at += timedelta(hours=12)
    pull(source, tmp_path, clock)
    assert len(spooled(source)) == 6


def test_jamf_gives_a_hundred_computers_a_page(tmp_path: Path, vendors: VendorServer) -> None:
    vendors.records["computers"] = [computer(n % 60) | {"udid": f"u-{n}"} for n in range(250)]
    source = source_of(tmp_path, "jamf", vendors)
    assert pull(source, tmp_path, Clock()) == []
    assert len(spooled(source)) == 250


def test_duo_is_not_asked_for_what_it_does_not_show_yet(tmp_path: Path, vendors: VendorServer) -> None:
    source = source_of(tmp_path, "duo", vendors, feeds=["authentication"])
    pull(source, tmp_path, Clock())
    assert "maxtime=1772647080000" in vendors.asked[0][0]  # 17:58


def test_google_is_asked_for_each_application_that_is_usual(tmp_path: Path, vendors: VendorServer) -> None:
    source = source_of(tmp_path, "google_workspace", vendors)
    pull(source, tmp_path, Clock())
    asked = {path.split("?")[0].rsplit("/", 1)[-1] for path, _ in vendors.asked if "/applications/" in path}
    assert asked == {"login", "admin", "token", "drive", "saml", "chrome"}


def test_a_list_that_google_leaves_out_is_empty(tmp_path: Path, vendors: VendorServer) -> None:
    source = source_of(tmp_path, "google_workspace", vendors, feeds=["login"])
    assert pull(source, tmp_path, Clock()) == []


def test_a_key_that_is_none_of_googles_is_said_without_a_word_of_it(tmp_path: Path, vendors: VendorServer) -> None:
    source = source_of(tmp_path, "google_workspace", vendors)
    (tmp_path / "secret").write_text('{"client_email": "x", "private_key": "hush", "token_uri": "https://x.example"}')
    with pytest.raises(RuntimeError, match="not the JSON key of a service account") as failed:
        pull(source, tmp_path, Clock())
    assert "hush" not in f"{failed.value!r}{failed.value.__cause__!r}"


def test_a_long_time_is_asked_for_in_pieces_oldest_first() -> None:
    found = windows(0, 14 * 3_600_000, timedelta(hours=6))
    assert [(one.begin // 3_600_000, one.end // 3_600_000) for one in found] == [(0, 6), (6, 12), (12, 14)]


@pytest.mark.parametrize("product", [name for name, product in PRODUCTS.items() if product.pull])
def test_every_feed_of_a_vendor_has_a_name_of_its_own_and_says_what_it_needs(product: str) -> None:
    vendor = PRODUCTS[product].pull
    assert vendor
    names = [feed.name for feed in vendor.feeds]
    assert len(set(names)) == len(names)
    assert set(vendor.optional) < set(names)
    assert all(feed.needs and (feed.identity or isinstance(feed.paging, Files)) for feed in vendor.feeds)
