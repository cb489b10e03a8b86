"""The grammar of a detection: what it listens to, whom it is about, and the pure judgment it makes."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from model.calendar import Calendar
from model.event import Attribution
from model.policy import Policy
from model.reference import Reference
from model.violation import Confidence, Consulted, Exhibit, Innocent, Measure, Severity, Span
from streams.attribution.cards import Contradiction
from streams.memory.clocks import Reading
from streams.memory.fleet import Spike, SpikeLimits
from streams.memory.history import Cohorts, History
from streams.memory.volumes import Amount, Usual
from streams.memory.watermarks import NEVER, Heard
from streams.seen import Kind, Page, Seen
from streams.sighting import Sighting

ALWAYS = 1 << 62  # `passes_over`: however large the answer is

ATTRIBUTION = frozenset({"accounts", "users", "devices", "networks"})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known apart from any event: the reference, the calendar, the policy, and what each source has said.

    `watched_since` (ms): the log begins there, or the detection was turned on; what was overdue before comes due then.
    """

    reference: Reference
    calendar: Calendar
    policy: Policy
    sources: Mapping[str, Heard]
    watched_since: int = NEVER


@dataclass(frozen=True, slots=True)
class Opening:
    """A case that no event opens: whom it is about, and from when on (ms) something of it may be missing.

    `of` (ms): an instant of the school day whose case it is, where that is another day than `at`'s.
    """

    subject: str
    at: int
    of: int | None = None


Opens = Callable[[Known, int, int], Iterable[Opening]]
"""The openings in (since, until] (ms), by what is known now; pure, and told again when a table changes."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a judgment may look at: one subject's sightings around one school day, and what the district knows.

    `sightings` are in order of time and reach `reach` school days to either side; a finding belongs to the day its
    `started_at` falls in, and the engine drops the others. `settled_at`: the sources this detection needs have been
    read up to here (ms). `now`: how far time has come by the log itself (ms): nothing later can be missing yet.
    `listening_since`: nothing older was heard by this detection, which was off (ms). `history` and `cohorts` are empty
    unless the detection asks for them. `kept`: what the detection keeps of the subject for longer, in order of time,
    however long before or after the day (`Detection.keeps`). `watched_since`: as in `Known`. `fleet`: what this
    detection makes of what it remembers of every subject on a school day (`Detection.fleet`). `came_to`:
    the accounts whose sessions at a device were come to in a stretch of time (ms). `sitter`: the account of who sat at
    a device (ms), by what its log has told by now; what was remembered before that was told may be laid to another.
    """

    subject: str
    day: date
    started_at: int
    ended_at: int
    sightings: list[Sighting]
    reference: Reference
    calendar: Calendar
    policy: Policy
    settled_at: int
    now: int
    listening_since: int
    sources: Mapping[str, Heard]
    history: History
    cohorts: Cohorts
    proofs: Mapping[str, list[Attribution]] = field(default_factory=dict)  # by `Sighting.proof`
    copies: Mapping[str, list[Contradiction]] = field(
        default_factory=dict
    )  # by network card: what tells of two machines under it
    spikes: tuple[Spike, ...] = ()  # marks that many of a site first showed at once, where the detection has marks
    kept: Sequence[Sighting] = ()
    watched_since: int = NEVER
    fleet: Callable[[date], Any] = lambda day: None
    came_to: Callable[[str, int, int], frozenset[str]] = lambda device_id, since, until: frozenset()
    sitter: Callable[[str, int], str | None] = lambda device_id, at: None
    usual: Usual = field(default_factory=Usual)  # what the cohort pulled, where the detection asks for it
    clocks: Mapping[tuple[str, str, int], Reading] = field(default_factory=dict)  # by source, computer, day of UTC

    def heard(self, category: str, start: int, end: int) -> bool:
        """Whether there are sources of the category, all were read over [start, end) without a gap, and we listened.

        Only then is what none of them told missing.
        """
        told = [one for one in self.sources.values() if category in one.categories]
        return bool(told) and start >= self.listening_since and all(one.covers(start, end) for one in told)

    def steps(self, sighting: Sighting) -> list[Attribution]:
        """Why a sighting is of this person, device and site."""
        return self.proofs.get(sighting.proof, [])


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judgment concludes. The engine adds identity, revision, policy, clauses and coverage.

    `identity` is what makes it this violation and no other, beside detection and district: never an order of arrival.
    `suppressed_by` names who excused it. `settles_at` (ms): when nothing that may still come can change it.
    """

    identity: tuple[str, ...]
    reasons: list[str]  # every one that holds; the gravest first (order of the detection's `reasons`)
    headline: str
    explanation: str
    severity: Severity
    confidence: Confidence
    started_at: int
    ended_at: int
    settles_at: int
    account: str | None = None
    person: str | None = None
    device_id: str | None = None
    vendor: str | None = None
    suppressed_by: str | None = None
    ratified_by: str | None = None
    exhibits: list[Exhibit] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    consulted: list[Consulted] = field(default_factory=list)
    innocent_explanations: list[Innocent] = field(default_factory=list)
    not_known: list[str] = field(default_factory=list)
    subject: str | None = None  # to show, where the case's own names somebody who must not be named
    rests_on_site: bool = False  # whether it would not hold were the sites others
    clauses: list[str] | None = None  # clause ids, where the reason decides; else all of the detection's
    source_id: str | None = None  # of a finding about a source
    opens_gap: bool = False  # whether nothing was heard of that source, and it is over: others' findings rest on less
    needs: str | None = None  # the entry of the detection's `needs` that holds, where it is not its reasons'
    aside: frozenset[str] = frozenset()  # exhibits that show a clock: other people's, so no event of the finding's own


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings of one case, and when (ms) to look again though nothing came.

    `wake_at`: when the sources have been read so far, or have ended. `overdue_at`: when by the log's own time something
    will be missing; the end of a source does not make it so.
    """

    findings: list[Finding]
    wake_at: int | None = None
    overdue_at: int | None = None


