"""What a vendor's approvals must pass: who signed, for how long, for which systems, at what hour; and the agreement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from model.calendar import Calendar
from model.policy import ApprovalRule, Policy, VendorParameters
from model.reference import Account, Approval, Exemption, Reference, Vendor
from model.vocabulary import ApprovalKind
from streams.patterns.approval_cover import Cover, Grace, Grant, cover, failures, grant_of
from streams.patterns.intervals import Interval, subtract, union
from streams.patterns.reached_systems import Reach, names
from streams.patterns.sessions import Session
from streams.patterns.standing import person_ended

DETECTION = "unapproved_vendor_session"
GLASS: ApprovalKind = "break_glass"
MINUTE, HOUR = 60_000, 3_600_000
NEAR = 30 * 24 * HOUR  # approvals this far from the session are named as the nearest


@dataclass(frozen=True)
class VendorCover:
    """One session against all that the district granted. Pure: the same inputs always give the same answers."""

    session: Session
    account: Account
    reaches: Sequence[Reach]
    reference: Reference
    calendar: Calendar
    policy: Policy

    @cached_property
    def limits(self) -> VendorParameters:
        """The pack's numbers."""
        return self.policy.detections.unapproved_vendor_session.parameters

    @cached_property
    def signers(self) -> ApprovalRule:
        """Who may approve, and who counts as IT."""
        return self.policy.approvals["vendor_access"]

    @cached_property
    def rows(self) -> list[Approval]:
        """Every approval for this account or its company near the session, whatever became of it."""
        start, end = self.session.judged.start - NEAR, self.session.judged.end + NEAR
        named = {"vendor": self.account.vendor, "account": self.account.account}
        emergencies = self.reference.approvals(GLASS, start, end, **named)
        return [
            *self.reference.approvals("vendor_access", start, end, **named),
            *(row for row in emergencies if not row.entitlement),  # else it is for a right
        ]

    @cached_property
    def grants(self) -> list[Grant]:
        """Those that were approved, as claims on time."""
        rows = [row for row in self.rows if row.state == "approved"]
        found = [grant_of(row, self.session.started_at) for row in rows]
        # Whenever it was written down, an emergency only ratifies.
        told = [replace(grant, late=True) if grant.row.kind == GLASS else grant for grant in found]
        return [grant for grant in told if grant.window.length]

    @cached_property
    def as_known(self) -> Cover:
        """The cover by what was written down in time."""
        return self._cover([grant for grant in self.grants if not grant.late])

    @cached_property
    def with_late(self) -> Cover:
        """The cover with what was written down afterwards, too."""
        return self._cover(self.grants)

    @cached_property
    def after_hours(self) -> list[Interval]:
        """The parts of the session outside opening hours."""
        judged = self.session.judged
        found = self.calendar.after_hours_segments(judged.start, judged.end, self.policy.hours)
        return [Interval(start, end) for start, end in found]

    def strangers(self, cover: Cover) -> list[Reach]:
        """The systems reached that no approval in force then names."""
        return [reach for reach in self.reaches if self._is_stranger(reach, cover)]

    def long(self, grant: Grant) -> bool:
        """Whether the window granted is longer than one day."""
        window = grant.window
        if window.length > self.limits.one_day_hours * HOUR:
            return True
        return self.limits.second_business_day and self.calendar.business_days_touched(*window) > 1

    def breaks_glass(self, grant: Grant) -> bool:
        """Whether IT recorded it in an emergency, soon after the start."""
        recorded_at = grant.row.recorded_at
        soon = recorded_at is not None and recorded_at <= self.session.started_at + self.limits.break_glass_hours * HOUR
        roles = self.policy.approvals[GLASS].roles if grant.row.kind == GLASS else self.signers.it_roles
        return grant.late and soon and grant.row.approver_role in roles

    def failed(self, grant: Grant, touching: Sequence[Grant], piece: Interval) -> frozenset[str]:
        """The tests that an approval fails over a piece of time, given the others that touch it."""
        if self.breaks_glass(grant):
            return frozenset()
        signed_by_it = any(one.row.approver_role in self.signers.it_roles for one in touching)
        tests = {
            "wrong_approver": grant.row.approver_role not in self.signers.roles,
            "no_it_approval": not signed_by_it and self.long(grant),
            "after_hours": not grant.row.after_hours and self._is_after_hours(piece.start),
        }
        return frozenset(test for test, failed in tests.items() if failed)

    def _is_after_hours(self, at: int) -> bool:
        return any(segment.holds(at) for segment in self.after_hours)

    def _cover(self, grants: list[Grant]) -> Cover:
        grace = Grace(
            self.limits.grace_before_minutes * MINUTE,
            self.limits.grace_after_minutes * MINUTE,
            frozenset({"after_hours"}),
        )
        edges = [edge for segment in self.after_hours for edge in segment]

        def failing(touching: tuple[Grant, ...], piece: Interval) -> frozenset[str]:
            return failures(touching, lambda grant: self.failed(grant, touching, piece))

        return cover(self.session.judged, grants, edges, failing, grace)

    def _is_stranger(self, reach: Reach, found: Cover) -> bool:
        return any(self._is_stranger_at(sighting.at, reach, found) for sighting in reach.sightings)

    def _is_stranger_at(self, at: int, reach: Reach, found: Cover) -> bool:
        then = [segment for segment in found.segments if segment.interval.holds(at) and segment.grants]
        grants = {grant.row.reference: grant for segment in then or found.segments for grant in segment.grants}
        piece = Interval(at, at + 1)
        passing = [one for one in grants.values() if not self.failed(one, list(grants.values()), piece)]
        rows = [grant.row for grant in passing or grants.values()]
        return bool(rows) and not any(names(row.systems, reach) for row in rows)

    @cached_property
    def exemption(self) -> Exemption | None:
        """The exemption that an entitled role signed, if any: one written down in time before one that was not."""
        at, rules = self.session.started_at, self.policy.exemptions
        rows = self.reference.exemptions(DETECTION, at, account=self.account.account, person=self.account.person)
        longest = rules.max_days * 24 * HOUR
        running = [
            row for row in rows if row.state != "paused" and (row.valid_from is None or at < row.valid_from + longest)
        ]
        signed = [row for row in running if row.approver_role in rules.roles]
        return min(signed, key=lambda row: (self.is_late(row), row.exemption_id), default=None)

    def is_late(self, exemption: Exemption) -> bool:
        """Whether it was written down after the session had begun: then it ratifies and does not suppress."""
        return exemption.recorded_at is not None and exemption.recorded_at > self.session.started_at

    # The agreement

    @cached_property
    def agreement(self) -> list[Interval]:
        """When an agreement with the company ran; empty where vendors.csv does not name the company."""
        rows = self.reference.vendor_versions(self.account.vendor) if self.account.vendor else []
        return union(_window(row) for row in rows)

    @cached_property
    def company(self) -> Vendor | None:
        """The company's row when the session began, else the last one that had begun, else the one to come."""
        if not self.account.vendor:
            return None
        at, rows = self.session.started_at, self.reference.vendor_versions(self.account.vendor)
        begun = (row for row in rows if row.valid_from is None or row.valid_from <= at)
        return self.reference.vendor(self.account.vendor, at) or next(begun, None) or next(iter(rows), None)

    @cached_property
    def agreement_end(self) -> int | None:
        """When the agreement ended (ms) after which some of the session lies while none runs; None where there is no
        such part."""
        bare = subtract([self.session.judged], self.agreement)
        ends = [ran.end for ran in self.agreement if any(ran.end <= part.start for part in bare)]
        return max(ends, default=None)

    @property
    def agreement_ended(self) -> bool:
        """Whether some of the session lies after an agreement with none running, or the NDA that the pack asks for is
        missing."""
        if not self.reference.known("vendors") or self.company is None:
            return False
        return self.agreement_end is not None or (self.limits.require_nda and not self.company.nda_id)

    @property
    def sponsor_gone(self) -> bool:
        """Whether the pack asks for a sponsor and the company has none who still has a role here and has not left."""
        if not self.limits.require_sponsor or not self.reference.known("vendors") or self.company is None:
            return False
        sponsor, at = self.company.sponsor, self.session.started_at
        roleless = self.reference.known("roles") and not self.reference.roles(sponsor, at)
        return not sponsor or roleless or person_ended(self.reference, sponsor, at) is not None


def _window(row: Vendor) -> Interval:
    ever = 1 << 62
    start = -ever if row.valid_from is None else row.valid_from
    return Interval(start, ever if row.valid_to is None else row.valid_to)
