"""Tunnels and sessions of VPNs are forgotten: each session has a key of its own, and there is no end to them."""

from streams.attribution.tunnels import Tunnels
from streams.seen import Seen

HOUR = 3_600_000


def test_a_session_that_ended_leaves_nothing_in_memory() -> None:
    tunnels = Tunnels(lambda _key, _since: None)
    said = {"source_id": "vpn", "category": "vpn", "outcome": "success", "reporter": "bigip1", "session_id": "e03c2ca8"}
    verdict = Seen(event_id="1", action="account.authenticated", account="tbell", account_basis="authenticated", **said)
    tunnels.sign_in(verdict)
    tunnels.open(Seen(event_id="2", action="tunnel.opened", assigned_address="10.9.0.5", at=HOUR, **said))
    tunnels.end(Seen(event_id="3", action="tunnel.closed", at=2 * HOUR, **said))
    tunnels.forget(19 * HOUR)
    assert (tunnels.opened.items, tunnels.sessions.items) == ({}, {})
