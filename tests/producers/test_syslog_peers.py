"""The counting of a listener's peers: bounded, and never so that a loud one is let in again."""

import time
from ipaddress import ip_network

import pytest

from model.district import Limits
from producers.source import Hearing
from producers.transports import syslog_peers
from producers.transports.syslog_peers import Peers

HEARING = Hearing(allow=(ip_network("10.0.0.0/8"),), limits=Limits(messages_per_second=10, connections=2))


def test_an_address_that_said_enough_stays_turned_away_however_many_others_speak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(syslog_peers, "MOST_PEERS", 100)
    peers = Peers(HEARING)
    peers.said("10.0.0.1", 10)
    for number in range(5_000):
        assert peers.left(f"10.1.{number // 250}.{number % 250}", 500) == 10
        peers.said(f"10.1.{number // 250}.{number % 250}", 1)
        assert len(peers._said) <= 102
    assert peers.left("10.0.0.1", 900) == 0
    assert peers.left("10.0.0.1", 1_000) == 10


def test_a_connection_that_ends_makes_room_and_is_forgotten_whole() -> None:
    peers = Peers(HEARING)
    assert [peers.connect("10.0.0.1") for _ in range(3)] == [True, True, False]
    peers.disconnect("10.0.0.1")
    assert peers.connect("10.0.0.1")
    for _ in range(2):
        peers.disconnect("10.0.0.1")
    peers.disconnect("10.0.0.1")
    assert peers._connections == {}


def test_the_end_of_a_connection_costs_the_same_beside_many_others() -> None:
    peers = Peers(HEARING)
    for number in range(20_000):
        peers.connect(f"10.{number // 60_000}.{number // 250}.{number % 250}")
    begun = time.process_time()
    for number in range(2_000):
        peers.disconnect(f"10.0.{number // 250}.{number % 250}")
    assert time.process_time() - begun < 0.5
