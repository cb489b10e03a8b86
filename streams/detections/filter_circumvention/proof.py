"""The proof of a way around the filter: the signs in order with their weights, spans to draw, what was consulted."""

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detections.filter_circumvention.explanations import innocents
from streams.detections.filter_circumvention.signals import Signal, rules_of
from streams.detections.filter_circumvention.words import FilterWords
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import counted


class FilterProof(FilterWords):
    """Everything a finding shows of one person and device on one school day."""

    def exhibits(self) -> list[Exhibit]:
        """The signs in order; a host and never the path."""
        return [self._exhibit(signal) for signal in self.signals]

    def _exhibit(self, signal: Signal) -> Exhibit:
        s = signal.sighting
        run = s.count > 1
        return Exhibit(
            event_id=s.event_id,
            occurred_at=format_ms(s.at),
            source_id=s.source_id,
            shows=signal.shows,
            account=s.account,
            person=s.person,
            device_id=s.device_id,
            address=s.address,
            site=s.site,
            weight=signal.weight,
            count=s.count if run else None,
            until=format_ms(s.until) if run else None,
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
                rows[said.reference] = consulted(said, f"{said.domain} is {said.category}")
        named = None if self.unnamed else self.device_id
        for row in reference.assignees(named, self.signals[0].at) if named else ():
            name = reference.person_name(row.person, self.signals[0].at)
            rows[row.reference] = consulted(row, f"{row.device_id} is assigned to {name}")
        return list(rows.values())

    def innocents(self) -> list[Innocent]:
        """Every innocent explanation that can be tested."""
        return innocents(self.case, self.today, self.signals, self.void, self.excuses)
