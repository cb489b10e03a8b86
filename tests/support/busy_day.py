"""A district so small that violations are common, and the strategies for what happens there on one day."""

from typing import Any

from hypothesis import strategies as st

WORLD: dict[str, list[dict[str, Any]]] = {
    "orgs": [
        {"sourcedId": "hs", "name": "High", "type": "school"},
        {"sourcedId": "ms", "name": "Middle", "type": "school"},
    ],
    "users": [{"sourcedId": f"p{n}", "username": name} for n, name in enumerate(("ada", "bob"))],
    "accounts": [
        {"account": "ada", "person": "p0", "kind": "personal"},
        {"account": "bob", "person": "p1", "kind": "personal"},
        {"account": "vtech", "kind": "vendor", "vendor": "acme"},
    ],
    "devices": [
        {"device_id": "LT-1", "hostname": "lt-1", "class": "staff", "org": "hs", "mac": "02:00:00:00:00:01"},
        {"device_id": "LAB-1", "hostname": "lab-1", "class": "lab", "org": "hs", "mac": "02:00:00:00:00:02"},
        {"device_id": "CB-9", "hostname": "cb-9", "class": "cart", "org": "hs", "mac": "02:00:00:00:00:09"},
        {"device_id": "LAB-2", "hostname": "lab-2", "class": "lab", "org": "ms", "mac": "02:00:00:00:00:03"},
    ],
    "assignments": [{"device_id": "LT-1", "person": "p0"}],
    "networks": [
        {"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"},
        {"cidr": "10.2.0.0/16", "kind": "site", "org": "ms"},
    ],
    "domains": [
        {"domain": "tunnel.example", "category": "proxy_avoidance"},
        {"domain": "vpn.example", "category": "vpn"},
    ],
    "vendors": [{"vendor": "acme", "name": "Acme"}],
    "approvals": [
        {
            "approval_id": "A1", "kind": "vendor_access", "vendor": "acme", "system": "*", "approver_role": "principal",
            "state": "approved", "valid_from": "2026-03-04 10:00:00", "valid_to": "2026-03-04 11:00:00",
        },
        {
            "approval_id": "A2", "kind": "vendor_access", "vendor": "acme", "system": "lt-1",
            "approver_role": "principal", "state": "approved", "valid_from": "2026-03-04 08:10:00",
            "valid_to": "2026-03-04 09:00:00",
        },
    ],
}  # fmt: skip

MINUTES = st.integers(min_value=0, max_value=90)  # so close together that violations are common
ACCOUNTS = st.sampled_from(["ada", "bob"])
DEVICES = st.sampled_from(["lt-1", "lab-1", "lab-2"])
SIT = st.fixed_dictionaries(
    {
        "action": st.sampled_from(
            ["account.logged_on", "session.unlocked", "session.unlocked", "session.locked", "account.logged_off"]
        ),
        "logon_type": st.just("interactive"),
        "outcome": st.just("success"),
        "account": ACCOUNTS,
        "device": DEVICES,
    }
)
CARDS = {"02:00:00:00:00:01": ["10.1.0.5", "10.2.0.5"], "02:00:00:00:00:09": ["10.1.0.5", "10.1.0.9"]}
"""Web traffic of whoever sits at a device is too much to keep apart: only leases of CB-9 move it, where nobody sits."""
LEASE = st.sampled_from([(mac, address) for mac, held in CARDS.items() for address in held]).flatmap(
    lambda pair: st.fixed_dictionaries(
        {
            "category": st.just("device"),
            "action": st.sampled_from(["lease.granted", "lease.released"]),
            "address": st.just(pair[1]),
            "mac": st.just(pair[0]),
        }
    )
)
BROWSE = st.fixed_dictionaries(
    {
        "category": st.just("proxy"),
        "action": st.just("web.requested"),
        "address": st.just("10.1.0.9"),
        "domain": st.sampled_from(["example.org", "tunnel.example", "vpn.example"]),
        "verdict": st.sampled_from(["allowed", "blocked"]),
    }
)
TUNNEL = st.fixed_dictionaries(
    {
        "category": st.just("vpn"),
        "action": st.sampled_from(["tunnel.opened", "tunnel.closed"]),
        "account": st.just("vtech"),
        "address": st.sampled_from(["198.51.100.7", "203.0.113.9"]),
        "outcome": st.just("success"),
    }
)
ADDRESSED = st.just(
    {
        "category": "vpn", "action": "tunnel.addressed", "account": "vtech", "address": "198.51.100.7",
        "assigned_address": "10.9.0.4", "outcome": "success",
    }
)  # fmt: skip
REACH = st.fixed_dictionaries(
    {
        "category": st.just("proxy"),
        "action": st.just("connection.recorded"),
        "address": st.just("10.9.0.4"),
        "destination": st.sampled_from(["10.1.0.5", "10.2.0.5", "10.1.0.9"]),
        "destination_port": st.just(3389),
        "verdict": st.just("allowed"),
    },
    optional={"account": st.just("vtech")},
)
REMOTE_LOGON = st.fixed_dictionaries(
    {
        "action": st.just("account.logged_on"),
        "logon_type": st.just("remote"),
        "outcome": st.just("success"),
        "account": st.just("vtech"),
        "address": st.just("10.9.0.4"),
        "reporter": st.sampled_from(["lt-1", "lab-1"]),
        "device": st.sampled_from(["lt-1", "lab-1"]),
    }
)
HAPPENING = st.tuples(MINUTES, st.one_of(SIT, LEASE, BROWSE, TUNNEL, ADDRESSED, REACH, REMOTE_LOGON))
DAY = st.lists(HAPPENING, min_size=12, max_size=60)


def sign_ins(number: int, minutes: int = 7) -> list[dict[str, Any]]:
    """So many sign-ins that the domain controller told, too, at two computers whose clocks run ahead."""
    found: list[dict[str, Any]] = []
    for n in range(number):
        said = {"account": f"pupil{n % 6}", "outcome": "success", "account_basis": "authenticated"}
        hour, computer = 4 + n // 6 * 2 % 18, f"lab-{1 + n % 2}"
        here = {"device": computer, "reporter": computer, "logon_type": "interactive"}
        found.append(
            {
                "at": f"2026-03-04 {hour:02d}:10:00",
                "action": "ticket.requested",
                "vendor_code": "4768",
                "reporter": "dc",
                **said,
            }
        )
        found.append(
            {"at": f"2026-03-04 {hour:02d}:{10 + minutes:02d}:00", "action": "account.logged_on", **here, **said}
        )
    return found
