"""The plain words of an unapproved vendor session: a headline and a paragraph that a principal can read."""

from streams.detections.unapproved_vendor_session.cover import VendorCover
from streams.evidence.plain_words import clock, counted, day, length, listed, moment, span
from streams.patterns.approval_cover import Segment
from streams.patterns.intervals import Interval, intersect, total
from streams.patterns.reached_systems import Reach
from streams.patterns.sessions import Session

EVER = 1 << 61


class VendorWords:
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
            "wrong_approver": f"was connected for {missing} on an approval ({ids}) by somebody who may not approve",
            "no_it_approval": f"was connected for {missing} on an approval ({ids}) longer than one day without IT",
            "after_hours": f"was connected for {missing} after hours, which no approval allows",
            "sponsor_gone": "was connected though nobody in the district answers for the company any more",
            "agreement_ended": f"was connected {self.agreement_end()}",
        }
        return said[reason]

    def _systems(self) -> str:
        return listed([reach.label for reach in self.strangers])

    def agreement_end(self) -> str:
        ended = self.cover.agreement[-1].end if self.cover.agreement else EVER
        if ended >= self.session.judged.end:
            return "though the company has no non-disclosure agreement"
        return f"after the company's agreement had ended ({moment(self.calendar, ended)})"

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
            kind = "in an emergency by IT, soon after the start" if broke_glass else "only after it had begun"
            sentences.append(f"It was approved {kind} ({self.ratified_by}): that ratifies it and does not undo it.")
        return " ".join(sentences)

    def _session_words(self) -> str:
        session, calendar = self.session, self.calendar
        close = {
            "recorded": f"until {clock(calendar, session.ended_at)}, when it was closed",
            "inferred": f"with its last sign of life at {clock(calendar, session.last_at)}; no close was recorded",
            "open": f"with its last sign of life at {clock(calendar, session.last_at)}; it may still be open",
        }[session.close]
        again = f", through {counted(session.parts, 'connection')} that count as one" if session.parts > 1 else ""
        return (
            f"On {day(calendar, session.started_at)}, the vendor account {self.who()} was connected from"
            f" {session.address or 'an unknown address'} from {clock(calendar, session.started_at)} {close}{again}:"
            f" {length(session.judged.length)}."
        )

    def _approval_words(self) -> list[str]:
        used = {g.row.reference: g for s in self.cover.as_known.segments for g in s.grants}
        if not used:
            near = len(self.cover.rows)
            known = f"{counted(near, 'approval')} of the weeks around it did not apply" if near else "none was found"
            return [f"No approval in force then covers any of it; {known}."]
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
            "early": f"no approval had begun yet (the grace is {self.cover.limits.grace_before_minutes} min)",
            "overrun": f"no approval was in force any more (the grace is {self.cover.limits.grace_after_minutes} min)",
            "after_hours": "the district's offices were closed and the approval does not allow after-hours work",
            "wrong_approver": "the approval was signed by somebody who may not approve",
            "no_it_approval": "the approval was for longer than one day and IT had not signed",
        }
        reasons = listed([why[reason] for reason in self.reasons if reason in segment.reasons])
        return f"From {where} ({length(segment.interval.length)}) {reasons}."

    def _reach_words(self) -> list[str]:
        if not self.cover.reaches:
            return ["No record shows which systems it reached."]
        if not self.strangers:
            return [f"It reached {listed([reach.label for reach in self.cover.reaches])}."]
        return [f"It reached {self._systems()}, which the approvals in force then do not name."]