class Judge(Protocol):
    """Pure: the same case always gives the same verdict."""

    def __call__(self, case: Case) -> Verdict: ...


Sight = Callable[[Seen, Reference, Policy], Sighting | None]


@dataclass(frozen=True, slots=True)
class Habit:
    """Which sightings make up a subject's habits, and how far back (days) they and its cohort's are counted."""

    uses_device: Callable[[Sighting], bool]
    days: Callable[[Policy], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Spread:
    """What a whole site may show at once: the marks of a sighting, and what makes many of them a spike."""

    marks: Callable[[Sighting, Reference, Policy], Iterable[str]]
    limits: Callable[[Policy], SpikeLimits]


@dataclass(frozen=True, slots=True)
class Pulls:
    """How much a sighting pulled (records, bytes), and how many days back what the cohort pulled is counted."""

    amount: Callable[[Sighting], Amount]
    days: Callable[[Policy], int]


@dataclass(frozen=True, slots=True)
class Keeps:
    """Which sightings are kept beyond the school days around them, by subject: rare ones that tell a state (an account
    was disabled, a password changed); how long; and how many of one subject at most, the newest."""

    which: Callable[[Sighting], bool]
    longest: timedelta
    most: int = 50


@dataclass(frozen=True, slots=True)
class Detection:
    """One detection, declared whole in its own file as `DETECTION`.

    `on`: the actions it listens to. `sight`: what it remembers of such an event, None if nothing (the hot path: most
    events end here). `subject`: whom a sighting is about. `alike` and `join`: sightings with equal `alike` and no more
    than `join` apart become one run. `needs`: by reason (or another name that findings give), the categories whose
    sources must have been read before it is settled; its coverage lists them. `remembers`: how long after a school day
    its cases can still change. `whereabouts`: how late an event may come and still be laid to whom a lease or logon
    shows; as long as it remembers, where nothing is said. `tables`: the reference tables that, when they change, make
    every remembered case be judged again, and `opens` be asked again. `opens`: the cases that no event opens
    (`patterns/openings.py`). `keeps`: the sightings that are remembered for longer than its cases. `fleet`: what a case
    may ask of all subjects, made of the sightings of each on one school day once in a round of judging: were each case
    to go through all others, a round would cost as much as their square. `passes_over`: below how many bytes of an
    answer it remembers nothing of a web request for a page at an instant (ms), whoever makes it: `ALWAYS` or `NEVER`
    for most. `continues`: whether a web request for a page, with the same answer of attribution as one that it
    remembers, only makes that one's run longer. Both by page, tables and policy alone: they are asked once for each
    page while no table changes.
    """

    name: str
    major: int
    title: str
    reasons: tuple[str, ...]  # gravest first
    on: frozenset[str]
    sight: Sight
    subject: Callable[[Sighting], str]
    judge: Judge
    needs: Mapping[str, frozenset[str]]
    tables: frozenset[str]
    remembers: timedelta
    join: timedelta = timedelta(0)
    alike: Callable[[Sighting], Hashable] = lambda sighting: sighting.event_id
    reach: int = 0
    whereabouts: timedelta | None = None
    concerns: Callable[[Seen, Reference], bool] = lambda seen, reference: True  # by who and which action alone (`on`)
    continues: Callable[[Page, Policy], bool] | None = None
    worth_judging: Callable[[list[Sighting], Policy], bool] = lambda sightings, policy: True  # a cheap no for most
    movable: Callable[[Sighting], bool] = lambda sighting: False  # few enough to stand apart while another's
    habit: Habit | None = None
    spread: Spread | None = None
    opens: Opens | None = None
    keeps: Keeps | None = None
    pulls: Pulls | None = None
    fleet: Callable[[Sequence[Sequence[Sighting]], Policy], Any] = lambda every, policy: None
    reads: Callable[[Kind], bool] | None = None
    passes_over: Callable[[Page, int, Reference, Policy], int] | None = None
    version: str = ""
    most: int | None = None

    @property
    def key(self) -> str:
        """What the engine knows it by; a Sigma rule is another in each version of the pack that changed it."""
        return self.name + self.version

    def needs_of(self, finding: Finding) -> frozenset[str]:
        """The categories that a finding rests on."""
        names = [finding.needs] if finding.needs else finding.reasons
        return frozenset().union(*(self.needs[name] for name in names))

    @property
    def asks(self) -> frozenset[str]:
        """Every table that an answer rests on: its own, and those by which attribution names people and devices."""
        return self.tables | ATTRIBUTION
