"""The categories that web filters write, each in its vendor's own words, mean what our detections call them."""

import pytest

from model.policy import Policy, load_pack, shipped_pack
from streams.detections.filter_circumvention.host_category import said_category
from streams.detections.vendor_outside_vpn.sight import tool_of
from streams.patterns.host_kinds import Phrases


@pytest.fixture(scope="module", name="policy")
def base_pack() -> Policy:
    found = load_pack(shipped_pack("base") or {})
    assert isinstance(found, Policy)
    return found


@pytest.mark.parametrize(
    "said",
    [
        "File Host",  # Zscaler
        "File Sharing and Storage",  # FortiGuard
        "online-storage-and-backup",  # Palo Alto
        "File Transfer Services",  # Cisco Talos: Umbrella, Meraki
        "Personal Storage",  # BrightCloud: Meraki
        "File Storage/Sharing",  # Symantec
        "Enhanced_Personal_Network_Storage_and_Backup",  # Juniper
    ],
)
def test_a_filter_names_file_storage(policy: Policy, said: str) -> None:
    words = policy.detections.bulk_data_pull.parameters.filter_categories
    assert Phrases(words).first(said) == "file_storage"


@pytest.mark.parametrize("said", ["Peer File Transfer", "peer-to-peer", "P2P Communication", "Peer-to-peer & torrents"])
def test_a_filter_names_peer_to_peer(policy: Policy, said: str) -> None:
    words = policy.detections.bandwidth_abuse.parameters.filter_categories
    assert Phrases(words).first(said) == "p2p"


@pytest.mark.parametrize(
    "said", ["Newly Registered and Observed Domains", "Newly Seen Domains", "newly-registered-domain", "Uncategorized"]
)
def test_a_filter_says_that_it_has_not_rated_a_host(policy: Policy, said: str) -> None:
    assert said_category(said, policy) == "unrated"


@pytest.mark.parametrize("said", ["Remote Access Tools", "remote-access", "computers.remote_access"])
def test_a_filter_names_a_remote_support_tool(policy: Policy, said: str) -> None:
    assert tool_of("relay.example", None, said, policy) == "relay.example"
