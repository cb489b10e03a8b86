"""What detections say of a kind of record is asked once and holds until it may be another: nothing else is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from model.batch import Fact
from model.policy import Policy, base_policy
from model.reference import Reference
from streams.detections import ended_account_in_use, shared_account, unreturned_device
from streams.detections.catalog import DETECTIONS
from streams.engine.audience import Audience
from streams.engine.engine import Engine
from streams.engine.settings import Settings
from streams.seen import Kind, Page, Seen, kind_of, page_of
from tests.streams.test_engine_properties import PATIENT, as_text, events_of, opening, told
from tests.streams.test_versions_of_a_policy import version
from tests.support.busy_day import DAY
from tests.support.sigma_cases import LOGON, policy_of, windows
from tests.support.small_district import DISTRICT, ZONE, ended, event_batches, fact, fact_batch, pack_fact

EACH_TIME = [replace(one, passes_over=None, continues=None, concerns=lambda *_: True) for one in DETECTIONS]
LEASE = {"category": "device", "action": "lease.granted", "mac": "02:00:00:00:00:09", "address": "10.1.0.9"}
OFF = {"filter_circumvention": {"enabled": False, "off_reason": "by resolution"}}


@given(day=DAY)
@PATIENT
def test_what_is_asked_once_of_a_page_and_of_an_answer_finds_what_is_asked_of_each_event(day: list[Any]) -> None:
    batches = [*opening(), *event_batches(events_of(day)), ended()]
    assert as_text(told(Engine(DISTRICT), batches)) == as_text(told(Engine(DISTRICT, EACH_TIME), batches))


def _request(minute: int, domain: str, verdict: str) -> tuple[int, dict[str, Any]]:
    said = {"category": "proxy", "action": "web.requested", "address": "10.1.0.9"}
    return minute, {**said, "domain": domain, "verdict": verdict}


DAY_OF_ONE = [
    (1, LEASE),
    _request(2, "new.example", "allowed"),
    _request(3, "new.example", "blocked"),
    _request(61, "new.example", "allowed"),
    _request(80, "new.example", "blocked"),
    _request(81, "vpn.example", "blocked"),
]
LISTED = fact("domains", {"domain": "new.example", "category": "proxy_avoidance"}, ZONE)


def _found(*news: Fact, before: tuple[Fact, ...] = ()) -> set[str]:
    """What is found of a page for which somebody asks before and after the news."""
    events = events_of(DAY_OF_ONE)
    early, late = event_batches(events[:3]), event_batches(events[3:])
    batches = [*opening(), fact_batch(list(before)), *early, fact_batch(list(news)), *late, ended()]
    return {one.reason for one in told(Engine(DISTRICT), batches).values()}


def test_a_page_is_asked_about_anew_once_its_host_is_listed() -> None:
    assert _found() == set()
    assert _found(LISTED) == {"succeeded"}


def test_a_page_is_asked_about_anew_once_a_detection_is_turned_on() -> None:
    on, off = version("1", None), version("1", None, OFF)
    assert _found(off, before=(on, LISTED)) == set()
    assert _found(on, before=(off, LISTED)) == {"succeeded"}


def test_a_kind_of_record_is_asked_about_anew_once_a_rule_reads_it() -> None:
    events = [windows(n, f"2026-03-04 10:00:0{n}", 4625, TargetUserName="ada") for n in range(4)]
    policy = policy_of(LOGON)
    rule = Fact(table="policy", key=policy.id, row={"pack": policy.model_dump_json()})
    batches = [*opening(), *event_batches(events[:2]), fact_batch([rule]), *event_batches(events[2:]), ended()]
    (one,) = [one for one in told(Engine(DISTRICT), batches).values() if one.detection.startswith("sigma:")]
    assert one.event_ids == [event.event_id for event in events[2:]]


def _audience() -> Audience:
    settings = Settings(Reference(), base_policy())
    settings.apply(pack_fact("base"))
    return Audience(settings.reference, settings, lambda at: (at, at + 1))


SAID: dict[str, dict[str, Any]] = {  # where a field is no text of that name in a record
    "asks": {"url": "https://example.org/?q=tunnel"},
    "destination_port": {"destination_port": 8443},
    "sensitive": {"sensitive": True},
}


@pytest.mark.parametrize(
    ("told_by", "field"), [(told_by, field) for told_by in (Page, Kind) for field in told_by._fields]
)
def test_two_records_are_of_one_kind_only_if_all_that_is_read_of_it_is_the_same(
    told_by: type[Page] | type[Kind], field: str
) -> None:
    made: dict[str, Any] = {"event_id": "e1", "source_id": "filter", "category": "proxy", "action": "web.requested"}
    one, other = Seen(**made), Seen(**{**made, **SAID.get(field, {field: "another"})})
    of = page_of if told_by is Page else kind_of
    assert getattr(of(one), field) != getattr(of(other), field)
    audience = _audience()
    assert audience.of(one) is not audience.of(other)


def test_a_page_of_protected_speech_is_of_another_kind_than_a_record_without_a_page() -> None:
    audience = _audience()
    of_no_page = Seen(event_id="e1", source_id="filter", category="proxy", action="web.requested")
    hidden = Seen(event_id="e2", source_id="filter", category="proxy", action="web.requested", sensitive=True)
    pages = [asked.page for asked in map(audience.of, (of_no_page, hidden))]
    assert [page and page.sensitive for page in pages] == [False, True]


def _page(**said: Any) -> Page:
    made = {"category": "proxy", "action": "web.requested", "domain": "example.org", "verdict": "allowed", **said}
    return page_of(Seen(event_id="e1", source_id="filter", **made))


BACKGROUND = base_policy().detections.shared_account.parameters.background_domains[0]


@pytest.mark.parametrize(
    ("continues", "page"),
    [
        (shared_account.continues, _page(domain=f"cdn.{BACKGROUND}")),
        (shared_account.continues, _page(domain=None)),
        (shared_account.continues, _page(outcome="failure")),
        (unreturned_device.continues, _page(outcome="failure")),
        (ended_account_in_use.continues, _page(verdict="blocked")),
    ],
)
def test_a_request_that_is_no_use_of_its_own_makes_none_longer(
    continues: Callable[[Page, Policy], bool], page: Page
) -> None:
    assert continues(_page(), base_policy())
    assert not continues(page, base_policy())
