"""The proof of a way around the filter: plain words, the signs with their weights, spans to draw, rows consulted."""

from collections.abc import Sequence
from functools import cached_property

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.filter_circumvention.bursts import Burst
from streams.detections.filter_circumvention.excuses import FilterExcuses
from streams.detections.filter_circumvention.explanations import innocents
from streams.detections.filter_circumvention.signals import Signal, rules_of
from streams.evidence.consulted_rows import consulted
from streams.evidence.identity import Identity
from streams.evidence.plain_words import account_used, capital, clock, counted, day, length, listed
from streams.sighting import CLAIMED, Sighting

_KINDS = {
    "blocked": ("refused proxy or VPN request", "refused proxy or VPN requests"),
    "allowed": ("allowed proxy or VPN request", "allowed proxy or VPN requests"),
    "bypass_search": ("web search for ways around the filter", "web searches for ways around the filter"),
    "app_installed": ("VPN or proxy app installed", "VPN or proxy apps installed"),
    "agent_stopped": ("filter agent stopped or removed", "filter agents stopped or removed"),
    "settings_changed": ("change to developer mode or proxy settings", "changes to developer mode or proxy settings"),
    "tunnel": ("tunnel", "tunnels"),
    "encrypted_dns": ("encrypted DNS request", "encrypted DNS requests"),
    "unrated": ("large exchange of data with an unrated host", "large exchanges of data with unrated hosts"),
    "direct_ip": ("HTTPS request to a bare address", "HTTPS requests to bare addresses"),
}

_REQUESTS = frozenset({"blocked", "allowed", "encrypted_dns"})  # requests to a named host
_NO_HOST = frozenset({"agent_stopped", "settings_changed"})  # told by what was done, not by a host


