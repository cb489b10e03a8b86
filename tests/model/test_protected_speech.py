"""Protected speech (N14): what a request about a no-go topic was about is no rule's input, and is nowhere shown."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.stack import Stack
from model.event import Event, decode_event
from model.policy import Policy, base_policy, load_pack, shipped_pack
from model.violation import Violation, decode_violation
from producers.cisco_wsa.categories import in_words
from storage.client import Store
from storage.queries import responsive, timeline
from storage.queries.event_rows import NOT_SHOWN
from storage.queries.responsive import Criteria
from storage.queries.subject import subject
from streams.detections.catalog import DETECTIONS
from streams.engine.engine import Engine
from tests.support.production_cases import event as of_request
from tests.support.production_cases import made, rows
from tests.support.sigma_cases import load, policy_of
from tests.support.sigma_cases import settings as settings_of
from tests.support.small_district import DISTRICT, ZONE, ended, event, event_batches, fact_batch
from tests.support.storage_cases import DISTRICT as STORED_IN
from tests.support.storage_cases import event as stored_event
from tests.support.storage_cases import events as stored_events
from tests.support.storage_cases import fresh_store, store_records

# As wide as rules can be: every request, requests without a host, by site, by size, by word, and any record at all.
WEB, OURS = "logsource: {category: proxy}", "logsource: {product: hallmonitor}"
RULES = tuple(
    f"title: a\nname: {name}\n{logs}\ndetection: {{s: {asked}, condition: {condition}}}"
    for name, logs, asked, condition in (
        ("any_page", WEB, "{cs-method: '*'}", "s"),
        ("no_host", WEB, "{cs-host: null}", "s"),
        ("a_host", WEB, "{cs-host|contains: '.'}", "s"),
        ("any_word", WEB, "['e', 'a', 'o']", "s"),
        ("rated", OURS, "{url_category|exists: true}", "s"),
        ("not_this", OURS, "{domain: x.example}", "not s"),
        ("of_squid", "logsource: {product: squid}", "{hallmonitor.category: proxy}", "s"),
    )
)
TABLES: dict[str, list[dict[str, Any]] | None] = {
    "users": [{"sourcedId": "p1", "givenName": "Tess", "familyName": "Bell"}],
    "accounts": [{"account": "tbell", "person": "p1", "kind": "personal"}],
    "roles": [{"sourcedId": "r1", "userSourcedId": "p1", "role": "student", "orgSourcedId": "hs"}],
    "orgs": [{"sourcedId": "hs", "name": "High School"}],
    "devices": [
        {"device_id": "d1", "hostname": "CB-1", "class": "assigned", "org": "hs"},
        {"device_id": "d2", "hostname": "NURSE-1", "class": "server", "org": "hs"},
    ],
    "assignments": [{"device_id": "d1", "person": "p1"}],
    "contracts": [],
    "networks": [{"cidr": "10.1.0.0/16", "kind": "site", "org": "hs"}],
    "domains": [
        {"domain": "clinic.example", "category": "sensitive"},
        {"domain": "anatomy.example", "category": "curriculum"},
        {"domain": "croxyproxy.com", "category": "sensitive"},
    ],
    "unblocks": [],
}
EVERY = {"account": "tbell", "account_basis": "observed", "device": "CB-1", "device_basis": "claimed"}
AT = "2026-03-04 10:00:00"


def page(number: int, at: str, host: str, category: str | None = None, **said: Any) -> Event:
    told = {
        **EVERY, "address": "10.1.0.7", "method": "GET", "verdict": "allowed", "domain": host,
        "url": f"http://{host}/", "url_category": category, "raw": f"GET {host} {category}", **said,
    }  # fmt: skip
    return event(number, ZONE, at=at, category="proxy", action="web.requested", **told)


def run(events: list[Event], *rules: str) -> tuple[list[Violation], list[Event]]:
    """What all detections and these rules find of the events, and the events as they go to the store."""
    engine = Engine(DISTRICT)
    for batch in [fact_batch(settings_of(policy_of(*rules), TABLES)), *event_batches(events), ended()]:
        engine.observe(batch)
        engine.judge()
    output = engine.take()
    assert not output.dead_letters, output.dead_letters
    return [decode_violation(line) for line in output.violations], [decode_event(line) for line in output.events]


def stored(*events: Event) -> list[Event]:
    return run(list(events))[1]


TOPICS = st.sampled_from(
    [
        ("glaad.org", None),
        ("www.thetrevorproject.org", "Unrated"),
        ("clinic.example", None),
        ("clinic.example", "Streaming Media"),
        ("a.example", "Health and Medicine"),
        ("b.example", "TRADITIONAL_RELIGION"),
        ("c.example", "LGBTQ"),
        ("203.0.113.9", "political organizations"),
        ("d.example", "Philosophy and Political Advocacy"),
        ("e.example", "society.politics"),
        ("f.example", "Professional and Worker Organizations"),
        ("pirates.example", "Religion; Peer to Peer"),
    ]
)
SAID = st.fixed_dictionaries(
    {
        "url": st.sampled_from(["http://h/", "https://h/?q=free+vpn", "http://h/a?q=unblock", "tunnel://h:443"]),
        "verdict": st.sampled_from(["allowed"]),
        "bytes_in": st.sampled_from([None, 5, 9_000_000_000]),
        "bytes_out": st.sampled_from([None, 700_000_000]),
        "app": st.sampled_from([None, "psiphon", "bittorrent"]),
        "destination": st.sampled_from([None, "198.51.100.7", "anydesk.com"]),
        "destination_port": st.sampled_from([None, 443, 51820]),
        "protocol": st.sampled_from([None, "udp", "tls"]),
        "user_agent": st.sampled_from([None, "Faith/3.1"]),
        "reason": st.sampled_from([None, "religion"]),
        "vendor_action": st.sampled_from([None, "Website accessed: church"]),
        "vendor_code": st.sampled_from([None, "200", "403"]),
        "duration_s": st.sampled_from([None, 5.0]),
    }
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TOPICS, SAID), min_size=1, max_size=8))
def test_no_detection_and_no_sigma_rule_can_tell_one_topic_from_another(drawn: list[tuple[Any, Any]]) -> None:
    """Whatever the pages were about, all that is found is what is found of as many pages about something else."""
    times = [f"2026-03-04 10:0{n}:00" for n in range(len(drawn))]
    told = [page(n, at, *topic, **said) for n, (at, (topic, said)) in enumerate(zip(times, drawn, strict=True))]
    plain = [page(n, at, "clinic.example") for n, at in enumerate(times)]
    found, events = run(told, *RULES)
    assert found == run(plain, *RULES)[0]
    assert not [one for one in found if one.detection.startswith("sigma:")]
    for one in events:
        assert one.url_category == "sensitive"
        assert (one.url, one.domain, one.destination, one.app, one.user_agent) == (None,) * 5
        assert (one.reason, one.vendor_action) == (None, None)
        assert one.raw.startswith("GET ")


def test_the_same_rules_find_every_page_about_something_else() -> None:
    found, _ = run([page(1, AT, "games.example", "Games")], *RULES)
    wide = {"any_page", "a_host", "any_word", "rated", "not_this", "of_squid"}
    assert {one.detection for one in found} >= {f"sigma:{name}" for name in wide}


@pytest.mark.parametrize(
    ("host", "category"),
    [
        ("www.clinic.example", "Proxy Avoidance"),  # the district overrules the filter
        ("unlisted.example", "Health"),
        ("unlisted.example", "newly registered, Sex Education"),
        ("nea.org", None),
        ("nea.org", "Unrated"),
    ],
)
def test_a_topic_is_told_by_the_districts_table_the_filters_word_or_a_host_that_everybody_knows(
    host: str, category: str | None
) -> None:
    assert stored(page(1, AT, host, category))[0].url_category == "sensitive"


@pytest.mark.parametrize("abbreviation", ["IW_hlth", "IW_rel", "IW_pol", "IW_sxed", "IW_cult", "IW_heal"])
def test_a_topic_that_cisco_abbreviates_is_told(abbreviation: str) -> None:
    assert stored(page(1, AT, "unlisted.example", in_words(abbreviation)))[0].url_category == "sensitive"


@pytest.mark.parametrize(
    ("host", "category", "said"),
    [
        ("anatomy.example", "Health and Medicine", {}),  # the district says that it is curriculum
        ("games.example", "Games", {"url": "http://games.example/lgbtq/religion?q=health"}),
        ("health.games.example", None, {}),
        ("proxy.example", "Proxy Avoidance, Health", {}),
        ("proxy.example", "Religion; Anonymizer", {}),
        ("www.croxyproxy.com", None, {}),  # in the district's table as sensitive, and known as a proxy to everybody
        ("www.croxyproxy.com", "Health", {}),
        ("nordvpn.com", "Politics", {}),
        ("nurse-1", "Health", {}),  # the district's own server
        ("10.1.0.9", "Health", {}),
        ("gateway.example", "Health", {"destination": "10.1.0.9"}),
        ("western.example", "Western Union and healthy sports", {}),  # words are found whole
    ],
)
def test_nothing_else_is(host: str, category: str | None, said: dict[str, Any]) -> None:
    told = stored(page(1, AT, host, category, **said))[0]
    assert (told.url_category, told.domain) == (category, host)


def test_nobody_hides_a_way_around_the_filter_behind_a_topic() -> None:
    pages = [
        page(n, f"2026-03-04 10:{n:02}:00", f"p{n}.example", "Proxies; Religion", verdict="blocked", url=f"http://p{n}.example/lgbtq")
        for n in range(10)
    ]  # fmt: skip
    assert "filter_circumvention" in {one.detection for one in run(pages)[0]}


def test_what_is_left_still_shows_that_somebody_used_the_web() -> None:
    """A student without a contract used the web: that is found, and the finding tells nothing of what was read."""
    pages = [page(n, f"2026-03-04 10:{n:02}:00", "clinic.example", "Health") for n in range(5)]
    found, _ = run(pages)
    assert [(one.detection, one.account) for one in found] == [("ended_account_in_use", "tbell")]
    said = msgspec.json.encode(found).decode().lower()
    assert not [word for word in ("clinic", "health", "sensitive") if word in said]


def test_a_page_without_a_time_is_hidden_too() -> None:
    undated = msgspec.structs.replace(page(1, AT, "clinic.example", "Health"), occurred_at=None, time_quality="bad")
    assert stored(undated)[0].domain is None


def test_what_is_stored_is_judged_anew_as_it_was() -> None:
    pages = [page(n, f"2026-03-04 10:{n:02}:00", "clinic.example", "Health") for n in range(5)]
    found, events = run(pages, *RULES)
    again = [msgspec.structs.replace(one, attribution=None, person=None, device_id=None, site=None) for one in events]
    assert run(again, *RULES)[0] == found


def test_no_event_of_a_topic_is_in_what_the_judge_remembers_by_name() -> None:
    engine = Engine(DISTRICT)
    pages = [msgspec.structs.replace(page(1, AT, "clinic.example", "Health"), raw="")]
    for batch in [fact_batch(settings_of(policy_of(*RULES), {**TABLES, "domains": None})), *event_batches(pages)]:
        engine.observe(batch)
        engine.judge()
    kept = [value for name, value in engine.changes() if value and not name.startswith("fact|")]
    assert kept
    assert not [value for value in kept if b"clinic" in value or b"Health" in value]


@pytest.mark.parametrize(
    "value",
    ["cs-host|contains: lgbtq", "c-uri|re: '.*q=(?:gay|abortion).*'", "cs-categories: Religion", "c-uri: '*union*'"],
)
def test_a_sigma_rule_that_asks_for_a_topic_is_refused(value: str) -> None:
    found = load(f"title: t\nname: t\nlogsource: {{category: proxy}}\ndetection: {{s: {{{value}}}, condition: s}}")
    refused = isinstance(found, list) and "no rule may read a topic of protected speech" in str(found[0])
    assert refused == ("union" not in value)  # a word that stands for other things, too, is none


def test_a_word_in_any_record_is_asked_for_as_well_and_a_users_name_is_no_topic() -> None:
    assert isinstance(load("title: t\nlogsource: {category: proxy}\ndetection: {s: [lesbian], condition: s}"), list)
    windows = "logsource: {product: windows, service: security}"
    name = f"title: t\n{windows}\ndetection: {{s: {{TargetUserName: church}}, condition: s}}"
    assert isinstance(load(name), Policy)


def with_text(text: str) -> Any:
    return load_pack({**(shipped_pack("union-ok") or {}), "policy/own.yaml": text.encode()})


def test_a_list_of_a_detection_that_asks_for_a_topic_is_refused() -> None:
    pack = shipped_pack("base") or {}
    key = next(name for name in pack if name.endswith("filter_circumvention.yaml"))
    found = load_pack(
        {**pack, key: pack[key].replace(b"search_phrases: [unblock,", b"search_phrases: [gay chat, unblock,")}
    )
    assert isinstance(found, list)
    assert (found[0].key, found[0].file) == ("detections.filter_circumvention.parameters.search_phrases", key)
    told = pack[key].replace(b"categories: [proxy_avoidance, vpn]", b"categories: [proxy_avoidance, sensitive]")
    assert isinstance(load_pack({**pack, key: told}), list)


@pytest.mark.parametrize("name", ["topics", "filter_categories"])
def test_a_pack_may_add_words_and_take_none_away(name: str) -> None:
    words = getattr(base_policy().protected_speech, name)
    for said, fits in (((*words, "quakers"), True), (("quakers",), False)):
        text = f"protected_speech: {{{name}: {msgspec.json.encode(said).decode()}}}"
        found = load_pack({**(shipped_pack("union-ok") or {}), "policy/own.yaml": text.encode()})
        assert isinstance(found, Policy) == fits
        assert fits or "words may be added, none taken away" in str(found)


def test_every_detection_that_ships_takes_part_in_the_proof() -> None:
    assert all(policy_of(*RULES).detection(one.name).enabled for one in DETECTIONS)


# What is stored is shown to nobody who looks, and found by a law that asks for it


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_protected_speech")
    said = {"source_id": "filter", "product": "squid", "category": "proxy", "action": "web.requested"}
    hidden = stored_event(
        "e1", "14:00:00", account="tbell", url_category="sensitive", raw="GET http://clinic.example/ 200", **said
    )
    other = stored_event(
        "e2", "14:01:00", account="tbell", url_category="Health", domain="b.example", raw="GET b.example", **said
    )
    store_records(store, [stored_events([hidden, other], 1)])
    yield store
    store.close()


def test_whoever_looks_at_events_sees_that_one_is_sensitive_and_not_its_record(store: Store) -> None:
    pages = [timeline.page(store, STORED_IN, subject("tbell"), timeline.Span()).events]
    pages += [timeline.by_id(store, STORED_IN, ["e1", "e2"])]
    pages += [list(timeline.whole(store, STORED_IN, subject("tbell"), timeline.Span()))]
    for found in pages:
        raws = {one.event_id: (one.url_category, one.raw) for one in found}
        assert raws == {"e1": ("sensitive", NOT_SHOWN), "e2": ("Health", "GET b.example")}


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("clinic.example", ["e1"]),
        ("b.example", ["e2"]),
        ("linic.example", []),
        ("clinic.exampl", []),
        ("example", ["e1", "e2"]),
    ],
)
def test_a_request_for_records_about_a_domain_finds_them_all_the_same(
    store: Store, domain: str, found: list[str]
) -> None:
    asked = Criteria(since="2026-01-01T00:00:00.000Z", until="2027-01-01T00:00:00.000Z", domains=(domain,))
    told = list(responsive.stream(store, STORED_IN, asked))
    assert [one.event_id for one in told] == found
    assert all(one.raw.startswith("GET") for one in told)


def test_the_production_of_a_request_shows_nothing_of_the_record(tmp_path: Path) -> None:
    raw = "1772632800.000 88 10.20.1.5 TCP_MISS/200 5120 GET http://health.example/ tbell DIRECT"
    hidden = {"url": None, "domain": None, "url_category": "sensitive", "raw": raw}
    made(tmp_path, [of_request(1, **hidden), of_request(2, raw=raw)])
    one, two = sorted(rows(tmp_path), key=lambda row: row["event_id"])
    assert re.fullmatch(r"\[[A-Z0-9-]+\]", one["raw"])
    assert "GET" in two["raw"]
