"""Every query as every role: no row outside the district, the school and the role comes back, and nobody's own case."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

import storage.queries
from casework.scope import ALL, NOTHING, Conflict, conditions, conflict, counting, reading, tables
from casework.users import User
from infra.local.stack import Stack
from storage import stored
from storage.client import QueryFailed, Store
from storage.queries import casework as decisions
from storage.queries import (
    cited,
    dead_letters,
    districts,
    history,
    incidents,
    names,
    office,
    outcomes,
    paging,
    people,
    pivots,
    responsive,
    sat_at,
    search,
    sources,
    spoken,
    subject,
    timeline,
    told,
    triage,
    unread,
    violations,
)
from storage.queries.where import Where
from tests.support.desk_cases import ELSEWHERE, FARSCHOOL, FOREIGN, GWEN, HOME, OWN, STUDENTS, two_districts, users

AT = datetime(2026, 12, 1, tzinfo=UTC)
AGES = datetime(2020, 1, 1, tzinfo=UTC)
SPAN = timeline.Span()
ANY = subject.subject("account:tbell")
MARKS = ("here", ELSEWHERE)
EVENTS = [f"e{n}-{mark}" for n in (1, 2) for mark in MARKS]
BOTH = [(home, f"{noun}:{mark}") for home in (HOME, FOREIGN) for mark in MARKS for noun in ("case", "hold", "search")]
FOUND = [f"v{n}-{mark}" for n in range(1, 7) for mark in MARKS]
IDS = ["p17", "p18", GWEN, "o2", "acme"]
ROWS = paging.Rows(None, None, lambda: Where().that("1"), lambda where: [where.beside().that("1")])
EVERYTHING = responsive.Criteria(since="2000-01-01T00:00:00.000Z", until="2100-01-01T00:00:00.000Z")
EVERY_ROW = Where().that("1")
MET = people.Candidate(FOREIGN, "p17", "")
# Every question that the store can be asked, as widely as it can be: of one district (None: all of them).
QUESTIONS: dict[str, Callable[[Store, str], Any]] = {
    "casework.of_entities": lambda s, d: decisions.of_entities(s, BOTH),
    "casework.of_noun": lambda s, d: decisions.of_noun(s, d, "case"),
    "casework.matching": lambda s, d: decisions.matching(s),
    "casework.placed": lambda s, d: decisions.placed(s, d),
    "casework.destroyed_numbers": lambda s, d: decisions.destroyed_numbers(s, "case", d),
    "cited.clauses": lambda s, d: cited.clauses(s, FOREIGN),
    "cited.schools": lambda s, d: cited.schools(s, FOREIGN),
    "dead_letters.dead_letters": lambda s, d: dead_letters.dead_letters(s, None),
    "dead_letters.dead_letter": lambda s, d: dead_letters.dead_letter(s, f"d-{ELSEWHERE}"),
    "districts.districts": lambda s, d: districts.districts(s),
    "districts.stored_pack": lambda s, d: districts.stored_pack(s, FOREIGN) and ELSEWHERE,
    "districts.homes": lambda s, d: [ELSEWHERE for home, _ in districts.homes(s, None) if home == FOREIGN],
    "history.newest_event": lambda s, d: history.newest_event(s, FOREIGN) and ELSEWHERE,
    "history.history": lambda s, d: list(history.history(s, d)),
    "history.reference": lambda s, d: list(history.reference(s, d)),
    "incidents.extents": lambda s, d: incidents.extents(s, FOREIGN) and ELSEWHERE,
    "incidents.Uses": lambda s, d: [ELSEWHERE for _ in _uses(incidents.Uses(s, d)) if d == FOREIGN],
    "names.named": lambda s, d: names.named(s, None, IDS),
    "names.called_in": lambda s, d: names.called_in(s, violation_of(d)),
    "names.known_as": lambda s, d: names.known_as(s, None, "zz"),
    "paging.page": lambda s, d: paging.page(s, ROWS, 100, None, "newest"),
    "paging.keys_of": lambda s, d: paging.keys_of(s, EVERY_ROW, "newest", 100, None),
    "paging.read": lambda s, d: paging.read(
        s, paging.keys_of(s, EVERY_ROW, "newest", 100, None), Where().that("1"), "newest"
    ),
    "people.understood": lambda s, d: people.understood(s, d, "tess zz*"),
    "people.at_home": lambda s, d: people.at_home(s, None, ANY),
    "people.holders": lambda s, d: people.holders(s, None, "tbell"),
    "people.with_roles": lambda s, d: people.with_roles(s, [MET]),
    "people.called": lambda s, d: people.called(s, None, "t*"),
    "pivots.pivots": lambda s, d: pivots.pivots(s, None, ANY, SPAN),
    "responsive.count": lambda s, d: "zz-elsewhere" if responsive.count(s, FOREIGN, EVERYTHING) else "",
    "responsive.undated": lambda s, d: responsive.undated(s, FOREIGN, EVERYTHING),
    "responsive.stream": lambda s, d: list(responsive.stream(s, d, EVERYTHING)),
    "responsive.page": lambda s, d: responsive.page(s, d, EVERYTHING),
    "office.office_calendar": lambda s, d: office.office_calendar(s, d, "UTC").reference.facts(),
    "responsive.is_responsive": lambda s, d: [
        one for one in EVENTS if responsive.is_responsive(s, FOREIGN, EVERYTHING, one)
    ],
    "search.search": lambda s, d: search.search(s, None, subject.subject("*e*")),
    "sources.sources": lambda s, d: sources.sources(s, d, AT),
    "sources.spells": lambda s, d: sources.spells(s, d),
    "sources.gaps": lambda s, d: sources.gaps(s, d, "dc1", timedelta(days=1), AGES, AT),
    "timeline.page": lambda s, d: timeline.page(s, None, ANY, SPAN),
    "timeline.whole": lambda s, d: list(timeline.whole(s, None, ANY, SPAN)),
    "timeline.histogram": lambda s, d: timeline.histogram(s, d, ANY, SPAN)[0] if d == FOREIGN else [],
    "timeline.by_id": lambda s, d: timeline.by_id(s, None, EVENTS),
    "outcomes.handled": lambda s, d: outcomes.handled(s, None, None, None),
    "spoken.spoken": lambda s, d: spoken.spoken(s, FOREIGN, ANY, AGES, AT) and ELSEWHERE,
    "sat_at.sat_at": lambda s, d: sat_at.sat_at(s, FOREIGN, "UTC", None, None) and ELSEWHERE,
    "told.told": lambda s, d: [ELSEWHERE for _ in told.told(s, FOREIGN, ["users", "roles"])],
    "told.passwords": lambda s, d: told.passwords(s, FOREIGN, AT) and ELSEWHERE,
    "triage.standings": lambda s, d: triage.standings(s, None),
    "unread.unread": lambda s, d: unread.unread(s, d),
    "violations.queue": lambda s, d: violations.queue(s, None, violations.Filter()),
    "violations.newest": lambda s, d: violations.newest(s, None, violations.Filter()),
    "violations.count": lambda s, d: "zz-elsewhere" if violations.count(s, FOREIGN, violations.Filter()) else "",
    "violations.by_day": lambda s, d: violations.by_day(s, FOREIGN, violations.Filter(), "UTC") and ELSEWHERE,
    "violations.beginning": lambda s, d: violations.beginning(s, None, "v"),
    "violations.revisions": lambda s, d: [violations.revisions(s, None, one) for one in FOUND],
    "violations.every": lambda s, d: list(violations.every(s, d, violations.Filter())),
    "violations.stored_when": lambda s, d: [ELSEWHERE for one in FOUND if violations.stored_when(s, FOREIGN, one)],
    "violations.evidence": lambda s, d: violations.evidence(s, violation_of(d)),
    "sources.counts": lambda s, d: sources.counts(s, FOREIGN) and ELSEWHERE,
    "stored.stored": lambda s, d: stored.stored(s, FOREIGN) and ELSEWHERE,
    "stored.found": lambda s, d: stored.found(s, FOREIGN) and ELSEWHERE,
}
# What answers nothing about a row, or is asked with the whole store to find out what may be read.
NO_QUESTIONS = {
    *("casework.is_stored", "casework.partition_of", "casework.partitions_of_log", "casework.reached"),
    "casework.entities_decided",
    *("dead_letters.mark_retried", "cases.cases_with", "cases.shared"),
    *(
        "standing.people_called",
        "standing.names_called",
        "standing.accounts_of",
        "standing.vendors_of",
        "stored.missing",
        "stored.missing_letters",
    ),
    *(
        "identities.identities",
        "identities.stamp",
        "triage.triaged_and_stored",
        "hours.by_counts",
        "hours.counted_by_hour",
        "hours.settled",
        "hours.settled_stream",
    ),
}


def _uses(uses: incidents.Uses) -> Iterator[incidents.Use]:
    yield from uses.of_account("t*")
    yield from uses.of_accounts(["tbell"])
    yield from uses.of_device("d1")
    yield from uses.of_system(["here", ELSEWHERE])


def violation_of(district: str) -> Any:
    from tests.support.storage_cases import violation

    return msgspec.structs.replace(violation("v1"), district=district, event_ids=EVENTS, person="p18")


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the key of the pseudonyms lies."""
    with pytest.MonkeyPatch.context() as kept:
        kept.setenv("HALLMONITOR_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def whole(stack: Stack) -> Iterator[Store]:
    store = two_districts(stack, "test_scope")
    yield store
    store.close()


def _modules() -> Iterator[tuple[str, Any]]:
    yield "stored", stored
    for found in pkgutil.iter_modules(storage.queries.__path__):
        yield found.name, importlib.import_module(f"storage.queries.{found.name}")


def test_every_question_of_the_store_is_walked() -> None:
    asked = {
        f"{module}.{name}"
        for module, content in _modules()
        for name, function in vars(content).items()
        if inspect.isfunction(function) or (inspect.isclass(function) and "__init__" in vars(function))
        if function.__module__ == content.__name__ and not name.startswith("_")
        if "store" in inspect.signature(function).parameters
    }
    assert asked == QUESTIONS.keys() | NO_QUESTIONS


def _called(user: User) -> str:
    return "+".join((*user.roles, *user.schools))


# All of them take a minute or two; the one with the narrowest scope is tried each time.
WALKED = [pytest.param(user, marks=() if user.schools else pytest.mark.slow, id=_called(user)) for user in users()]


@pytest.mark.parametrize("user", WALKED)
def test_no_question_answers_with_a_row_outside_the_scope(whole: Store, user: User) -> None:
    store = reading(whole, user)
    for name, ask in QUESTIONS.items():
        for district in (HOME, FOREIGN):
            told = repr(ask(store, district))
            assert ELSEWHERE not in told, (name, told)
            assert OWN not in told, (name, told)
            if user.schools or user.roles[0] not in ("analyst", "administrator"):
                assert FARSCHOOL not in told, (name, told)


# What says back what it was asked, and names nobody else.
ECHOES = {"people.at_home", "people.with_roles"}
VEILED = {"viewer", "analyst", "administrator"}


@pytest.mark.parametrize("user", WALKED)
def test_no_question_answers_with_what_stands_for_a_student(whole: Store, user: User) -> None:
    store = reading(whole, user)
    for name in QUESTIONS.keys() - ECHOES:
        told = repr(QUESTIONS[name](store, HOME))
        if not VEILED.isdisjoint(user.roles):
            assert not [one for one in STUDENTS if one in told], (name, told)


def test_what_a_veiled_answer_calls_somebody_can_be_asked_for(whole: Store) -> None:
    store = reading(whole, users()[1])
    (first, *_) = violations.queue(store, None, violations.Filter())
    assert first.person
    assert first.person.startswith("student-")
    found = timeline.page(store, None, subject.subject(f"person:{first.person.upper()}"), SPAN).events
    assert {one.person for one in found} == {first.person}
    (account,) = {one.account for one in found}
    assert account
    assert account.startswith(f"{first.person}.")
    both = timeline.page(store, HOME, people.understood(store, HOME, f"account:{account}"), SPAN).events
    assert {one.event_id for one in both} == {"e1-here", "e2-here"}
    assert [one.name for one in search.search(store, HOME, subject.subject(account))] == [account]


def test_the_whole_store_answers_with_all_of_it(whole: Store) -> None:
    """What the test above looks for is there to be found."""
    told = {name: repr([ask(whole, HOME), ask(whole, FOREIGN)]) for name, ask in QUESTIONS.items()}
    empty = {"people.at_home", "sources.spells", "sources.gaps", "unread.unread", "sources.sources"}
    unmarked = {"people.understood", "pivots.pivots", "timeline.histogram", "search.search"}
    unmarked |= {"responsive.undated", "office.office_calendar", "triage.standings", "told.passwords", "sat_at.sat_at"}
    unmarked |= {"people.holders", "casework.destroyed_numbers"}  # ids alike in both; no purge was run
    assert {name for name, said in told.items() if ELSEWHERE not in said} <= empty | unmarked
    assert OWN in told["violations.queue"]


def test_an_analyst_reads_their_district_but_for_their_own_cases(whole: Store) -> None:
    store = reading(whole, users()[1])
    assert {one.violation_id for one in violations.queue(store, None, violations.Filter())} == {"v1-here", "v2-here"}
    assert len(timeline.page(store, None, ANY, SPAN).events) == 2


def test_an_earlier_revision_that_did_not_name_them_is_hidden_too(whole: Store) -> None:
    gwen = users()[1]
    assert "v3-here" in conflict(whole, gwen).violation_ids
    assert violations.revisions(reading(whole, gwen), None, "v3-here") == []


def test_an_analyst_of_one_school_reads_of_its_people_and_places_alone(whole: Store) -> None:
    store = reading(whole, users()[-1])
    assert [one.violation_id for one in violations.queue(store, None, violations.Filter())] == ["v1-here"]
    assert [one.event_id for one in timeline.page(store, None, ANY, SPAN).events] == ["e1-here"]
    (shown,) = names.named(store, None, ["p17", "p18"])
    assert store.meant(shown[1]) == "p17"


def test_who_reads_for_nothing_reads_nothing(whole: Store) -> None:
    viewer, *_, administrator, _ = users()
    for user in (viewer, administrator):
        store = reading(whole, user)
        assert violations.queue(store, None, violations.Filter()) == []
        assert timeline.page(store, None, ANY, SPAN).events == []
        assert names.named(store, None, ["p17"]) == {}


def test_a_reviewer_reads_the_searches_and_an_analyst_does_not(whole: Store) -> None:
    def nouns(user: User) -> set[str]:
        return {one.entity.split(":")[0] for one in decisions.matching(reading(whole, user))}

    assert nouns(users()[4]) == {"search", "person", "violation"}
    assert nouns(users()[3]) == {"incident", "hold", "person"}
    assert nouns(users()[1]) == {"violation", "case", "hold"}


def test_what_was_decided_about_a_violation_that_is_destroyed_is_read_by_reviewers_alone(whole: Store) -> None:
    """Nothing says any more whom it was about: it may have been whoever reads it."""
    told = [(HOME, "violation:v1-here"), (HOME, "violation:destroyed-here")]

    def read(user: User) -> list[str]:
        return [one.entity for one in decisions.of_entities(reading(whole, user), told)]

    _, analyst, _, _, reviewer, *_ = users()
    assert read(analyst) == ["violation:v1-here"]
    assert read(User(name="ana-here", roles=("analyst",), districts=(HOME,))) == ["violation:v1-here"]
    assert read(reviewer) == ["violation:destroyed-here"]


def test_sources_are_counted_for_who_looks_after_them_and_name_nobody(whole: Store) -> None:
    assert [one.events for one in sources.sources(counting(whole, users()[5]), HOME, AT)] == [2]
    assert sources.sources(counting(whole, users()[5]), FOREIGN, AT) == []
    assert sources.sources(counting(whole, users()[0]), HOME, AT) == []


def test_a_table_that_nobody_thought_of_is_closed() -> None:
    told = conditions(users()[1], Conflict(), "x")
    assert told.keys() == set(tables())
    assert {name for name, condition in told.items() if condition == ALL} <= {"migrations"}
    assert conditions(users()[0], Conflict(), "x")["events"] == NOTHING


@pytest.mark.parametrize("text", ["x') OR 1 --", "\\", "\\') OR (\\'1\\'=\\'1", "{'events': '1'}", "a'b\"c`d\n"])
def test_no_name_of_a_district_or_person_opens_anything(whole: Store, text: str) -> None:
    user = User(name="gwen", roles=("analyst",), districts=(text,), schools=(text,), person=text, supervises=(text,))
    store = reading(whole, user)
    assert violations.queue(store, None, violations.Filter()) == []
    assert timeline.page(store, None, ANY, SPAN).events == []


def test_a_condition_that_reaches_outside_is_refused_by_the_embedded_engine(whole: Store) -> None:
    for condition in ("1 IN (SELECT 1 FROM file('/etc/hostname', LineAsString))", "1) UNION ALL (SELECT 1"):
        with pytest.raises(QueryFailed):
            violations.count(whole.limited({"violations": condition}), HOME, violations.Filter())
