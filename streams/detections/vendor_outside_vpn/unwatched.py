"""unmonitored: a source that must watch wrote nothing for longer than it may while a vendor was connected.

A source that the pack names must write all the time: any pause counts. Of the others many pause often, and say nothing
by pausing: silent is one that its producer reports so, or that paused longer than is usual of it at that hour, by its
own last two weeks and more (as in silent_source). The end of its records is no silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from model.event import format_ms
from model.violation import Exhibit, Innocent, Measure, Span
from streams.detection import Case, Finding
from streams.detections.vendor_outside_vpn.sight import LOGON, PRESENT
from streams.detections.vendor_outside_vpn.way_in import MINUTE
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit
from streams.evidence.plain_words import date, day, length, listed, span
from streams.patterns.excuses import Excuses, names, stays
from streams.patterns.intervals import Interval, intersect, union
from streams.patterns.sessions import Session, build, limits_of
from streams.patterns.source_volume import Usual, usual_of

DETECTION = "vendor_outside_vpn"
TOLD = 240 * MINUTE  # after its end, a session is looked at again: a pause is told as unusual only after some time
KNOWN_DAYS = 14  # of a source that the pack does not name, before a pause of it says anything
WATCHING = frozenset({"auth", "proxy"})


def unwatched(case: Case) -> tuple[list[Finding], int | None]:
    """One finding for each session that some source did not watch, and when to look again."""
    limits = limits_of(case, case.policy.detections.unapproved_vendor_session.parameters)
    tunnels = [one for one in case.sightings if one.kind not in (LOGON, PRESENT)]
    sessions = [one for one in build(tunnels, limits) if case.started_at <= one.started_at < case.ended_at]
    found = [finding for one in sessions if not one.is_stray and (finding := _judged(case, one))]
    later = [one.judged.end + TOLD for one in sessions if one.judged.end + TOLD > case.settled_at]
    return found, min(later, default=None)


def _judged(case: Case, session: Session) -> Finding | None:
    rules = case.policy.detections.silent_source.parameters
    rules = rules.model_copy(update={"young_days": max(rules.young_days, KNOWN_DAYS)})
    usual = usual_of(case.sources, case.calendar, rules)
    required = _required(case)
    silent = {name: gaps for name in required if (gaps := list(_silences(case, name, usual[name], session.judged)))}
    if not silent:
        return None
    excuses = Excuses(case, DETECTION)
    account = case.reference.account(session.account, session.started_at)
    person = account.person if account else None
    excuse = excuses.of(session.judged, account=session.account, person=person)
    proof = Unwatched(case, session, silent)
    rows = [consulted(account, f"{account.kind} account of a vendor")] if account else []
    return Finding(
        identity=("unmonitored", session.account, session.address or "", str(session.started_at)),
        reasons=["unmonitored"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=case.policy.detections.vendor_outside_vpn.severity["unmonitored"],
        confidence="medium",
        started_at=session.started_at,
        ended_at=max(session.judged.end, session.started_at + 1),
        settles_at=session.judged.end,
        account=session.account,
        person=person,
        vendor=account.vendor if account else None,
        suppressed_by=None if stays(excuse) else names([excuse]),
        ratified_by=names([excuse]) if excuse and stays(excuse) else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=[*rows, *excuses.weighed.values()],
        innocent_explanations=proof.innocents(),
        subject=session.account,
        clauses=list(case.policy.detection(DETECTION).clauses_for(["unmonitored"])),
    )


def _required(case: Case) -> list[str]:
    """The sources that must watch: those of the pack, else all of sign-ins and of the web filter."""
    named = case.policy.detections.vendor_outside_vpn.parameters.required_sources
    watching = (name for name, one in case.sources.items() if one.categories & WATCHING)
    return sorted(case.sources.keys() & named if named else watching)


def _silences(case: Case, name: str, usual: Usual, judged: Interval) -> Iterator[Interval]:
    """The parts of the session over which the source was silent for longer than it may be."""
    rules, source = case.policy.detections.vendor_outside_vpn.parameters, case.sources[name].source
    least = rules.silent_minutes * MINUTE
    silent = [Interval(start, end) for start, end in source.gaps]
    if source.silent_since is not None:
        silent.append(Interval(source.silent_since, judged.end))
    if name in rules.required_sources:
        silent += [Interval(start, end) for start, end in source.lulls]
    silent += [Interval(one.started_at, one.ended_at) for one in usual.silences(judged.start, case.now) if one.ended_at]
    return (one for one in intersect([judged], union(silent)) if one.length > least)


@dataclass
class Unwatched:
    """What a finding says of a session and of the sources that were silent."""

    case: Case
    session: Session
    silent: dict[str, list[Interval]]

    @property
    def longest(self) -> int:
        """The longest silence (ms)."""
        return max(one.length for gaps in self.silent.values() for one in gaps)

    def headline(self) -> str:
        """One sentence with the sources."""
        when = date(self.case.calendar, self.session.started_at)
        names = listed(sorted(self.silent))
        return f"{self.session.account} was connected while {names} was silent for {length(self.longest)} on {when}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar = self.case.calendar
        told = [f"{name} {span(calendar, *one)}" for name, gaps in sorted(self.silent.items()) for one in gaps]
        return (
            f"On {day(calendar, self.session.started_at)}, the vendor account {self.session.account} was connected from"
            f" {self.session.address} ({span(calendar, *self.session.judged)}). In that time these wrote nothing:"
            f" {'; '.join(told)}. What was done then cannot be shown. It does not follow that anything was done."
        )

    def exhibits(self) -> list[Exhibit]:
        """The records of the tunnel."""
        return [exhibit(one) for one in self.session.tunnel]

    def measures(self) -> list[Measure]:
        """The longest silence."""
        allowed = self.case.policy.detections.vendor_outside_vpn.parameters.silent_minutes
        ids = [one.event_id for one in self.session.tunnel]
        return [
            Measure(
                name="minutes of the longest silence",
                value=self.longest // MINUTE,
                threshold=allowed,
                unit="min",
                event_ids=ids,
            )
        ]

    def spans(self) -> list[Span]:
        """The session, and each silence."""
        session = Interval(self.session.started_at, self.session.judged.end)
        return [
            _span("session", self.session.account, session),
            *(_span("uncovered", name, one) for name, gaps in sorted(self.silent.items()) for one in gaps),
        ]

    def innocents(self) -> list[Innocent]:
        """Each that the sources can test, with its answer."""
        return [
            Innocent(
                explanation="source_is_often_quiet",
                answer="The policy names it as one that must write all the time, or by its own last weeks it does not"
                " pause for so long at that hour, or its producer reported that it could not be read.",
                holds=False,
            ),
            Innocent(
                explanation="records_came_late",
                answer="What comes late is counted at the time it is of, and would end the silence.",
                holds=False,
            ),
        ]


def _span(kind: str, label: str, interval: Interval) -> Span:
    return Span(kind=kind, label=label, started_at=format_ms(interval.start), ended_at=format_ms(interval.end))
