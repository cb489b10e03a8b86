"""The proof of bandwidth abuse: plain words, the sums by host, and the explanations tested."""

from collections import Counter
from collections.abc import Sequence

from model.event import format_ms
from model.violation import Consulted, Exhibit, Innocent, Measure, Span
from streams.detection import Case
from streams.detections.bandwidth_abuse.abuse import Abuse
from streams.detections.bandwidth_abuse.sight import NO_SIZE, rules_of
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import account_used, capital, counted, day, length, listed, row_named, size, span
from streams.sighting import Sighting

MOST = 200  # exhibits shown one by one; the largest of more


class Proof:
    """What a finding says of one person (or device) and school day."""

    def __init__(self, case: Case, found: Sequence[Abuse], first: Sighting, weighed: list[Consulted]) -> None:
        self.case, self.found, self.first, self.weighed = case, found, first, weighed

    def who(self) -> str:
        """The account and whose it is, else the person's name, else the device."""
        if self.first.account:
            return account_used(self.case.reference, self.first.account, self.first.at)
        if self.first.person:
            return self.case.reference.person_name(self.first.person, self.first.at)
        return f"somebody at the device {self.first.device_id}"

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        return capital(f"{self.who()} {listed([self._done(abuse) for abuse in self.found])}")

    def _done(self, abuse: Abuse) -> str:
        rules = rules_of(self.case.policy)
        if abuse.reason == "peer_to_peer":
            return f"used peer-to-peer traffic in duty time: {abuse.amount} flows in {rules.peer_minutes} min"
        if abuse.reason == "streaming":
            when = " in duty time" if rules.duty_time_only else ""
            return f"streamed for {length(abuse.amount)} from services that are not allowed{when}"
        return f"downloaded {size(abuse.amount)} in {length(rules.download_minutes * 60_000)} of duty time"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        opening = f"On {day(self.case.calendar, self.first.at)}, {self.who()}"
        return " ".join([f"{opening} {self._measured(self.found[0])}", *self._more()])

    def _more(self) -> list[str]:
        return [f"On the same day, {self.who()} {self._measured(abuse)}" for abuse in self.found[1:]]

    def _measured(self, abuse: Abuse) -> str:
        when = span(self.case.calendar, abuse.peak.start, abuse.peak.end)
        limits = {
            "peer_to_peer": f"{counted(abuse.limit, 'flow')} are too many",
            "streaming": f"{length(abuse.limit)} are too long",
            "downloads": f"more than {size(abuse.limit)} is too much",
        }
        return f"{self._done(abuse)} ({when}). By the policy, {limits[abuse.reason]}. Hosts: {self._hosts(abuse)}."

    def _hosts(self, abuse: Abuse) -> str:
        sums: Counter[str] = Counter()
        for s in abuse.sightings:
            sums[s.domain or s.destination or "an unnamed host"] += s.bytes_in
        shown = [f"{host} ({size(total)})" if total else host for host, total in sums.most_common(5)]
        return listed(shown) + (f", and {len(sums) - 5} more" if len(sums) > 5 else "")

    def exhibits(self) -> list[Exhibit]:
        """What was counted; of very many the largest."""
        every = {s.event_id: s for abuse in self.found for s in abuse.sightings}.values()
        return [_exhibit(s) for s in sorted(every, key=lambda s: (-s.bytes_in, s.at, s.event_id))[:MOST]]

    def measures(self) -> list[Measure]:
        """Each amount beside its limit."""
        units = {"peer_to_peer": ("flows", 1), "streaming": ("min", 60_000), "downloads": ("bytes", 1)}
        made: list[Measure] = []
        for abuse in self.found:
            unit, by = units[abuse.reason]
            ids = [s.event_id for s in abuse.sightings][:MOST]
            name, value, limit = abuse.reason.replace("_", " "), abuse.amount / by, abuse.limit / by
            made.append(Measure(name=name, value=value, threshold=limit, unit=unit, event_ids=ids))
        return made

    def spans(self) -> list[Span]:
        """When each was at its most, to draw."""
        return [
            Span(
                kind="burst",
                label=self._done(abuse),
                started_at=format_ms(abuse.peak.start),
                ended_at=format_ms(abuse.peak.end),
                event_ids=[s.event_id for s in abuse.sightings][:MOST],
            )
            for abuse in self.found
        ]

    def consulted(self) -> list[Consulted]:
        """Exemptions weighed, and what the district says of the hosts."""
        rows = {row.reference: row for row in self.weighed}
        for host in sorted({s.domain for abuse in self.found for s in abuse.sightings if s.domain}):
            said = self.case.reference.domain_category(host, self.first.at)
            if said:
                rows[said.reference] = consulted(said, f"{said.domain} is rated {said.category.replace('_', ' ')}")
        return list(rows.values())

    def not_known(self) -> list[str]:
        """Tables that are absent, and requests whose size no record tells."""
        absent = [name for name in ("domains", "calendar", "roles") if not self.case.reference.known(name)]
        unsized = sum(s.count for abuse in self.found for s in abuse.sightings if s.vendor_code == NO_SIZE)
        return [*absent, *([f"the size of {counted(unsized, 'request')}"] if unsized else [])]

    def innocents(self) -> list[Innocent]:
        """Every innocent explanation that can be tested."""
        held = [row.reference for row in self.weighed if row.failed is None]
        rules = rules_of(self.case.policy)
        kinds = listed([name.replace("_", " ") for name in rules.uncounted])
        return [
            _told(
                "exemption",
                f"Found: {listed([row_named(one) for one in held])}." if held else "No exemption covers it.",
                holds=bool(held),
            ),
            _told(
                "updates_video_calls_testing", f"Not added up: {kinds}, as domains.csv, the filter or everybody says."
            ),
            _told(
                "many_people_behind_one_address", "Traffic of an address that many share is nobody's and not counted."
            ),
            _told("same_traffic_logged_twice", "The amounts of different sources were not added up."),
            _told("a_server_or_a_sign", "A device without a person counts only where its class is one person's."),
        ]


def _told(explanation: str, answer: str, *, holds: bool = False) -> Innocent:
    return Innocent(explanation=explanation, answer=answer, holds=holds)


def _exhibit(s: Sighting) -> Exhibit:
    host = s.domain or s.destination or "an unnamed host"
    return Exhibit(
        event_id=s.event_id,
        occurred_at=format_ms(s.told_at),
        source_id=s.source_id,
        shows=f"received {size(s.bytes_in)} from {host}" if s.bytes_in else f"was connected to {host}",
        account=s.account,
        person=s.person,
        device_id=s.device_id,
        address=s.address,
        site=s.site,
        count=s.count if s.count > 1 else None,
        until=format_ms(s.told_until) if s.count > 1 else None,
        last_event_id=s.last_event_id if s.count > 1 else None,
    )
