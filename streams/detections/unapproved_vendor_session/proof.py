"""The proof of an unapproved vendor session: exhibits, measures, spans to draw, every approval weighed."""

from model.event import format_ms
from model.reference import Approval, Exemption
from model.violation import Consulted, Exhibit, Measure, Span
from streams.detections.unapproved_vendor_session.cover import MINUTE
from streams.detections.unapproved_vendor_session.words import VendorWords
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import length, listed, moment
from streams.patterns.approval_cover import Segment, why_not
from streams.patterns.intervals import Interval, intersect, total
from streams.patterns.reached_systems import names
from streams.sighting import Sighting

DAY = 24 * 60 * MINUTE
_SHOWS = {
    "tunnel.opened": "the tunnel was opened",
    "tunnel.addressed": "the tunnel got an address inside the district",
    "tunnel.reported": "the tunnel was still open",
    "tunnel.closed": "the tunnel was closed",
}
_FAILED = {
    "wrong_approver": "the role {role} may not approve a vendor's access",
    "no_it_approval": "it runs longer than one day and IT did not sign",
    "after_hours": "it does not allow after-hours work",
}


class VendorProof(VendorWords):
    """Everything a finding shows of one session."""

    def exhibits(self) -> list[Exhibit]:
        """The tunnel's records, the first of each system reached, and the last sign of life."""
        reports = [s for s in self.session.tunnel if s.kind == "tunnel.reported"]
        tunnel = [s for s in self.session.tunnel if s.kind != "tunnel.reported"] + reports[:1] + reports[-1:]
        shown = {s.event_id: self._exhibit(s, _SHOWS[s.kind]) for s in tunnel}
        for reach in self.cover.reaches:
            for sighting in reach.sightings:
                shown[sighting.event_id] = self._exhibit(sighting, f"reached {reach.label}")
        last = max(self.session.sightings, key=lambda s: (s.until, s.last_event_id))
        shown.setdefault(last.event_id, self._exhibit(last, "the last sign of life"))
        return list(shown.values())

    def _exhibit(self, sighting: Sighting, shows: str) -> Exhibit:
        run = sighting.count > 1
        return Exhibit(
            event_id=sighting.event_id,
            occurred_at=format_ms(sighting.at),
            source_id=sighting.source_id,
            shows=shows,
            account=sighting.account,
            person=sighting.person,
            address=sighting.address,
            count=sighting.count if run else None,
            until=format_ms(sighting.until) if run else None,
            last_event_id=sighting.last_event_id if run else None,
        )

    def measures(self) -> list[Measure]:
        """Every number that the words rest on."""
        session, limits = self.session, self.cover.limits
        ids = [s.event_id for s in session.sightings]
        ends = [ids[0], ids[-1]] if ids else []
        stretches = [
            Measure(
                name=reason, value=round(self.time_of(reason) / MINUTE, 2), threshold=grace, unit="min", event_ids=ends
            )
            for reason, grace in (
                ("none", None),
                ("early", limits.grace_before_minutes),
                ("overrun", limits.grace_after_minutes),
                ("wrong_approver", None),
                ("no_it_approval", None),
                ("after_hours", limits.grace_after_minutes),
            )
            if self.time_of(reason)
        ]
        return [
            Measure(name="session", value=round(session.judged.length / MINUTE, 2), unit="min", event_ids=ends),
            *stretches,
            Measure(name="connections", value=session.parts, event_ids=[s.event_id for s in session.tunnel]),
            *(
                Measure(
                    name=f"reached {reach.label}", value=reach.count, event_ids=[s.event_id for s in reach.sightings]
                )
                for reach in self.cover.reaches
            ),
            _bytes("bytes to the vendor", [(s.bytes_in, s.event_id) for s in session.tunnel]),
            _bytes("bytes from the vendor", [(s.bytes_out, s.event_id) for s in session.tunnel]),
        ]

    def spans(self) -> list[Span]:
        """The session, the approvals and what is left, to draw."""
        session = self.session
        drawn = [
            Span(
                kind="session",
                label=f"{session.account} from {session.address or 'an unknown address'}",
                started_at=format_ms(session.started_at),
                ended_at=format_ms(session.ended_at),
                close=session.close,
                event_ids=[s.event_id for s in session.tunnel],
            )
        ]
        for grant in self.cover.grants:
            shown = Interval(max(grant.window.start, session.started_at - DAY), grant.window.end)
            shown = Interval(shown.start, min(shown.end, session.ended_at + DAY))
            if shown.length:
                label = f"{grant.row.approval_id} by {self._person(grant.row.approver) or grant.row.approver_role}"
                drawn.append(
                    _span("approval", f"{label}{', too late' if grant.late else ''}", shown, grant.row.reference)
                )
        drawn += [_span("uncovered", listed(sorted(s.reasons)), s.interval) for s in self.uncovered]
        return drawn

    def consulted(self, exemption: Exemption | None) -> list[Consulted]:
        """Every approval weighed and why it failed; the account, the company, the exemption."""
        account, company = self.cover.account, self.cover.company
        rows = [consulted(account, f"{account.account} is an account of kind {account.kind}")]
        if company:
            failed = self.agreement_end() if "agreement_ended" in self.reasons else None
            sponsor = self._person(company.sponsor) or "none"
            says = f"agreement {company.agreement_id or 'without a number'}, sponsor {sponsor}"
            rows.append(consulted(company, says, failed))
        if exemption:
            signed = f"{self._person(exemption.approver) or 'somebody'} ({exemption.approver_role})"
            rows.append(consulted(exemption, f"exemption {exemption.exemption_id} by {signed}: {exemption.reason}"))
        return [*rows, *(self._weighed(row) for row in self.cover.rows)]

    def _person(self, person: str) -> str:
        """By name, or nothing for nobody."""
        return self.cover.reference.person_name(person, self.session.started_at) if person else ""

    def _weighed(self, row: Approval) -> Consulted:
        systems = "; ".join(row.systems) or "any system"
        who = self._person(row.approver) or "somebody"
        says = f"{row.approval_id}: {row.state} by {who} ({row.approver_role}) for {systems}"
        return consulted(row, f"{says}{', after hours too' if row.after_hours else ''}", self._why_not(row))

    def _why_not(self, row: Approval) -> str | None:
        """Every test an approval did not pass; None where it covers all that it touches."""
        untouched = why_not(row, self.session.judged, lambda at: moment(self.calendar, at))
        if untouched:
            return untouched
        why = []
        grant = next(g for g in self.cover.grants if g.row is row)
        if grant.late:
            why.append(
                f"it was written down {moment(self.calendar, row.recorded_at or 0)}, after the session had begun"
            )
        tests = {t for s in self._touched_by(row) for t in self.cover.failed(grant, s.grants, s.interval)}
        why += [_FAILED[test].format(role=row.approver_role) for test in self.reasons if test in tests]
        unnamed = [reach.label for reach in self.cover.reaches if not names(row.systems, reach)]
        if unnamed:
            why.append(f"it does not name {listed(unnamed)}")
        rest = total([self.session.judged]) - total(intersect([self.session.judged], [grant.window]))
        if rest:
            why.append(f"it leaves {length(rest)} of the session uncovered")
        return "; ".join(why) or None

    def _touched_by(self, row: Approval) -> list[Segment]:
        segments = self.cover.with_late.segments
        return [s for s in segments if any(g.row.reference == row.reference for g in s.grants)]


def _bytes(name: str, counted: list[tuple[int, str]]) -> Measure:
    ids = [event_id for number, event_id in counted if number]
    return Measure(name=name, value=sum(number for number, _ in counted), unit="bytes", event_ids=ids)


def _span(kind: str, label: str, interval: Interval, reference: str | None = None) -> Span:
    start, end = format_ms(interval.start), format_ms(interval.end)
    return Span(kind=kind, label=label, started_at=start, ended_at=end, reference=reference)
