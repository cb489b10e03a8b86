"""Coverage, uniform enforcement and the roll-over of a term: pure, and asked of a real store."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.reports.coverage import Asked, Known, coverage
from casework.reports.inventory import inventory
from casework.reports.rollover import TABLES, Tables, board
from casework.reports.uniformity import uniformity
from infra.local.stack import Stack
from model.batch import Fact
from model.clock import now
from model.event import parse_at
from storage.client import Store
from storage.queries.outcomes import Handled, handled
from storage.queries.sat_at import DayOfDevice, sat_at
from storage.queries.sources import Source, Spell, gaps, sources, spells
from storage.queries.spoken import Spoken, spoken
from storage.queries.subject import subject
from storage.queries.told import Told, passwords, told
from tests.support.storage_cases import (
    DISTRICT,
    event,
    events,
    facts,
    fresh_store,
    store_records,
    violation,
    violations,
)

DAY = datetime(2026, 3, 4, tzinfo=UTC)
ASKED = Asked("tbell", "account", DISTRICT, DAY, DAY + timedelta(days=1))


def at(clock: str) -> str:
    return f"2026-03-04T{clock}:00.000Z"


def source(**more: Any) -> Spoken:
    fields: dict[str, Any] = {
        "source_id": "dc1", "categories": ["auth"], "products": ["windows_security"], "events": 900, "about": 3,
        "names_such": 900, "first_at": at("00:00"), "last_at": at("23:59"),
        "hours": [f"2026-03-04T{n:02}" for n in range(24)],
    }  # fmt: skip
    return Spoken(**(fields | more))


def known(*found: Spoken, noticed: list[Spell] | None = None, long: list[Spell] | None = None) -> Known:
    read = [Source(district=DISTRICT, source_id=one.source_id, reached_at=1_772_700_000_000) for one in found]
    return Known(list(found), read, noticed or [], {"dc1": long or []})


def test_a_source_without_a_gap_covers_the_time() -> None:
    made = coverage(ASKED, known(source()))
    assert (made.complete, made.sources[0].status, made.sources[0].gaps) == (True, "complete", [])
    assert len(made.hours) == 24
    assert made.says == ["dc1 has no gap; 3 of its 900 records are about tbell"]


def test_every_gap_is_named_once_by_what_is_known_of_it() -> None:
    noticed = [Spell(DISTRICT, "dc1", at("02:10"), at("02:40"))]
    long = [Spell(DISTRICT, "dc1", at("02:05"), at("04:40")), Spell(DISTRICT, "dc1", at("12:00"), at("15:00"))]
    made = coverage(ASKED, known(source(first_at=at("01:00"), last_at=at("20:00")), noticed=noticed, long=long))
    told = [(one.kind, one.since[11:16], one.until[11:16]) for one in made.sources[0].gaps]
    assert told == [("silent", "02:10", "02:40"), ("quiet", "12:00", "15:00"), ("after", "20:00", "00:00")]
    late = coverage(ASKED, known(source(first_at=at("06:00"))))
    assert [one.kind for one in late.sources[0].gaps] == ["before"]
    assert (made.complete, late.complete) == (False, False)


def test_a_source_that_told_nothing_is_no_proof_and_one_that_never_names_such_is_not_asked() -> None:
    nothing = source(events=0, about=0, first_at=None, last_at=None, hours=[])
    made = coverage(ASKED, known(nothing, source(source_id="tacacs", names_such=0)))
    assert [(one.status, one.should) for one in made.sources] == [("nothing", True), ("not_asked", False)]
    assert "can say nothing about tbell" in made.says[0]
    assert made.hours[0].silent == ["dc1"]
    assert coverage(ASKED, known()).complete is False


def test_a_silence_that_still_lasts_ends_with_the_time_asked_about() -> None:
    made = coverage(ASKED, known(source(), noticed=[Spell(DISTRICT, "dc1", "2026-03-03T20:00:00.000Z", None)]))
    assert [(one.since, one.until) for one in made.sources[0].gaps] == [
        ("2026-03-04T00:00:00.000Z", "2026-03-05T00:00:00.000Z")]  # fmt: skip


# Uniformity


def closed(
    number: int, outcome: str, role: str = "student", school: str = "o1", state: str = "closed"
) -> list[Handled]:
    return [Handled(violation_id=f"{outcome}{n}", detection="shared_account", severity="high", state=state,
                    outcome=outcome, role=role, school=school) for n in range(number)]  # fmt: skip


def test_the_same_severity_with_another_outcome_by_school_is_named() -> None:
    found = [*closed(5, "confirmed"), *closed(1, "benign", school="o2"), *closed(4, "false_positive", school="o2")]
    made = uniformity(found, {"o1": "North High", "o2": "South High"})
    assert not made.uniform
    assert [(one.by, one.high, one.low) for one in made.differences] == [("school", "North High", "South High")]
    assert made.differences[0].says == "North High: 100% of 5 confirmed; South High: 0% of 5 confirmed"


def test_too_few_close_shares_and_open_ones_make_no_difference() -> None:
    few = [*closed(5, "confirmed"), *closed(4, "benign", school="o2")]
    alike = [*closed(5, "confirmed"), *closed(5, "confirmed", school="o2"), *closed(9, "", school="o2", state="new")]
    assert uniformity(few, {}).uniform
    assert uniformity(alike, {}).uniform
    assert uniformity([], {}).groups == []
    assert uniformity([*closed(5, "confirmed"), *closed(5, "benign", school="")], {}).differences == []


# Roll-over


def row(table: str, key: str, until: str | None = None, since: str | None = None, **fields: str) -> Told:
    ms = [round(parse_at(one).timestamp() * 1000) if one else None for one in (since, until)]
    return Told(table=table, key=key, row=fields, valid_from=ms[0], valid_to=ms[1])


TERM = row(
    "academicSessions", "t1", "2026-06-13T00:00:00.000Z", "2026-01-05T00:00:00.000Z", type="semester", title="Spring"
)
ROWS = [
    TERM,
    row("roles", "r1", userSourcedId="p1", role="student"),
    row("roles", "r2", userSourcedId="p2", role="teacher"),
    row("accounts", "stu", account="stu", person="p1", kind="personal"),
    row("accounts", "tea", account="tea", person="p2", kind="personal"),
    row("accounts", "ven", account="ven", vendor="acme", kind="vendor"),
    row("accounts", "ven2", account="ven2", vendor="beta", kind="vendor"),
    row("accounts", "ven3", account="ven3", vendor="gone", kind="vendor"),
    row("directory", "ven", account="ven", state="enabled"),
    row("directory", "ven3", account="ven3", state="disabled"),
    row("approvals", "a1", approval_id="a1", vendor="beta", state="approved", kind="vendor_access"),
    row("approvals", "a2", "2026-03-01T00:00:00.000Z", approval_id="a2", vendor="acme", state="approved", kind="x"),
    row("contracts", "c1", "2025-09-01T00:00:00.000Z", person="p1", kind="student_contract"),
    row("contracts", "c2", person="p2", kind="acknowledgement"),
    row("assignments", "d1/p9", device_id="d1", person="p9"),
    row("assignments", "d2/p1", device_id="d2", person="p1"),
    row("assignments", "d3/p1", device_id="d3", person="p1"),
    row("returns", "x1", return_id="x1", device_id="d2", due_at="2026-03-01T00:00:00.000Z"),
    row("returns", "x2", return_id="x2", device_id="d3", returned_at="2026-03-01T00:00:00.000Z"),
    row("unblocks", "u1", request_id="u1", domain="games.example", decision="granted",
        expires_at="2026-03-01T00:00:00.000Z"),
    row("unblocks", "u2", request_id="u2", domain="maps.example", decision="granted"),
    row("unblocks", "u3", request_id="u3", domain="no.example", decision="denied"),
    row("unblocks", "u4", request_id="u4", domain="ok.example", decision="granted",
        expires_at="2026-09-01T00:00:00.000Z"),
]  # fmt: skip


def listed(rows: list[Told], changed: dict[str, str], day: datetime = DAY) -> dict[str, list[str]]:
    return {
        name: [one.id for one in items] for name, items in board(DISTRICT, Tables(rows, changed, day)).sections.items()
    }


def test_the_board_lists_what_is_due_and_nothing_else() -> None:
    assert listed(ROWS, {"tea": "2025-12-01T00:00:00.000Z"}) == {
        "vendor_accounts": ["ven"], "passwords": ["tea"], "acknowledgments": [], "student_contracts": ["p1"],
        "devices": ["d2", "d1"], "unblocks": ["games.example", "maps.example"],
    }  # fmt: skip
    assert listed(ROWS, {"tea": "2026-02-01T00:00:00.000Z"})["passwords"] == []


@pytest.mark.parametrize("written", ["TEA", "tea@maple.example", "MAPLE\\tea"])
def test_a_password_was_changed_however_the_table_writes_the_account(written: str) -> None:
    rows = [TERM, row("roles", "r2", userSourcedId="p2", role="teacher"),
            row("accounts", written, account=written, person="p2", kind="personal")]  # fmt: skip
    assert listed(rows, {"tea": "2026-02-01T00:00:00.000Z"})["passwords"] == []
    assert listed(rows, {})["passwords"] == [written]


@pytest.mark.parametrize("role", ["ext:vendor", "ext:volunteer", "guardian", "student"])
def test_who_does_not_work_for_the_district_owes_no_acknowledgment_and_no_password(role: str) -> None:
    mine = row("roles", "r9", userSourcedId="p9", role=role)
    account = row("accounts", "v", account="v", person="p9", kind="personal")
    found = listed([TERM, mine, account], {})
    assert (found["acknowledgments"], found["passwords"]) == ([], [])


def test_a_table_that_is_absent_is_named_and_makes_no_empty_promise() -> None:
    made = board(DISTRICT, Tables([TERM], {}, DAY))
    assert made.not_known["vendor_accounts"] == ["accounts", "approvals", "directory"]
    assert set(made.not_known) == set(made.sections)
    assert made.term == "Spring"
    assert board(DISTRICT, Tables([], {}, DAY)).term is None


def test_between_two_terms_the_last_one_counts() -> None:
    assert board(DISTRICT, Tables([TERM], {}, datetime(2026, 7, 1, tzinfo=UTC))).term == "Spring"
    assert board(DISTRICT, Tables([TERM], {}, datetime(2025, 12, 1, tzinfo=UTC))).term is None


# Inventory


def used(device: str, *people: str, day: str = "2026-03-04") -> DayOfDevice:
    return DayOfDevice(device, day, list(people))


LAPTOPS = [
    row("devices", "LT-1", device_id="LT-1", **{"class": "assigned"}),
    row("devices", "CA-1", device_id="CA-1", **{"class": "cart"}),
    row("assignments", "LT-1/p1", device_id="LT-1", person="p1"),
]
PUPILS = [f"p{n}" for n in range(1, 10)]


def asked(*days: DayOfDevice, rows: list[Told] = LAPTOPS) -> list[tuple[str, int, str, str]]:
    found = inventory(DISTRICT, Tables(rows, {}, DAY), days).devices
    return [(one.device_id, one.people, one.first, one.last) for one in found]


def test_a_device_of_one_person_that_eight_used_within_a_week_is_asked_about_and_a_cart_is_not() -> None:
    week = [used("LT-1", *PUPILS[:4]), used("LT-1", *PUPILS[4:8], day="2026-03-10")]
    assert asked(*week, used("CA-1", *PUPILS)) == [("LT-1", 8, "2026-03-04", "2026-03-10")]
    assert asked(used("LT-1", *PUPILS[:4]), used("LT-1", *PUPILS[4:8], day="2026-03-11")) == []
    assert asked(used("LT-1", *PUPILS[:7])) == []
    assert inventory(DISTRICT, Tables([], {}, DAY), week).not_known == ["devices", "assignments"]


def test_the_numbers_are_those_of_the_pack() -> None:
    pack = '{"detections":{"device_used_by_another":{"parameters":{"shared_users":3,"shared_days":1}}}}'
    rows = [*LAPTOPS, row("policy", "base", pack=pack)]
    assert asked(used("LT-1", *PUPILS[:3]), rows=rows) == [("LT-1", 3, "2026-03-04", "2026-03-04")]
    assert asked(used("LT-1", *PUPILS[:2]), used("LT-1", "p9", day="2026-03-05"), rows=rows) == []


# A real store


@pytest.fixture(scope="module")
def store(stack: Stack) -> Iterator[Store]:
    store = fresh_store(stack, "test_reports")
    home = Fact(table="district", key=DISTRICT, row={"name": "Maple Falls", "timezone": "America/New_York"})
    rows = [Fact(table=one.table, key=one.key, row=one.row, valid_from=one.valid_from, valid_to=one.valid_to)
            for one in ROWS]  # fmt: skip
    found = [event(f"e{n}", f"{n:02}:00:00", account="tbell" if n == 9 else "else", person="p1") for n in range(8, 20)]
    found.append(event("pw", "10:30:00", action="password.changed", account="tea"))
    found.append(event("n1", source_id="fw", category="network", account=None))
    sat = [("s1", "04:30:00", None, "kim"), ("s2", "15:00:00", "p1", "a"), ("s3", "16:00:00", "p2", "b")]
    found += [event(name, clock, source_id="desk", device_id="LT-9", person=person, account=account)
              for name, clock, person, account in sat]  # fmt: skip
    found.append(event("s4", "17:00:00", source_id="desk", device_id="LT-9", person="p3", outcome="failure"))
    found += [event(f"w{n}", "17:30:00", source_id="desk", device_id="LT-9", person=f"p{n + 4}", logon_type=kind)
              for n, kind in enumerate(("service", "network", "batch", "secondary"))]  # fmt: skip
    seen = [violation("v1", person="p1"), violation("v2", person="p2"), violation("v3", status="withdrawn")]
    store_records(store, [facts([home, *rows], 1), events(found, 2), violations(seen, 3)])
    yield store
    store.close()


def test_coverage_of_an_account_is_read_from_the_store(store: Store) -> None:
    sought = subject("account:tbell")
    seen = spoken(store, DISTRICT, sought, ASKED.since, ASKED.until)
    long = {
        one.source_id: gaps(store, DISTRICT, one.source_id, timedelta(hours=2), ASKED.since, ASKED.until)
        for one in seen
    }
    made = coverage(ASKED, Known(seen, sources(store, DISTRICT, now()), spells(store, DISTRICT), long))
    (auth,) = [one for one in made.sources if one.source_id == "dc1"]
    assert (auth.should, auth.spoke, auth.events_of_subject, auth.events) == (True, True, 1, 13)
    assert [one.kind for one in auth.gaps] == ["before", "after"]
    assert [one.hour[-2:] for one in made.hours if "dc1" in one.spoke] == [f"{n:02}" for n in range(8, 20)]
    assert not next(one for one in made.sources if one.source_id == "fw").should


def test_who_sat_at_a_device_is_read_from_the_store_by_local_days(store: Store) -> None:
    assert sat_at(store, DISTRICT, "America/New_York", None, None) == [
        DayOfDevice("LT-9", "2026-03-04", ["p1", "p2"]),
    ]


def test_outcomes_and_tables_are_read_from_the_store(store: Store) -> None:
    found = {one.violation_id: (one.state, one.role) for one in handled(store, DISTRICT, None, None)}
    assert found == {"v1": ("new", "student"), "v2": ("new", "teacher")}
    assert {one.key for one in told(store, DISTRICT, ["unblocks"])} == {"u1", "u2", "u3", "u4"}
    assert passwords(store, DISTRICT, DAY + timedelta(days=1)) == {"tea": at("10:30")}
    made = board(DISTRICT, Tables(told(store, DISTRICT, TABLES), passwords(store, DISTRICT, DAY), DAY))
    assert made.counts["vendor_accounts"] == 1