class FilterProof:
    """What a finding says of one person and device on one school day."""

    def __init__(
        self,
        case: Case,
        today: Sequence[Sighting],
        void: Sequence[Signal],
        found: Sequence[Burst],
        reason: str,
        excuses: FilterExcuses,
    ) -> None:
        self.case, self.today, self.void, self.bursts = case, today, void, found
        self.reason = reason
        self.excuses = excuses
        self.signals = sorted(
            {s.sighting.event_id: s for burst in found for s in burst.signals}.values(),
            key=lambda s: (s.at, s.sighting.event_id),
        )
        identity = Identity(case, [signal.sighting for signal in self.signals])
        self.unnamed = any(identity.unnamed(signal.sighting) for signal in self.signals)
        self.account = None if self.unnamed else excuses.account

    @cached_property
    def person(self) -> str | None:
        """The person signed in; never just the person a device is assigned to, and nobody where it may be a copy."""
        return next((s.sighting.person for s in self.signals if s.sighting.person and not self.unnamed), None)

    @cached_property
    def device_id(self) -> str | None:
        """The device, by its id; a guest's own by its network card."""
        named = [s.sighting.device_id or s.sighting.mac for s in self.signals]
        return next((name for name in named if name), None)

    @cached_property
    def called(self) -> str | None:
        """What the machine calls itself, where only that tells which device a sign is of."""
        names = (s.sighting.device for s in self.signals if s.sighting.logon_type == CLAIMED)
        return next(names, None)

    @cached_property
    def is_guest(self) -> bool:
        """Whether all of it came from a guest network, where nobody was signed in."""
        networks = [self.case.reference.network(s.sighting.address or "", s.at) for s in self.signals]
        guests = [network is not None and network.kind == "guest" for network in networks]
        return bool(guests) and all(guests) and self.person is None

    def who(self) -> str:
        """The account and whose it is, else the person's name, else the device."""
        if self.account:
            return account_used(self.case.reference, self.account, self.signals[0].at)
        known = self.case.reference.person(self.person, self.signals[0].at) if self.person else None
        if known:
            return known.name
        if self.called:
            return f"a machine that calls itself {self.called}"
        if self.unnamed:
            return f"somebody using the network card address of {self.device_id}"
        return f"somebody at the device {self.device_id}"

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        done = "got around the web filter" if self.reason == "succeeded" else "tried to get around the web filter"
        start, end = self.bursts[0].started_at, self.bursts[-1].ended_at
        return capital(f"{self.who()} {done}: {self._sum()} in {length(max(end - start, 60_000))}")

    def _sum(self) -> str:
        weights = {signal.kind: signal.weight for signal in self.signals}
        return listed([self._told(kind) for kind in sorted(weights, key=lambda kind: (-weights[kind], kind))])

    def _told(self, kind: str) -> str:
        """How many signs of a kind there were, and of how many hosts."""
        mine = [signal for signal in self.signals if signal.kind == kind]
        signs, hosts = _signs(mine), len({signal.host for signal in mine})
        of = f" to {counted(hosts, 'host')}" if kind in _REQUESTS and signs > 1 else ""
        return counted(signs, *_KINDS[kind]) + of

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, first = self.case.calendar, self.signals[0]
        device = self.device_id
        who = self.who()
        where = f" on the device {device}" if device and not who.endswith(device) else ""
        signs = counted(_signs(self.signals), "sign")
        opening = f"On {day(calendar, first.at)}, {who}{where} showed {signs} of getting around"
        opening += " the web filter."
        return " ".join([opening, *map(self._burst_words, self.bursts), self._outcome(), *self._assignee()])

    def _burst_words(self, burst: Burst) -> str:
        rules, calendar = rules_of(self.case.policy), self.case.calendar
        about = listed(sorted({s.shows if s.kind in _NO_HOST else s.host for s in burst.signals if s.host}))
        why = {
            "sole": "one of these signs is enough by itself",
            "score": f"these signs add up to {burst.score} points from {counted(burst.kinds, 'kind')}, and"
            f" {rules.score} points from {counted(rules.min_kinds, 'kind')} are enough",
            "blocked": f"{burst.blocked} refused requests within {rules.blocked_minutes} min were counted, and"
            f" {rules.blocked_requests} are enough",
        }
        reasons = listed([why[because] for because in ("sole", "score", "blocked") if because in burst.because])
        start, end = clock(calendar, burst.started_at), clock(calendar, burst.ended_at)
        when = f"From {start} to {end}" if start != end else f"At {start}"
        return f"{when}: {about}. By the policy's count, {reasons}."

    def _outcome(self) -> str:
        through = listed(sorted({s.shows for s in self.signals if s.succeeded}))
        if self.reason == "attempted":
            return "Nothing shows that it worked, but the attempt itself is against the policy."
        return f"It worked: {through or 'a tunnel carried data both ways'}."

    def _assignee(self) -> list[str]:
        if self.unnamed:
            return ["Another device seems to have used this device's address, so nobody is named."]
        if self.person or not self.device_id:
            return []
        rows = self.case.reference.assignees(self.device_id, self.signals[0].at)
        names = [self.case.reference.person(row.person, self.signals[0].at) for row in rows]
        said = listed([person.name for person in names if person])
        return (
            [
                f"Nobody is known to have been signed in. The device is assigned to {said}, but that does not show who"
                " did it."
            ]
            if said
            else []
        )

    def exhibits(self) -> list[Exhibit]:
        """The signs in order; a host and never the path."""
        return [self._exhibit(signal) for signal in self.signals]

    def _exhibit(self, signal: Signal) -> Exhibit:
        s = signal.sighting
        run = s.count > 1
        return Exhibit(
            event_id=s.event_id,
            occurred_at=format_ms(s.told_at),
            source_id=s.source_id,
            shows=signal.shows,
            account=s.account,
            person=s.person,
            device_id=s.device_id,
            address=s.address,
            site=s.site,
            weight=signal.weight,
            count=s.count if run else None,
            until=format_ms(s.told_until) if run else None,
            last_event_id=s.last_event_id if run else None,
        )

    def measures(self) -> list[Measure]:
        """Score, kinds and refused requests of each burst, beside their thresholds."""
        rules = rules_of(self.case.policy)
        made: list[Measure] = []
        for n, burst in enumerate(self.bursts, 1):
            ids = [s.sighting.event_id for s in burst.signals]
            refused = [s.sighting.event_id for s in burst.signals if s.kind == "blocked"]
            of = f" of burst {n}" if len(self.bursts) > 1 else ""
            made += [
                Measure(name=f"score{of}", value=burst.score, threshold=rules.score, unit="points", event_ids=ids),
                Measure(name=f"kinds{of}", value=burst.kinds, threshold=rules.min_kinds, event_ids=ids),
                Measure(name=f"refused{of}", value=burst.blocked, threshold=rules.blocked_requests, event_ids=refused),
            ]
        tunnels = [s.sighting for s in self.signals if s.kind == "tunnel"]
        ids = [s.event_id for s in tunnels]
        for name, value in (("in", sum(s.bytes_in for s in tunnels)), ("out", sum(s.bytes_out for s in tunnels))):
            if tunnels:
                limit = rules.tunnel_bytes
                made.append(Measure(name=f"tunnel {name}", value=value, threshold=limit, unit="bytes", event_ids=ids))
        return made

    def spans(self) -> list[Span]:
        """Each burst, to draw."""
        return [
            Span(
                kind="burst",
                label=f"{burst.score} points, {counted(burst.kinds, 'kind')}",
                started_at=format_ms(burst.started_at),
                ended_at=format_ms(max(s.sighting.until for s in burst.signals) + 1),
                event_ids=[s.sighting.event_id for s in burst.signals],
            )
            for burst in self.bursts
        ]

    def consulted(self) -> list[Consulted]:
        """Consents and exemptions weighed, the district's word on the hosts, and whose the device is."""
        reference = self.case.reference
        rows = dict(self.excuses.weighed)
        for signal in self.signals:
            said = reference.domain_category(signal.host, signal.at)
            if said:
                rows[said.reference] = consulted(said, f"{said.domain} is rated {said.category.replace('_', ' ')}")
        named = None if self.unnamed else self.device_id
        for row in reference.assignees(named, self.signals[0].at) if named else ():
            name = reference.person_name(row.person, self.signals[0].at)
            rows[row.reference] = consulted(row, f"{row.device_id} is assigned to {name}")
        return list(rows.values())

    def innocents(self) -> list[Innocent]:
        """Every innocent explanation that can be tested."""
        return innocents(self.case, self.today, self.signals, self.void, self.excuses)


def _signs(signals: Sequence[Signal]) -> int:
    return sum(signal.sighting.count for signal in signals)
