"""What the subject reached and whose records those systems hold: at least whom a record names, at most all they hold.

Pure. systems.csv says whose records a system holds; a host that domains.csv calls `sis` holds all students.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from model.reference import Person, Reference, host_name, short_name
from storage.queries.incidents import Use
from streams.patterns.reached_systems import DISTRICT_CATEGORIES

STUDENT = "student"
NO_STAFF = frozenset({STUDENT, "guardian", "parent", "relative", "ext:vendor", "ext:volunteer"})
_LOGONS = frozenset({"account.logged_on", "account.authenticated", "credential.used", "command.executed"})
_TAKEN = frozenset({"record.exported", "record.shared"})
_NAMES_A_PERSON = re.compile(r"(?:student|pupil|person|people|user|staff|sourced|learner)", re.I)
_MOST_EVENTS = 20  # of one person that are named
_MOST_WORDS = 200_000  # of one system that are remembered


class Range(msgspec.Struct, frozen=True):
    """At least and at most how many."""

    low: int
    high: int


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A system of the district that was reached. Times in ms, None where the records alone tell of it."""

    system: str
    first: int | None
    last: int | None
    events: int
    records: Range


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """A person whose records may have been seen; `event_ids` name those of the subject's events that show it."""

    person: str
    state: str
    kind: str
    why: str
    event_ids: tuple[str, ...] = ()


@dataclass
class Reached:
    """What was done at one system; who is named in its addresses is proven to have been looked at."""

    first: int | None = None
    last: int | None = None
    events: int = 0
    exported: int = 0
    named: dict[str, list[str]] = field(default_factory=dict)  # word of an address → events

    def add(self, use: Use) -> None:
        """One more use, in order of time."""
        self.first = use.at if self.first is None else self.first
        self.last = use.at
        self.events += 1
        self.exported += use.action == "record.exported"
        for word in words_for_people(use.url):
            if word in self.named or len(self.named) < _MOST_WORDS:
                shown = self.named.setdefault(word, [])
                shown += [use.event_id] if len(shown) < _MOST_EVENTS else []


