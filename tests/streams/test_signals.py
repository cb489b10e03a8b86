"""What a sighting shows of a way around the filter, what it weighs, and when the weights are enough."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch import Fact
from model.policy import Policy, load_pack, shipped_pack
from model.reference import Reference
from streams.detections.filter_circumvention.bursts import MINUTE, Burst, bursts, succeeded
from streams.detections.filter_circumvention.host_category import category_of, said_category
from streams.detections.filter_circumvention.signals import Signal, is_bypass_search, marks, rules_of, signal_of
from streams.patterns.public_address import is_public
from streams.sighting import Sighting


def pack() -> Policy:
    found = load_pack(shipped_pack("base") or {})
    assert isinstance(found, Policy)
    return found


POLICY = pack()
RULES = rules_of(POLICY)


def reference(**domains: str) -> Reference:
    known = Reference()
    for name, category in domains.items():
        domain = name.replace("_", ".")
        known.apply(Fact(table="domains", key=domain, row={"domain": domain, "category": category}))
    known.apply(Fact(table="networks", key="n", row={"cidr": "192.0.2.0/28", "kind": "egress"}))
    return known


KNOWN = reference(hide_example="proxy_avoidance", ads_example="advertising", doh_example="encrypted_dns")


def sighting(kind: str, minute: float = 0, **more: Any) -> Sighting:
    at = round(minute * MINUTE)
    name = f"{kind}@{at}{sorted(more.items())}"
    return Sighting(at=at, until=at, event_id=name, last_event_id=name, kind=kind, source_id="s", **more)


def kind_of(kind: str, **more: Any) -> str | None:
    found = signal_of(sighting(kind, **more), KNOWN, POLICY)
    return found.kind if found else None


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Proxy Avoidance", "proxy_avoidance"),
        ("Proxy Avoidance and Anonymizers", "proxy_avoidance"),
        ("proxy-avoidance", "proxy_avoidance"),
        ("VPN", "vpn"),
        ("Newly Observed Domain", "unrated"),
        ("Unrated", "unrated"),
        ("Education", "other"),
        ("Reproxying", "other"),
        ("", None),
    ],
)
def test_a_filters_own_word_is_read_as_one_of_our_categories(said: str, means: str | None) -> None:
    assert said_category(said, POLICY) == means


def test_the_district_goes_before_the_filter() -> None:
    assert category_of("cdn.ads.example", "Proxy Avoidance", 0, KNOWN, POLICY) == ("advertising", "district")


def test_the_filter_goes_before_what_everybody_knows() -> None:
    assert category_of("croxyproxy.com", "Education", 0, KNOWN, POLICY) == ("other", "filter")


def test_what_everybody_knows_fills_in_for_an_unrated_host() -> None:
    assert category_of("www.croxyproxy.com", "Unrated", 0, KNOWN, POLICY) == ("proxy_avoidance", "well known")


@pytest.mark.parametrize(
    ("kind", "more", "is_a"),
    [
        ("web.requested", {"domain": "www.hide.example", "verdict": "allowed"}, "allowed"),
        ("web.requested", {"domain": "hide.example", "verdict": "blocked"}, "blocked"),
        ("web.requested", {"domain": "hide.example", "verdict": "warned"}, "blocked"),
        ("web.requested", {"domain": "doh.example", "verdict": "allowed"}, "encrypted_dns"),
        ("web.requested", {"domain": "x.example", "url_category": "Unrated"}, "unrated"),
        ("web.requested", {"domain": "203.0.113.9", "destination_port": 443}, "direct_ip"),
        ("web.requested", {"domain": "203.0.113.9", "destination_port": 80}, None),
        ("web.requested", {"domain": "192.0.2.3", "destination_port": 443}, None),
        ("web.requested", {"domain": "10.1.2.3", "destination_port": 443}, None),
        ("web.requested", {"domain": "school.example", "verdict": "allowed"}, None),
        ("web.requested", {"domain": "mask.icloud.com", "url_category": "VPN"}, None),
        ("connection.recorded", {"app": "Psiphon", "url_category": "Proxy", "verdict": "blocked"}, "blocked"),
        ("tunnel", {"destination": "203.0.113.9", "app": "udp/51820"}, "tunnel"),
        ("tunnel", {"destination": "192.0.2.3", "app": "udp/51820"}, None),
        ("encrypted_dns", {"destination": "203.0.113.9"}, "encrypted_dns"),
        ("searched", {"domain": "search.example"}, "bypass_search"),
        ("app.installed", {"app": "Free VPN"}, "app_installed"),
        ("app.installed", {"app": "FortiClient VPN"}, None),
        ("app.removed", {"app": "Securly"}, "agent_stopped"),
        ("app.removed", {"app": "Securly for Chromebooks"}, "agent_stopped"),
        ("app.removed", {"app": "GoGuardian Teacher"}, None),
        ("agent.stopped", {"app": "Umbrella Physics Game"}, None),
        ("agent.stopped", {}, "agent_stopped"),
        ("agent.stopped", {"app": "Spooler"}, None),
        ("developer_mode.enabled", {}, "settings_changed"),
        ("device.started", {}, None),
    ],
)
def test_what_a_sighting_is_a_sign_of(kind: str, more: dict[str, Any], is_a: str | None) -> None:
    assert kind_of(kind, **more) == is_a


def test_every_kind_has_its_weight_from_the_pack() -> None:
    found = signal_of(sighting("web.requested", domain="hide.example", verdict="allowed"), KNOWN, POLICY)
    assert found is not None
    assert found.weight == RULES.weights.allowed


def test_only_the_words_of_a_question_make_a_search() -> None:
    assert is_bypass_search("https://search.example/?q=unblock+it", POLICY)
    assert not is_bypass_search("https://search.example/unblock?page=2", POLICY)


def test_what_a_whole_site_may_show_at_once_is_the_host_and_its_category() -> None:
    shown = marks(sighting("web.requested", domain="hide.example", verdict="blocked"), KNOWN, POLICY)
    assert list(shown) == ["hide.example", "category:proxy_avoidance"]


@pytest.mark.parametrize("address", ["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd00::1", "127.0.0.1", "host.example"])
def test_addresses_of_ones_own_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["203.0.113.9", "172.32.0.1", "2001:db8::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


# Bursts


def signal(kind: str, minute: float, host: str = "a", **more: Any) -> Signal:
    weight: int = getattr(RULES.weights, kind)
    shown = sighting("web.requested", minute, domain=host, **more)
    return Signal(kind, host, weight, kind == "allowed", "", shown)


def shape(found: list[Burst]) -> list[tuple[int, int, int, int, int]]:
    return [(b.started_at // MINUTE, b.ended_at // MINUTE, b.score, b.kinds, b.blocked) for b in found]


def test_five_points_of_two_kinds_are_enough() -> None:
    found = bursts([signal("blocked", 0, "a"), signal("blocked", 1, "b"), signal("allowed", 2, "c")], RULES)
    assert shape(found) == [(0, 2, 5, 2, 2)]


def test_five_points_of_one_kind_are_not() -> None:
    assert bursts([signal("blocked", n, str(n)) for n in range(5)], RULES) == []


def test_a_host_counts_once_in_the_window() -> None:
    assert bursts([signal("blocked", n, "a") for n in range(5)] + [signal("allowed", 6, "c")], RULES) == []


def test_the_window_is_open_at_its_far_end() -> None:
    near = [signal("blocked", 0, "a"), signal("blocked", 1, "b"), signal("allowed", 29.9, "c")]
    far = [signal("blocked", 0, "a"), signal("blocked", 1, "b"), signal("allowed", 30, "c")]
    assert len(bursts(near, RULES)) == 1
    assert bursts(far, RULES) == []


def test_one_heavy_sign_is_enough() -> None:
    assert bursts([signal("agent_stopped", 0)], RULES)[0].because == {"sole"}


def test_of_one_minute_two_refused_hosts_count_at_most() -> None:
    assert bursts([signal("blocked", 0.01 * n, str(n)) for n in range(40)], RULES) == []


def test_ten_refused_acts_in_ten_minutes_are_enough() -> None:
    found = bursts([signal("blocked", n // 2, str(n % 2)) for n in range(10)], RULES)
    assert [b.because for b in found] == [{"blocked"}]


def test_bursts_apart_are_two() -> None:
    assert len(bursts([signal("agent_stopped", 0), signal("agent_stopped", 60)], RULES)) == 2


def test_a_tunnel_succeeds_with_more_than_the_limit_each_way() -> None:
    limit = RULES.tunnel_bytes
    both = [signal("tunnel", 0, bytes_in=limit + 1, bytes_out=limit + 1)]
    one_way = [signal("tunnel", 0, bytes_in=limit * 9, bytes_out=limit)]
    made = [Burst(0, 0, 0, 0, 0, signals=signals) for signals in (both, one_way)]
    assert [succeeded(burst, RULES) for burst in made] == [True, False]


KINDS = st.sampled_from(["blocked", "allowed", "tunnel", "encrypted_dns", "unrated", "app_installed"])
SIGNS = st.lists(
    st.builds(signal, KINDS, st.integers(0, 90), st.sampled_from("abc"), bytes_in=st.sampled_from([0, 15_000_000])),
    max_size=9,
    unique_by=lambda s: (s.at, s.host, s.sighting.bytes_in),
)


@given(SIGNS, st.randoms())
def test_the_order_of_arrival_does_not_matter(signs: list[Signal], chance: random.Random) -> None:
    assert shape(bursts(signs, RULES)) == shape(bursts(chance.sample(signs, len(signs)), RULES))


@given(SIGNS)
def test_a_burst_agrees_with_the_rule_counted_plainly(signs: list[Signal]) -> None:
    """There is a burst exactly if some half hour, ending at a sign, is enough by the plain reading of the rule."""
    plain = [s for s in signs if s.kind != "unrated"]
    enough = False
    for end in plain:
        window = {(s.kind, s.host): s.weight for s in plain if end.at - 30 * MINUTE < s.at <= end.at}
        enough |= sum(window.values()) >= 5 and len({kind for kind, _ in window}) >= 2
    assert bool(bursts(plain, RULES)) == enough


@given(SIGNS)
def test_bursts_never_overlap(signs: list[Signal]) -> None:
    found = bursts(signs, RULES)
    assert all(a.ended_at < b.started_at for a, b in itertools.pairwise(found))
