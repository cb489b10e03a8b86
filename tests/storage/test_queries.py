"""The typed questions, asked of a real ClickHouse: nothing twice, the newest version, filters, pages, order."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.stack import Stack
from model.batch import Fact
from model.dead_letter import DeadLetter
from storage.client import Store
from storage.queries import dead_letters as letters
from storage.queries import history, search, sources, timeline
from storage.queries import violations as found
from storage.queries.paging import Page
from storage.queries.subject import subject
from storage.queries.timeline import Span
from storage.queries.violations import Filter
from tests.support.storage_cases import (
    DISTRICT,
    dead_letters,
    event,
    events,
    facts,
    fresh_store,
    proof,
    store_records,
    violation,
    violations,
)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
CARD = "a4:bb:6d:00:00:01"


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_queries")
    for table in ("events", "violations", "dead_letters", "reference"):
        # No merge, which would hide that a question counts twice.
        store.command(f"ALTER TABLE {table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
    logon = event("e1", "14:00:00", account="tbell", device="HS-LAB-01", address="10.1.0.7", offset=900)
    attributed = event(
        "e1", "14:00:00", account="tbell", device="HS-LAB-01", address="10.1.0.7", offset=900,
        person="p17", site="hs", attribution=[proof("person", "p17"), proof("site", "hs")],
    )  # fmt: skip
    page = event(
        "e2", "14:00:00", source_id="proxy1", product="squid", category="proxy", action="web.requested",
        address="10.1.0.7", domain="games.example", url="https://games.example/", bytes_in=12, offset=80,
    )  # fmt: skip
    lease = event("e3", "13:59:00", source_id="dhcp1", product="isc_dhcp", category="device", mac=CARD, offset=5)
    odd = event("e4", "14:30:00", action="record.unrecognised")
    timeless = event("e5", occurred_at=None, time_quality="bad", account="tbell_2")
    silent = event("s1", "15:00:00", source_id="dhcp1", action="source.silent")
    resumed = event("s2", "15:20:00", source_id="dhcp1", action="source.resumed")
    store_records(store, [events([logon, page, lease, odd, timeless, silent, resumed], 1)])
    store_records(store, [events([attributed], 2), events([page], 3)])
    store_records(store, [events([logon], 1)])  # an older version, redelivered
    second = violation("v1", revision=2, status="withdrawn", headline="no longer")
    later = {"started_at": "2026-03-05T04:30:00.000Z", "ended_at": "2026-03-05T05:00:00.000Z"}
    low = violation("v2", account="vtech", person=None, severity="low", detection="filter_circumvention", **later)
    store_records(store, [violations([violation("v1"), second, low], 1)])
    store_records(store, [violations([violation("v1")], 2)])  # redelivered
    parts = [
        DeadLetter(
            dead_letter_id=f"d1-{part}", origin="f:0", district=DISTRICT, source_id="dc1", stage="parse",
            reason="not JSON", raw=half, part=part, parts=2,
        )
        for part, half in ((1, "first "), (2, "second"))
    ]  # fmt: skip
    judged = DeadLetter(
        dead_letter_id="d2", district=DISTRICT, source_id="dc1", stage="judge", reason="boom", raw="x", event_id="e1"
    )
    store_records(store, [dead_letters([*parts, judged], 1)])
    yield store
    store.close()


def ids(page: Page) -> list[str]:
    return [one.event_id for one in page.events]


def test_an_event_attributed_later_is_found_by_its_person_and_only_once(store: Store) -> None:
    page = timeline.page(store, DISTRICT, subject("person:p17"), Span())
    assert [(one.event_id, one.person, one.version) for one in page.events] == [("e1", "p17", 2)]
    assert page.events[0].attribution == [proof("person", "p17"), proof("site", "hs")]


def test_what_an_event_does_not_say_comes_back_as_not_said(store: Store) -> None:
    lease = timeline.page(store, DISTRICT, subject(CARD), Span()).events[0]
    assert (lease.account, lease.bytes_in, lease.received_at, lease.attribution) == (None, None, None, None)
    assert (lease.occurred_at, lease.raw) == ("2026-03-04T13:59:00.000Z", "raw of e3")


@pytest.mark.parametrize("text", ["TBELL", "account:tbell", "hs-lab-01", "device:HS-LAB-01", "tb*ll"])
def test_a_subject_is_found_however_its_name_is_written(store: Store, text: str) -> None:
    assert ids(timeline.page(store, DISTRICT, subject(text), Span())) == ["e1"]


@pytest.mark.parametrize("text", ["A4BB6D000001", "a4-bb-6d-00-00-01", "a4bb.6d00.0001"])
def test_a_network_card_is_found_however_it_is_written(store: Store, text: str) -> None:
    assert ids(timeline.page(store, DISTRICT, subject(text), Span())) == ["e3"]


def test_percent_and_underscore_are_letters_not_patterns(store: Store) -> None:
    assert ids(timeline.page(store, DISTRICT, subject("account:tbell_*"), Span())) == ["e5"]
    assert ids(timeline.page(store, DISTRICT, subject("tb_ll*"), Span())) == []
    assert ids(timeline.page(store, DISTRICT, subject("%*"), Span())) == []


@pytest.mark.parametrize("text", ["", "*", "person:", "x" * 300])
def test_a_search_for_everything_or_for_a_book_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="look for"):
        subject(text)


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    seen, after = [], None
    for _ in range(2):
        page = timeline.page(store, DISTRICT, subject("address:10.1.0.7"), Span(), limit=1, after=after)
        seen += ids(page)
        after = page.after
    assert (seen, after) == (["e2", "e1"], None)


def test_a_page_goes_on_past_events_without_a_time(store: Store) -> None:
    first = timeline.page(store, DISTRICT, subject("account:tbell*"), Span(), limit=1, order="oldest")
    rest = timeline.page(store, DISTRICT, subject("account:tbell*"), Span(), after=first.after, order="oldest")
    assert (ids(first), first.events[0].occurred_at, ids(rest)) == (["e5"], None, ["e1"])


def test_a_span_is_half_open_and_filters_by_source(store: Store) -> None:
    at_two = NOON + timedelta(hours=2)
    sought = subject("10.1.0.*")
    assert ids(timeline.page(store, DISTRICT, sought, Span(since=at_two, source_ids=("proxy1",)))) == ["e2"]
    assert ids(timeline.page(store, DISTRICT, sought, Span(until=at_two))) == []


def test_another_district_sees_nothing(store: Store) -> None:
    assert ids(timeline.page(store, "birch-hill", subject("tbell"), Span())) == []


def test_a_histogram_counts_each_event_once(store: Store) -> None:
    bars, step = timeline.histogram(store, DISTRICT, subject("10.1.0.7"), Span())
    assert [(bar.at, bar.source_id, bar.events) for bar in bars] == [
        ("2026-03-04T14:00:00.000Z", "dc1", 1),
        ("2026-03-04T14:00:00.000Z", "proxy1", 1),
    ]
    assert step == timedelta(seconds=1)


def test_the_queue_shows_each_violation_at_its_newest_revision(store: Store) -> None:
    listed = {one.violation_id: (one.revision, one.status) for one in found.queue(store, DISTRICT, Filter())}
    assert listed == {"v1": (2, "withdrawn"), "v2": (1, "open")}


def test_a_filter_never_brings_back_an_older_revision(store: Store) -> None:
    assert [one.violation_id for one in found.queue(store, DISTRICT, Filter(statuses=("open",)))] == ["v2"]
    assert found.count(store, DISTRICT, Filter(statuses=("open",))) == 1


def test_the_gravest_come_first_when_asked(store: Store) -> None:
    assert [one.severity for one in found.queue(store, DISTRICT, Filter(), "gravest")] == ["high", "low"]
    assert [one.severity for one in found.queue(store, DISTRICT, Filter(), "newest")] == ["low", "high"]


def test_the_queue_is_filtered_by_subject_detection_and_time(store: Store) -> None:
    def asked(**wanted: object) -> list[str]:
        return [one.violation_id for one in found.queue(store, DISTRICT, Filter(**wanted))]  # type: ignore[arg-type]

    assert asked(subject=subject("TB*")) == asked(detections=("shared_account",)) == ["v1"]
    assert asked(since=NOON + timedelta(hours=12)) == asked(severities=("low",)) == ["v2"]


def test_days_are_the_districts_own(store: Store) -> None:
    days = found.by_day(store, DISTRICT, Filter(), "America/New_York")
    assert [(day.day, day.violations) for day in days] == [("2026-03-04", 1), ("2026-03-04", 1)]


def test_every_revision_is_kept_once_newest_first(store: Store) -> None:
    assert [one.revision for one in found.revisions(store, DISTRICT, "v1")] == [2, 1]
    assert found.revisions(store, DISTRICT, "v9") == []


def test_the_evidence_of_a_violation_are_its_events_with_raw(store: Store) -> None:
    assert [one.raw for one in found.evidence(store, violation("v1"))] == ["raw of e1"]


def test_sources_count_recognised_unrecognised_and_refused_apart(store: Store) -> None:
    counted = {one.source_id: one for one in sources.sources(store, DISTRICT, NOON)}
    domain_controller = counted["dc1"]
    assert (domain_controller.events, domain_controller.unrecognised, domain_controller.dead_letters) == (2, 1, 1)
    assert (counted["dhcp1"].events, counted["dhcp1"].products) == (1, ["isc_dhcp", "windows_security"])
    assert domain_controller.first_at == "2026-03-04T14:00:00.000Z"


def test_silence_lasts_until_the_source_resumes(store: Store) -> None:
    spell = sources.spells(store, DISTRICT)[0]
    assert (spell.source_id, spell.silent_at[11:16], (spell.resumed_at or "")[11:16]) == ("dhcp1", "15:00", "15:20")


def test_gaps_between_events_are_found(store: Store) -> None:
    gaps = sources.gaps(store, DISTRICT, "dc1", timedelta(minutes=20), NOON, NOON + timedelta(days=1))
    assert [(gap.silent_at[11:16], (gap.resumed_at or "")[11:16]) for gap in gaps] == [("14:00", "14:30")]


def test_a_dead_letter_in_parts_is_listed_once_and_comes_back_whole(store: Store) -> None:
    listed = {one.dead_letter_id: one for one in letters.dead_letters(store, DISTRICT)}
    assert set(listed) == {"d1-1", "d2"}
    assert (listed["d1-1"].size, listed["d1-1"].parts_here, listed["d1-1"].raw_begins) == (12, 2, "first ")
    for any_part in ("d1-1", "d1-2"):
        whole = letters.dead_letter(store, any_part)
        assert whole is not None
        assert (whole.dead_letter_id, whole.raw) == ("d1-1", "first second")


def test_a_retry_is_remembered_beside_the_dead_letter(store: Store) -> None:
    letter = letters.dead_letter(store, "d2")
    assert letter is not None
    letters.mark_retried(store, [letter], NOON, "ada")
    listed = letters.dead_letters(store, DISTRICT, stage="judge")[0]
    assert (listed.retries, listed.retried_at) == (1, "2026-03-04T12:00:00.000Z")


def test_search_names_what_matches_and_counts_it_once(store: Store) -> None:
    matches = search.search(store, DISTRICT, subject("*bell*"))
    assert [(one.kind, one.name, one.events) for one in matches] == [("account", "tbell", 1), ("account", "tbell_2", 1)]


def test_history_gives_each_event_once_as_its_parser_gave_it(store: Store) -> None:
    past = list(history.history(store, DISTRICT, NOON, NOON + timedelta(hours=2, minutes=10)))
    assert [one.event_id for one in past] == ["e3", "e1", "e2"]
    assert (past[1].account, past[1].person, past[1].site, past[1].attribution) == ("tbell", None, None, None)
    assert past[2].bytes_in == 12


def test_history_is_asked_for_by_days_and_is_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [one.event_id for one in history.history(store, DISTRICT)]
    monkeypatch.setattr(history, "_AT_ONCE", 1)
    asked: list[str] = []
    stream = store.stream
    monkeypatch.setattr(store, "stream", lambda sql, told: asked.append(sql) or stream(sql, told))
    assert [one.event_id for one in history.history(store, DISTRICT)] == whole
    assert len(asked) > 1


def test_reference_facts_come_back_as_they_were_recorded(store: Store) -> None:
    known = Fact(table="accounts", key="tbell", row={"account": "tbell", "person": "p17"}, valid_from=5)
    ended = Fact(table="accounts", key="tbell", row=None, recorded_at=9)
    for _ in range(2):
        store_records(store, [facts([known, ended], 50)])
    assert list(history.reference(store, DISTRICT)) == [known, ended]
