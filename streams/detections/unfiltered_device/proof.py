"""The proof that a device was online without the filter: plain words, exhibits, measures, spans to draw."""

from model.event import format_ms
from model.violation import Consulted, Exhibit, Measure, Span
from streams.detection import Case
from streams.detections.unfiltered_device.days import SilentDay, rules_of
from streams.detections.unfiltered_device.sight import AGENT_OFF
from streams.evidence.consulted_rows import consulted
from streams.evidence.plain_words import MINUTE, clock, counted, date, length, listed, moment, span
from streams.patterns.excuses import Excuses
from streams.sighting import Sighting

_SHOWS = {
    "account.authenticated": "somebody signed in from it",
    "account.logged_on": "somebody logged on to it",
    "device.checked_in": "it checked in with the management server",
    "tunnel.opened": "it opened a VPN tunnel",
}


class UnfilteredProof:
    """What a finding says of a device and its silent days."""

    def __init__(self, case: Case, days: list[SilentDay], excuses: Excuses) -> None:
        self.case, self.days, self.excuses = case, days, excuses

    def headline(self) -> str:
        """One sentence with the numbers that decided."""
        online = length(sum(day.minutes for day in self.days) * MINUTE)
        gone = self.agent()
        without = (
            f"after {gone.app}, by its name an agent of the web filter, was removed or stopped"
            if gone
            else "without a record in the web filter"
        )
        days = counted(len(self.days), "day")
        return f"{self.case.subject} was online away from school for {online} on {days} {without}"

    def agent(self) -> Sighting | None:
        """What took the filter's agent from the device, if that is known."""
        return next((day.agent for day in self.days if day.agent), None)

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        rules, first = rules_of(self.case.policy), self.days[0].proofs[0]
        given = self.case.reference.assignees(self.case.subject, first.at)
        names = listed([self.case.reference.person_name(row.person, first.at) for row in given])
        whose = f" It is assigned to {names}; that does not say who used it." if given else ""
        hours = f"{rules.verdict_hours} hours were waited for what devices upload late"
        read = "The web filter, which was read all that time,"
        if not all(day.fleet for day in self.days):
            read = "The web filter, as far as it was read and worked,"
        return (
            f"{' '.join(map(self._day_words, self.days))}{self._agent_words()} {read} has no"
            f" record of this device from {rules.margin_minutes} min before to {rules.margin_minutes} min after;"
            f" {hours}.{whose}"
        )

    def _agent_words(self) -> str:
        gone = self.agent()
        if gone is None:
            return ""
        when = moment(self.case.calendar, gone.at)
        return (
            f" An app named {gone.app}, which the policy pack lists as an agent of the filter, was removed or stopped"
            f" on {when}, and no record says that it came back."
        )

    def _day_words(self, day: SilentDay) -> str:
        calendar = self.case.calendar
        shown = sorted({_shows(proof) for proof in day.proofs})
        where = sorted({p.address for p in day.proofs if p.address})
        return (
            f"On {date(calendar, day.interval.start)}, {self.case.subject} was online from"
            f" {span(calendar, *day.interval)} at {listed(where)}, an address that is none of the district's:"
            f" {listed(shown)}."
        )

    def exhibits(self) -> list[Exhibit]:
        """What became of the filter's agent, and every proof that it was online."""
        gone = self.agent()
        return [_exhibit(proof) for proof in [*([gone] if gone else []), *(p for day in self.days for p in day.proofs)]]

    def measures(self) -> list[Measure]:
        """The minutes of each day, the number of days, and what the other devices showed."""
        rules, found = rules_of(self.case.policy), []
        for day in self.days:
            ids = [proof.event_id for proof in day.proofs]
            name, least = f"minutes online without the filter on {day.day.isoformat()}", rules.active_minutes
            found.append(Measure(name=name, value=day.minutes, threshold=least, unit="min", event_ids=ids))
            if day.fleet is None:
                continue
            told = f"silent devices of {day.fleet.online} online elsewhere in those hours of {day.day.isoformat()}"
            limit = max(rules.fleet_devices, day.fleet.online * rules.fleet_percent / 100)
            found.append(Measure(name=told, value=day.fleet.silent, threshold=limit))
        return [*found, Measure(name="days", value=len(self.days), threshold=rules.days)]

    def spans(self) -> list[Span]:
        """Each silent stretch."""
        return [
            Span(
                kind="uncovered",
                label=f"no record of the filter, {clock(self.case.calendar, stretch.interval.start)}",
                started_at=format_ms(stretch.interval.start),
                ended_at=format_ms(stretch.interval.end),
                event_ids=[proof.event_id for proof in stretch.proofs],
            )
            for day in self.days
            for stretch in day.stretches
        ]

    def consulted(self) -> list[Consulted]:
        """The device's row, and who might have excused it."""
        row = self.case.reference.device(self.case.subject, self.days[0].interval.start)
        device = [consulted(row, f"{row.device_id} is of class {row.device_class}, filtered everywhere")] if row else []
        return [*device, *self.excuses.weighed.values()]


def _shows(proof: Sighting) -> str:
    if proof.kind == AGENT_OFF:
        return f"{proof.app} was removed from it or stopped on it"
    return _SHOWS.get(proof.app or "", "it reported to its management")


def _exhibit(proof: Sighting) -> Exhibit:
    return Exhibit(
        event_id=proof.event_id,
        occurred_at=format_ms(proof.at),
        source_id=proof.source_id,
        shows=_shows(proof),
        account=proof.account,
        device_id=proof.device_id,
        address=proof.address,
    )
