"""The proof of a bulk pull: plain words, the sums by destination, what is usual, and the explanations tested."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.bulk_data_pull.pull import Pull
from streams.detections.bulk_data_pull.sight import EXPORT, UNSIZED, UPLOAD, rules_of
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import account_used, capital, counted, day, listed, row_named, size, span
from streams.sighting import Sighting

MOST = 200  # exhibits shown one by one; the largest of more


class Proof:
    """What a finding says of one person and school day."""

    def __init__(self, case: Case, pulls: Sequence[Pull], first: Sighting, weighed: list[Consulted]) -> None:
        self.case, self.pulls, self.first, self.weighed = case, pulls, first, weighed

    @cached_property
    def vendor(self) -> str | None:
        """The company, where it was a vendor's account."""
        row = self.case.reference.account(self.first.account, self.first.at) if self.first.account else None
        return row.vendor or row.account if row is not None and row.kind == "vendor" else None

    def who(self) -> str:
        """The account and whose it is, else the person's name, else the device."""
        if self.first.account:
            return account_used(self.case.reference, self.first.account, self.first.at)
        if self.first.person:
            return self.case.reference.person_name(self.first.person, self.first.at)
        return f"somebody at the device {self.first.device_id}"

    def _person(self) -> str:
        return self.case.reference.person_name(self.first.person or "", self.first.at)

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        return capital(f"{self.who()} {listed([self._done(pull) for pull in self.pulls])}")

    def _done(self, pull: Pull) -> str:
        rules = rules_of(self.case.policy)
        if pull.reason == "whole_export":
            return "started an export of all the district's data"
        if pull.reason == "exported_records":
            return f"exported {pull.total:,} records in {counted(rules.record_hours, 'hour')}"
        return f"sent {size(pull.total)} to unsanctioned storage in {counted(rules.byte_minutes, 'minute')}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar = self.case.calendar
        opening = f"On {day(calendar, self.first.at)}, {self.who()} {listed([self._done(p) for p in self.pulls])}."
        return " ".join([opening, *(self._measured(pull) for pull in self.pulls), self._students()])

    def _measured(self, pull: Pull) -> str:
        if pull.peak is None:
            return "Such an export is looked at whatever its size, because the record does not tell its size."
        limit = pull.baseline
        amount = f"{limit.limit:,} records" if pull.reason == "exported_records" else size(limit.limit)
        when = span(self.case.calendar, pull.peak.start, pull.peak.end)
        where = f" To: {self._destinations(pull)}." if pull.reason == "unsanctioned_storage" else ""
        return f"The most was from {when}. More than {amount} is too much: {self._why(pull)}.{where}"

    def _why(self, pull: Pull) -> str:
        limit, rules = pull.baseline, rules_of(self.case.policy)
        amounts = counted(limit.samples, "amount")
        if self.vendor is not None:
            return "the floor of the policy, which holds for a vendor as it stands"
        if limit.usual is None:
            floor = f"it is {limit.factor} times the policy's floor"
            if not limit.samples:
                return (
                    f"{floor}, because nothing is known yet of what people of the same role take at that time of week"
                )
            known = counted(limit.samples, "earlier amount")
            return f"{floor}, because of people of the same role only {known} for that weekday and time can be compared"
        which = f"{rules.cohort_percentile:g}% of {amounts} of the role {self.case.usual.cohort or '(none)'}"
        usual = f"{limit.usual:,} records" if pull.reason == "exported_records" else size(limit.usual)
        floor = f"{limit.floor:,} records" if pull.reason == "exported_records" else size(limit.floor)
        return f"the policy's floor is {floor}, and {which} on that weekday and time are at most {usual}"

    def _destinations(self, pull: Pull) -> str:
        sums: Counter[str] = Counter()
        for s in pull.sightings:
            sums[s.domain or "an unnamed host"] += s.bytes_out
        return listed([f"{host} ({size(total)})" for host, total in sums.most_common(5)])

    def _students(self) -> str:
        records = max((pull.total for pull in self.pulls if pull.reason == "exported_records"), default=0)
        if not records:
            return "These logs do not say whether the data was about students."
        return f"These logs do not say about how many students it was: at least 0, at most {records:,}."

    def exhibits(self) -> list[Exhibit]:
        """What was counted; of very many the largest."""
        every = {s.event_id: s for pull in self.pulls for s in pull.sightings}.values()
        return [_exhibit(s) for s in sorted(every, key=lambda s: (-s.bytes_out, -s.count, s.at, s.event_id))[:MOST]]

    def measures(self) -> list[Measure]:
        """Each sum beside its limit; how many amounts of the role were known, and what is usual."""
        made: list[Measure] = []
        for pull in self.pulls:
            unit = "records" if pull.reason == "exported_records" else "bytes"
            ids = [s.event_id for s in pull.sightings][:MOST]
            if pull.peak is None:
                made.append(Measure(name="exports of everything", value=pull.total, threshold=0, event_ids=ids))
                continue
            name = pull.reason.replace("_", " ")
            made.append(Measure(name=name, value=pull.total, threshold=pull.baseline.limit, unit=unit, event_ids=ids))
            fewest = rules_of(self.case.policy).cohort_min_samples
            made.append(Measure(name=f"amounts of the role: {name}", value=pull.baseline.samples, threshold=fewest))
            if pull.baseline.usual is not None:
                made.append(Measure(name=f"usual in the role: {name}", value=pull.baseline.usual, unit=unit))
        return made

    def spans(self) -> list[Span]:
        """Each pull from its first to its last event, to draw."""
        return [
            Span(
                kind="burst",
                label=self._done(pull),
                started_at=format_ms(pull.started_at),
                ended_at=format_ms(pull.ended_at),
                event_ids=[s.event_id for s in pull.sightings][:MOST],
            )
            for pull in self.pulls
        ]

    def consulted(self) -> list[Consulted]:
        """Excuses weighed, whose the account is, the person's role, and what the district says of the hosts."""
        rows = {row.reference: row for row in self.weighed}
        reference, at = self.case.reference, self.first.at
        account = reference.account(self.first.account, at) if self.first.account else None
        if account is not None:
            rows[account.reference] = consulted(account, f"{account.account} is a {account.kind} account")
        for role in reference.roles(self.first.person, at) if self.first.person else ():
            rows[role.reference] = consulted(role, f"{self._person()} is {role.role} at {role.org or 'the district'}")
        for host in sorted({s.domain for pull in self.pulls for s in pull.sightings if s.domain}):
            said = reference.domain_category(host, at)
            if said:
                rows[said.reference] = consulted(said, f"{said.domain} is rated {said.category.replace('_', ' ')}")
        return list(rows.values())

    def not_known(self) -> list[str]:
        """Tables that are absent, and requests whose size no record tells."""
        absent = [name for name in ("domains", "roles", "exemptions") if not self.case.reference.known(name)]
        today = [s for s in self.case.sightings if self.case.started_at <= s.at < self.case.ended_at]
        unsized = sum(s.count for s in today if s.kind == UNSIZED)
        return [*absent, *([f"the size of {counted(unsized, 'request')} to storage hosts"] if unsized else [])]

    def innocents(self) -> list[Innocent]:
        """Every innocent explanation that can be tested."""
        held = [row.reference for row in self.weighed if row.failed is None]
        said = (
            f"Found: {listed([row_named(one) for one in held])}."
            if held
            else "No exemption and no approved integration covers it."
        )
        kinds = {s.kind for pull in self.pulls for s in pull.sightings}
        usual = "Measured against the same role on the same weekday; see the measures."
        return [
            Innocent(explanation="duty_list_or_approved_integration", answer=said, holds=bool(held)),
            Innocent(explanation="usual_for_the_role_and_time", answer=usual, holds=False),
            Innocent(explanation="sanctioned_storage", answer=self._sanctioned(kinds), holds=False),
            Innocent(
                explanation="same_traffic_logged_twice",
                answer="Bytes of different sources were not added up; records are counted by the id of each event.",
                holds=False,
            ),
        ]

    def _sanctioned(self, kinds: set[str]) -> str:
        if UPLOAD not in kinds:
            return "No data sent to a host was counted." if EXPORT in kinds else "Not about hosts."
        return "Hosts that domains.csv calls sanctioned_storage were not counted, and none of these is."


def _exhibit(s: Sighting) -> Exhibit:
    shows = {EXPORT: "exported a record", UPLOAD: f"sent {size(s.bytes_out)} to {s.domain}"}
    return Exhibit(
        event_id=s.event_id,
        occurred_at=format_ms(s.told_at),
        source_id=s.source_id,
        shows=shows.get(s.kind, "started an export of everything"),
        account=s.account,
        person=s.person,
        device_id=s.device_id,
        address=s.address,
        site=s.site,
        count=s.count if s.count > 1 else None,
        until=format_ms(s.told_until) if s.count > 1 else None,
        last_event_id=s.last_event_id if s.count > 1 else None,
    )
