"""Who was where is forgotten whole: sessions, network cards and addresses come and go, and there is no end to them."""

import pytest

from model.reference import Reference
from streams.attribution.attributor import Attributor
from streams.attribution.presence import Presence
from streams.attribution.timeline import LEASE_CAP
from streams.attribution.tunnels import Tunnels
from streams.seen import Seen

HOUR = 3_600_000
CARD = "02:00:00:00:00:01"


def test_a_session_that_ended_leaves_nothing_in_memory() -> None:
    tunnels = Tunnels(lambda _key, _since: None)
    said = {"source_id": "vpn", "category": "vpn", "outcome": "success", "reporter": "bigip1", "session_id": "e03c2ca8"}
    verdict = Seen(event_id="1", action="account.authenticated", account="tbell", account_basis="authenticated", **said)
    tunnels.sign_in(verdict)
    tunnels.open(Seen(event_id="2", action="tunnel.opened", assigned_address="10.9.0.5", at=HOUR, **said))
    tunnels.end(Seen(event_id="3", action="tunnel.closed", at=2 * HOUR, **said))
    tunnels.forget(19 * HOUR)
    assert (tunnels.opened.items, tunnels.sessions.items) == ({}, {})


@pytest.fixture
def presence() -> Presence:
    """A card signed in to the network and leased an address, at 1 o'clock."""
    presence = Presence(Reference(), lambda _key, _since: None)
    said = {"mac": CARD, "at": HOUR}
    signed_in = {"category": "wireless", "outcome": "success", "reporter": "ap-1", "account_basis": "authenticated"}
    presence.learn(
        Seen(
            event_id="1",
            source_id="wireless",
            action="account.authenticated",
            account="tbell",
            **signed_in,
            **said,
        )
    )
    leased = {"category": "dhcp", "action": "lease.granted", "address": "10.1.0.5"}
    presence.learn(Seen(event_id="2", source_id="dhcp", **leased, **said))
    return presence


def test_a_card_that_never_comes_back_leaves_nothing_in_memory(presence: Presence) -> None:
    presence.forget(HOUR + LEASE_CAP)
    assert [line.items for line in (presence.held, presence.place, presence.signed)] == [{}, {}, {}]


def test_a_lease_that_may_still_hold_is_remembered(presence: Presence) -> None:
    presence.forget(HOUR + LEASE_CAP - 1)
    assert presence.held.items["10.1.0.5"].holding(HOUR + LEASE_CAP - 1, LEASE_CAP)[0] == (HOUR, "2", CARD, "dhcp")


@pytest.mark.parametrize(("before", "kept"), [(HOUR, 1), (2 * HOUR, 0)], ids=["last seen since", "last seen before"])
def test_an_answer_about_a_card_is_kept_for_no_longer_than_what_it_rests_on(before: int, kept: int) -> None:
    attributor = Attributor(Reference())
    web = Seen(event_id="1", source_id="proxy", category="proxy", action="web.requested", mac=CARD, at=HOUR)
    attributor.noted(web, attributor.answer(web))
    attributor.forget(before)
    assert (len(attributor._answers), len(attributor._rest_on)) == (kept, kept)
