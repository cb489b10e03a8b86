"""A page that a detection passes over is one of which it would remember nothing, whoever asked for it and when."""

from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.policy import base_policy
from model.reference import Reference
from streams.detection import Detection
from streams.detections.catalog import DETECTIONS
from streams.seen import Seen, page_of
from tests.streams.test_detections import judged
from tests.support.detection_cases import cases_of
from tests.support.small_district import facts

PASSING = [one for one in DETECTIONS if one.passes_over]
AT = 1_772_632_800_000  # March 4, 2026, 8 a.m. in Chicago
HOUR = 3_600_000
ZONE = ZoneInfo("America/Chicago")


def _hosts(name: str) -> list[str]:
    """Every host that a case of the detection names."""
    events = [event for case in cases_of(name)["cases"] for event in case.get("events", ())]
    return sorted({str(event["domain"]) for event in events if event.get("domain")})


@cache
def _tables(name: str) -> list[Reference]:
    """The tables of each case of a detection."""
    whole, found = cases_of(name), {}
    for case in whole["cases"]:
        tables = {**whole.get("reference", {}), **case.get("reference", {})}
        if (said := str([tables.get(table) for table in ("domains", "unblocks", "devices")])) in found:
            continue
        known = found[said] = Reference()
        for fact in facts(tables, ZONE):
            if fact.table not in ("district", "policy", "source"):
                known.apply(fact)
    return list(found.values())


POLICY = base_policy()


def _requests(name: str) -> st.SearchStrategy[Seen]:
    return st.builds(
        Seen,
        event_id=st.just("e1"),
        source_id=st.just("filter"),
        category=st.just("proxy"),
        action=st.just("web.requested"),
        account=st.sampled_from(["jdoe", "mhill", None]),
        person=st.sampled_from(["p-doe", None]),
        device_id=st.sampled_from(["CB-1", "LT-1", "CB-2", None]),
        site=st.just("hs"),
        domain=st.sampled_from([*_hosts(name), "192.0.2.7", None]),
        url=st.sampled_from(
            [None, "https://a.example/", "https://www.google.com/search?q=free+vpn", "https://b.example/?a=1"]
        ),
        url_category=st.sampled_from(
            [None, "proxy avoidance", "Peer-to-Peer", "streaming media", "news", "uncategorized"]
        ),
        app=st.sampled_from([None, "bittorrent", "teamviewer", "ssl"]),
        verdict=st.sampled_from([None, "allowed", "blocked", "unknown"]),
        outcome=st.sampled_from(["success", "failure", "unknown"]),
        protocol=st.sampled_from([None, "dns", "tls"]),
        destination_port=st.sampled_from([None, 443, 80]),
        bytes_in=st.sampled_from([None, 0, 900, 1_000_000, 900_000_000]),
        bytes_out=st.sampled_from([None, 0, 900, 900_000_000]),
        at=st.integers(-5_000, 5_000).map(lambda hours: AT + hours * HOUR),
    )


@pytest.mark.parametrize("detection", PASSING, ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_of_a_page_that_is_passed_over_nothing_is_remembered(detection: Detection, data: st.DataObject) -> None:
    known, seen = data.draw(st.sampled_from(_tables(detection.name))), data.draw(_requests(detection.name))
    assert detection.passes_over is not None
    if (seen.bytes_in or 0) < detection.passes_over(page_of(seen), seen.at, known, POLICY):
        assert detection.sight(seen, known, POLICY) is None


def test_a_page_is_asked_about_anew_once_the_district_lists_its_host() -> None:
    whole = cases_of("filter_circumvention")
    found = next(case for case in whole["cases"] if case["name"].startswith("four refused proxies and an allowed one"))
    early = [{**event, "at": event["at"].replace(" 10:", " 09:")} for event in found["events"]]
    since = {"category": "proxy_avoidance", "valid_from": "2026-03-04 10:00:00"}
    rows = [{"domain": event["domain"], **since} for event in early]
    said = judged(whole, {"events": early + found["events"], "reference": {"domains": rows}})
    assert [one.started_at[:16] for one in said] == ["2026-03-04T16:00"]
