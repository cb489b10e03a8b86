"""The proof of an unapproved session: plain words, exhibits, measures, spans to draw, every approval weighed."""

from model.event import format_ms
from model.reference import Approval, Exemption
from model.violation import Consulted, Exhibit, Measure, Span
from streams.detections.unapproved_vendor_session.cover import MINUTE, VendorCover
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import clock, counted, day, length, listed, moment, not_entitled, role, span
from streams.patterns.approval_cover import Segment, why_not
from streams.patterns.intervals import Interval, intersect, total
from streams.patterns.reached_systems import Reach, names
from streams.patterns.sessions import Session
from streams.sighting import Sighting

EVER = 1 << 61
DAY = 24 * 60 * MINUTE
_SHOWS = {
    "tunnel.opened": "the tunnel was opened",
    "tunnel.addressed": "the tunnel got an address inside the district",
    "tunnel.reported": "the tunnel was still open",
    "tunnel.closed": "the tunnel was closed",
}
_FAILED = {
    "no_it_approval": "it runs longer than one day and IT did not sign",
    "after_hours": "it does not allow after-hours work",
}


class VendorProof:
    """What a finding says of one session; every number in it stands among the measures, with its events."""

    def __init__(self, cover: VendorCover, reasons: list[str], ratified_by: str | None) -> None:
        self.cover = cover
        self.session: Session = cover.session
        self.reasons = reasons
        self.calendar = cover.calendar
        self.ratified_by = ratified_by
        self.uncovered: list[Segment] = cover.as_known.uncovered
        self.strangers: list[Reach] = cover.strangers(cover.as_known)

    def who(self) -> str:
        """The account, and the company where it is known."""
        company = self.cover.company
        name = company.name or company.vendor if company else self.cover.account.vendor
        return f"{self.cover.account.account} ({name})" if name else self.cover.account.account

    def headline(self) -> str:
        """One sentence with the numbers of the gravest reason."""
        return f"{self.who()} {self._what(self.reasons[0])}"

    def _what(self, reason: str) -> str:
        missing = length(self.time_of(reason))
        ids = listed(sorted({g.row.approval_id for s in self.uncovered if reason in s.reasons for g in s.grants}))
        said = {
            "none": f"was connected for {length(self.session.judged.length)} without an approval",
            "early": f"was connected {missing} before its approval began",
            "overrun": f"was connected {missing} beyond what was approved",
            "wrong_system": f"reached {self._systems()}, which no approval names",
            "wrong_approver": f"was connected for {missing} on an approval ({ids}) {self._signed(reason)}",
            "no_it_approval": f"was connected for {missing} on an approval ({ids}) over one day long, not signed by IT",
            "after_hours": f"was connected for {missing} after hours, which no approval allows",
            "sponsor_gone": "was connected although nobody in the district is responsible for the company any more",
            "agreement_ended": f"was connected {self.agreement_end()}",
        }
        return said[reason]

    def _signed(self, reason: str) -> str:
        """By whom what is not enough was approved; where no row says the role, nobody is said to have overstepped."""
        grants = [grant for segment in self.uncovered if reason in segment.reasons for grant in segment.grants]
        if any(grant.row.approver_role for grant in grants):
            return "from somebody who may not give it"
        return "of which the table does not show in what role it was signed"

    def _systems(self) -> str:
        return listed([reach.label for reach in self.strangers])

    def agreement_end(self) -> str:
        ended = self.cover.agreement_end
        if ended is None:
            return "although the company has no non-disclosure agreement"
        return f"after the company's agreement had ended (on {moment(self.calendar, ended)})"

    def time_of(self, reason: str) -> int:
        """How much of the session a reason stands for, in ms."""
        with_reason = [segment.interval for segment in self.uncovered if reason in segment.reasons]
        if reason == "after_hours":
            bare = [segment.interval for segment in self.uncovered if not segment.grants]
            with_reason += intersect(bare, self.cover.after_hours)
        return total(with_reason)

    def explanation(self, broke_glass: bool) -> str:
        """A paragraph that a principal can read."""
        sentences = [self._session_words(), *self._approval_words(), *self._segment_words(), *self._reach_words()]
        others = [self._what(reason) for reason in self.reasons if reason in ("sponsor_gone", "agreement_ended")]
        sentences += [f"The account {what}." for what in others]
        if self.ratified_by:
            kind = "by IT in an emergency, soon after it began" if broke_glass else "only after it had begun"
            sentences.append(
                f"It was approved {kind} ({self.ratified_by}). The approval is noted, but the finding stays."
            )
        return " ".join(sentences)

    def _session_words(self) -> str:
        session, calendar = self.session, self.calendar
        close = {
            "recorded": f"until {clock(calendar, session.ended_at)}, when it was closed",
            "inferred": f"and was last active at {clock(calendar, session.last_at)}; no close was recorded",
            "open": f"and was last active at {clock(calendar, session.last_at)}; it may still be open",
        }[session.close]
        again = f", in {counted(session.parts, 'connection')} that count as one session" if session.parts > 1 else ""
        return (
            f"On {day(calendar, session.started_at)}, the vendor account {self.who()} was connected from"
            f" {session.address or 'an unknown address'} from {clock(calendar, session.started_at)} {close}{again}:"
            f" {length(session.judged.length)}."
        )

    def _approval_words(self) -> list[str]:
        used = {g.row.reference: g for s in self.cover.as_known.segments for g in s.grants}
        if not used:
            near = len(self.cover.rows)
            known = (
                f"{counted(near, 'approval')} from the weeks around it did not apply"
                if near
                else "none was found near it"
            )
            return [f"No approval covered any of this time; {known}."]
        return [f"Approval {g.row.approval_id} ran {self._window(g.window)}." for g in used.values()]

    def _window(self, window: Interval) -> str:
        if window.end >= EVER or window.start <= -EVER:
            return "without an end" if window.end >= EVER else f"until {moment(self.calendar, window.end)}"
        return f"from {span(self.calendar, window.start, window.end)}"

    def _segment_words(self) -> list[str]:
        return [self._segment(segment) for segment in self.uncovered if not segment.reasons <= {"none"}]

    def _segment(self, segment: Segment) -> str:
        where = span(self.calendar, *segment.interval)
        why = {
            "early": f"no approval had begun yet ({self.cover.limits.grace_before_minutes} min early are tolerated)",
            "overrun": f"the approval had ended ({self.cover.limits.grace_after_minutes} min late are tolerated)",
            "after_hours": "the district's offices were closed and the approval does not allow after-hours work",
            "wrong_approver": f"there was only an approval {self._signed('wrong_approver')}",
            "no_it_approval": "the approval was for longer than one day and IT had not signed",
        }
        reasons = listed([why[reason] for reason in self.reasons if reason in segment.reasons])
        return f"From {where} ({length(segment.interval.length)}), {reasons}."

    def _reach_words(self) -> list[str]:
        if not self.cover.reaches:
            return ["No record shows which systems it reached."]
        if not self.strangers:
            return [f"It reached {listed([reach.label for reach in self.cover.reaches])}."]
        return [f"It reached {self._systems()}, which no approval in force at that time names."]

    def exhibits(self) -> list[Exhibit]:
        """The tunnel's records, the first of each system reached, and the last activity."""
        reports = [s for s in self.session.tunnel if s.kind == "tunnel.reported"]
        tunnel = [s for s in self.session.tunnel if s.kind != "tunnel.reported"] + reports[:1] + reports[-1:]
        shown = {s.event_id: self._exhibit(s, _SHOWS[s.kind]) for s in tunnel}
        for reach in self.cover.reaches:
            for sighting in reach.sightings:
                shown[sighting.event_id] = self._exhibit(sighting, f"reached {reach.label}")
        last = max(self.session.sightings, key=lambda s: (s.until, s.last_event_id))
        shown.setdefault(last.event_id, self._exhibit(last, "the last activity"))
        return list(shown.values())

    def _exhibit(self, sighting: Sighting, shows: str) -> Exhibit:
        run = sighting.count > 1
        return Exhibit(
            event_id=sighting.event_id,
            occurred_at=format_ms(sighting.told_at),
            source_id=sighting.source_id,
            shows=shows,
            account=sighting.account,
            person=sighting.person,
            address=sighting.address,
            count=sighting.count if run else None,
            until=format_ms(sighting.told_until) if run else None,
            last_event_id=sighting.last_event_id if run else None,
        )

    def measures(self) -> list[Measure]:
        """Every number in the words."""
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
        rows = [consulted(account, f"{account.account} is a {account.kind} account")]
        if company:
            failed = self.agreement_end() if "agreement_ended" in self.reasons else None
            sponsor = self._person(company.sponsor) or "none"
            says = f"agreement {company.agreement_id or 'without a number'}, sponsor {sponsor}"
            rows.append(consulted(company, says, failed))
        if exemption:
            signed = f"{self._person(exemption.approver) or 'somebody'} ({role(exemption.approver_role)})"
            rows.append(consulted(exemption, f"exemption {exemption.exemption_id} by {signed}: {exemption.reason}"))
        return [*rows, *(self._weighed(row) for row in self.cover.rows)]

    def _person(self, person: str) -> str:
        """By name, or nothing for nobody."""
        return self.cover.reference.person_name(person, self.session.started_at) if person else ""

    def _weighed(self, row: Approval) -> Consulted:
        systems = "; ".join("any system" if one == "*" else one for one in row.systems) or "any system"
        who = self._person(row.approver) or "somebody"
        says = f"{row.approval_id}: {row.state} by {who} ({role(row.approver_role)}) for {systems}"
        return consulted(row, f"{says}{', also after hours' if row.after_hours else ''}", self._why_not(row))

    def _why_not(self, row: Approval) -> str | None:
        """Every test an approval did not pass; None where it covers all that it touches."""
        untouched = why_not(row, self.session.judged, lambda at: moment(self.calendar, at))
        if untouched:
            return untouched
        why = []
        grant = next(g for g in self.cover.grants if g.row is row)
        if grant.late:
            why.append(f"it was recorded on {moment(self.calendar, row.recorded_at or 0)}, after the session had begun")
        tests = {t for s in self._touched_by(row) for t in self.cover.failed(grant, s.grants, s.interval)}
        said = {**_FAILED, "wrong_approver": not_entitled(row.approver_role, "approve vendor access")}
        why += [said[test] for test in self.reasons if test in tests]
        unnamed = [reach.label for reach in self.cover.reaches if not names(row.systems, reach)]
        if unnamed:
            why.append(f"it does not name {listed(unnamed)}")
        rest = total([self.session.judged]) - total(intersect([self.session.judged], [grant.window]))
        if rest:
            why.append(f"it does not cover {length(rest)} of the session")
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