def words_for_people(url: str) -> Iterator[str]:
    """The parts of a web address that stand where a person's id stands: `/students/p17`, `?student_id=p17`."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return  # no address that anybody can read
    steps = [unquote(one) for one in parts.path.split("/")]
    for before, word in pairwise(steps):
        if word and _NAMES_A_PERSON.search(before):
            yield word.casefold()
    for name, value in query:
        if value and _NAMES_A_PERSON.search(name):
            yield value.casefold()


class Systems:
    """Which of the district's systems a use reached."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._short: dict[str, str] = {
            short_name(host_name(row.system)): row.system for row in reference.rows("systems")
        }
        self._known: dict[tuple[str, int], str | None] = {}

    def of(self, use: Use) -> str | None:
        """The system's name; None where it is none of the district's, or nobody can tell."""
        hosts = [use.domain, use.destination, *([use.reporter] if use.action in _LOGONS else [])]
        found = (self._named(host_name(host), use.at) for host in hosts if host)
        return next((one for one in found if one), None) or self._taken_from(use)

    def _named(self, host: str, at: int) -> str | None:
        key = (host, at // 86_400_000)
        if key not in self._known:
            if len(self._known) > 100_000:
                self._known.clear()
            self._known[key] = self._look_up(host, at)
        return self._known[key]

    def _look_up(self, host: str, at: int) -> str | None:
        listed = self._reference.system(host, at)
        if listed:
            return listed.system
        if "." not in host and host in self._short:
            return self._short[host]
        category = self._reference.domain_category(host, at)
        if category and category.category in DISTRICT_CATEGORIES:
            return category.domain
        device = self._reference.device_named(host, at)
        if device and device.device_class == "server":
            system = self._reference.system(device.hostname, at) or self._reference.system(device.device_id, at)
            return system.system if system else device.hostname or device.device_id
        return None

    def _taken_from(self, use: Use) -> str | None:
        """The service that a file was taken from, where no host is named."""
        if use.action not in _TAKEN:
            return None
        listed = [self._reference.system(name, use.at) for name in (use.app, use.product) if name]
        return next((one.system for one in listed if one), use.app or use.product)

    def records_of(self, system: str, at: int) -> tuple[str, ...] | None:
        """Whose records a system holds, in the words of systems.csv; None where the tables do not say."""
        listed = self._reference.system(system, at)
        if listed:
            return listed.records_of
        category = self._reference.domain_category(system, at)
        return ("all_students",) if category and category.category == "sis" else None


class People:
    """Who is who over a stretch of time: whose records the words of systems.csv mean, of which state, of which kind."""

    def __init__(self, reference: Reference, since: int, until: int, home: str) -> None:
        self._home = home
        self._at = until
        self._reference = reference
        self._people: dict[str, Person] = {row.person: row for row in reference.rows("users")}
        self._roles = [row for row in reference.rows("roles") if _meets(row, since, until)]
        self._enrolled = [row for row in reference.rows("enrollments") if _meets(row, since, until)]
        self.students = {row.person for row in self._roles if row.role == STUDENT}
        self.staff = {row.person for row in self._roles if row.role not in NO_STAFF}

    def holders(self, words: Iterable[str]) -> set[str]:
        """The people whose records these words mean."""
        found: set[str] = set()
        for word in words:
            kind, _, name = word.partition(":")
            if kind == "all_students":
                found |= self.students
            elif kind == "all_staff":
                found |= self.staff
            elif kind == "class":
                found |= {row.person for row in self._enrolled if row.class_id == name and row.role == STUDENT}
            elif kind == "org":
                found |= {row.person for row in self._roles if row.org and name in self._chain(row.org)}
        return found

    def _chain(self, org: str) -> list[str]:
        return self._reference.org_chain(org, self._at)

    def names(self, person: str) -> set[str]:
        """By which words of a web address somebody is meant."""
        row = self._people.get(person)
        said = [person, *([row.username, row.email] if row else [])]
        return {one.casefold() for one in said if one}

    def state(self, person: str) -> str:
        """The state somebody lives in; the district's where the tables say nothing."""
        row = self._people.get(person)
        return (row.state if row else "").upper() or self._home

    def kind(self, person: str) -> str:
        """student, staff or other."""
        return STUDENT if person in self.students else "staff" if person in self.staff else "other"


def _meets(row: object, since: int, until: int) -> bool:
    begins, ends = getattr(row, "valid_from", None), getattr(row, "valid_to", None)
    return (begins is None or begins <= until) and (ends is None or ends > since)


@dataclass
class Toll:
    """What was touched, and whom it touches."""

    touched: list[Touched]
    people: list[Affected]
    by_state: dict[str, Range]
    not_known: list[str]


def toll(reached: Mapping[str, Reached], systems: Systems, people: People, at: int) -> Toll:
    """The count over all systems reached; `at` (ms): as of when the tables are asked."""
    touched: list[Touched] = []
    proven: dict[str, list[str]] = {}
    possible: dict[str, str] = {}
    unknown: list[str] = []
    for system, found in sorted(reached.items()):
        words = systems.records_of(system, at)
        if words is None:
            unknown.append(
                f"Whose records {system} holds: systems.csv has no row for it, and nobody is counted for it."
            )
        held = people.holders(words or ())
        named = _named(found, held, people)
        low = max(len(named), found.exported)
        touched.append(Touched(system=system, first=found.first, last=found.last, events=found.events,
                               records=Range(low, max(low, len(held)))))  # fmt: skip
        for person, events in named.items():
            proven.setdefault(person, []).extend(events)
        for person in held:
            possible.setdefault(person, system)
    affected = [_affected(one, possible[one], proven.get(one), people) for one in sorted(possible)]
    return Toll(touched, affected, _by_state(affected), unknown)


def _named(found: Reached, held: set[str], people: People) -> dict[str, list[str]]:
    """The people a system holds whom the subject's own requests name."""
    if not found.named:
        return {}
    named: dict[str, list[str]] = {}
    for person in held:
        events = [event for word in sorted(people.names(person)) for event in found.named.get(word, ())]
        if events:
            named[person] = events
    return named


def _affected(person: str, system: str, events: list[str] | None, people: People) -> Affected:
    shown = tuple(dict.fromkeys(events or ()))[:_MOST_EVENTS]
    why = f"a request to {system} names this person" if shown else f"{system} holds the records of this person"
    return Affected(person=person, state=people.state(person), kind=people.kind(person), why=why, event_ids=shown)


def _by_state(affected: Iterable[Affected]) -> dict[str, Range]:
    found: dict[str, list[int]] = {}
    for one in affected:
        counts = found.setdefault(one.state, [0, 0])
        counts[0] += bool(one.event_ids)
        counts[1] += 1
    return {state: Range(*found[state]) for state in sorted(found)}
