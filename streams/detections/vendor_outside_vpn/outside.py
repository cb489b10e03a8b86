"""no_vpn: a vendor's logon on a system inside while no VPN session of that person was open, and nobody was on site."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from model.event import format_ms
from model.reference import Account
from model.violation import Consulted, Exhibit, Innocent, Measure
from streams.detection import Case, Finding
from streams.detections.vendor_outside_vpn.sight import LOGON, PRESENT
from streams.detections.vendor_outside_vpn.way_in import HOUR, MINUTE, WayIn, present, tunnel_at, visits, way_in
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit
from streams.evidence.identity import STRENGTH
from streams.evidence.plain_words import clock, counted, date, day, length, listed
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.patterns.sessions import TUNNEL
from streams.patterns.turned_away import let_in
from streams.sighting import Sighting

DETECTION = "vendor_outside_vpn"


@dataclass
class Logon:
    """One logon past the VPN, what would have excused it, and what was consulted."""

    way: WayIn
    account: Account | None
    excuse: Excuse | None
    rows: list[Consulted] = field(default_factory=list)


def outside(case: Case) -> tuple[list[Finding], int | None]:
    """The findings by person, and when to look again: the VPN's records must have been read some time beyond."""
    rules = case.policy.detections.vendor_outside_vpn.parameters
    told = let_in(case.sightings)
    excuses = Excuses(case, DETECTION)
    found: dict[str, list[Logon]] = {}
    waking: list[int] = []
    for one in (s for s in told if s.kind == LOGON and case.started_at <= s.at < case.ended_at):
        way = way_in(case, one)
        due = one.at + (rules.slack_minutes + rules.hold_minutes) * MINUTE
        due = due if _wrote(case, one.at, one.at) else max(due, one.at + rules.alive_hours * HOUR)
        if way and due > case.settled_at:
            waking.append(due)
        elif way and (logon := _judged(case, way, told, excuses)):
            found.setdefault(one.person or one.account or "", []).append(logon)
    findings = [_finding(case, who, logons, told, excuses) for who, logons in found.items()]
    return findings, min(waking, default=None)


def _judged(case: Case, way: WayIn, told: list[Sighting], excuses: Excuses) -> Logon | None:
    """The logon, if nothing shows that it came through a tunnel or from somebody on site, and the VPN was heard."""
    logon = way.logon
    slack = case.policy.detections.vendor_outside_vpn.parameters.slack_minutes * MINUTE
    alive = logon.at + case.policy.detections.vendor_outside_vpn.parameters.alive_hours * HOUR
    if not case.heard("vpn", logon.at - slack, logon.at + slack) or not _wrote(case, logon.at, alive):
        return None
    if way.needs_visits and not case.reference.known("visits"):
        return None
    mine = [one for one in told if logon.person is None or one.person in (None, logon.person)]
    if tunnel_at(case, mine, logon.at) or present(case, mine, logon):
        return None
    account = case.reference.account(logon.account or "", logon.at)
    return _excused(case, way, account, excuses)


def _wrote(case: Case, at: int, until: int) -> bool:
    """Whether every VPN wrote something shortly before, or up to `until`: one that fell silent tells of nobody."""
    since = at - case.policy.detections.vendor_outside_vpn.parameters.alive_hours * HOUR
    return all(one.wrote(since, until) for one in case.sources.values() if "vpn" in one.categories)


def _excused(case: Case, way: WayIn, account: Account | None, excuses: Excuses) -> Logon | None:
    """A visit written down in time is presence; one written down afterward ratifies; an exemption excuses."""
    logon = way.logon
    rows = list(visits(case, account, logon))
    late = [row for row in rows if row.recorded_at is not None and row.recorded_at > logon.at]
    if len(late) < len(rows):
        return None
    during = Interval(logon.at, logon.at + 1)
    excuse = excuses.of(during, account=logon.account, person=logon.person, device_id=logon.device_id)
    excuse = excuse or (Excuse(late[0].visit_id, late=True) if late else None)
    shown = [consulted(row, "a visit on site", "it was recorded afterward") for row in late]
    return Logon(way, account, excuse, shown)


def _finding(case: Case, who: str, logons: list[Logon], told: list[Sighting], excuses: Excuses) -> Finding:
    left = [one for one in logons if stays(one.excuse)]
    late = [one.excuse for one in left]
    proof = Outside(case, left or logons, told, excuses)
    first, last = proof.first.way.logon, proof.logons[-1].way.logon
    rules = case.policy.detections.vendor_outside_vpn.parameters
    severity = case.policy.detections.vendor_outside_vpn.severity["no_vpn"]
    return Finding(
        identity=("no_vpn", who, case.day.isoformat()),
        reasons=["no_vpn"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=severity,
        confidence=max((one.way.confidence for one in proof.logons), key=STRENGTH.index),
        started_at=first.at,
        ended_at=max(last.at, first.at + 1),
        settles_at=last.at + (rules.slack_minutes + rules.hold_minutes) * MINUTE,
        account=first.account,
        person=first.person,
        device_id=first.device_id,
        vendor=proof.first.account.vendor if proof.first.account else None,
        suppressed_by=None if left else names(one.excuse for one in logons if not stays(one.excuse)),
        ratified_by=names(late) if left else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=[name for name in ("visits", "networks") if not case.reference.known(name)],
        subject=first.account,
    )


@dataclass
class Outside:
    """What a finding says of a person's logons."""

    case: Case
    logons: list[Logon]
    told: list[Sighting]
    excuses: Excuses

    @property
    def first(self) -> Logon:
        """The first of them."""
        return self.logons[0]

    @property
    def systems(self) -> list[str]:
        """The systems that were logged on to."""
        return sorted({_system(one.way.logon) for one in self.logons})

    def who(self) -> str:
        """The account, and the company."""
        name, account = self._company(), self.first.way.logon.account
        return f"{account} ({name})" if name else f"{account}"

    def _company(self) -> str:
        account, at = self.first.account, self.first.way.logon.at
        company = self.case.reference.vendor(account.vendor, at) if account and account.vendor else None
        return (company.name if company else "") or ((account.vendor or "") if account else "")

    def headline(self) -> str:
        """One sentence with the systems."""
        when = date(self.case.calendar, self.first.way.logon.at)
        through = "through another's VPN session" if all(one.way.holder for one in self.logons) else "without the VPN"
        return f"{self.who()} logged on to {listed(self.systems)} {through} on {when}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, first = self.case.calendar, self.first.way.logon
        told = [f"{clock(calendar, o.way.logon.at)} on {_system(o.way.logon)}, {o.way.words}" for o in self.logons[:5]]
        more = f" and {counted(len(self.logons) - 5, 'more time')}" if len(self.logons) > 5 else ""
        slack = self.case.policy.detections.vendor_outside_vpn.parameters.slack_minutes
        vpn = [name for name, one in self.case.sources.items() if "vpn" in one.categories]
        names = listed(sorted(vpn))
        read, show = (
            (f"The logs of {names} were read", "show") if len(vpn) > 1 else (f"The log of {names} was read", "shows")
        )
        return (
            f"On {day(calendar, first.at)}, the vendor account {self.who()} logged on inside the district:"
            f" {'; '.join(told)}{more}. {read} without a gap and"
            f" {show} no VPN session of this person within {length(slack * MINUTE)} of it. Nothing shows that the"
            " person was on site."
        )

    def exhibits(self) -> list[Exhibit]:
        """The logons, and the nearest tunnels of the person."""
        return [exhibit(s) for s in [*(one.way.logon for one in self.logons), *self._nearest()]]

    def _nearest(self) -> list[Sighting]:
        at = self.first.way.logon.at
        tunnels = sorted((s for s in self.told if s.kind in TUNNEL), key=lambda s: (abs(s.at - at), s.event_id))
        return tunnels[:2]

    def measures(self) -> list[Measure]:
        """How many logons."""
        ids = [one.way.logon.event_id for one in self.logons]
        return [Measure(name="logons without the VPN", value=len(ids), threshold=1, event_ids=ids)]

    def consulted(self) -> list[Consulted]:
        """The account, late visits, and every exemption weighed."""
        return [*self._rows(), *self.excuses.weighed.values()]

    def _rows(self) -> Iterator[Consulted]:
        if self.first.account:
            yield consulted(self.first.account, f"{self.first.account.kind} account of {self._company() or 'a vendor'}")
        for one in self.logons:
            yield from one.rows
            network = self.case.reference.network(one.way.logon.address or "", one.way.logon.at)
            if network:
                yield consulted(network, f"{one.way.logon.address} is in a network of kind {network.kind}")

    def innocents(self) -> list[Innocent]:
        """Each that records and tables can test, with its answer."""
        near = self._nearest()
        tunnel = f"The nearest record of a tunnel is at {format_ms(near[0].at)}." if near else "There is none near it."
        visited = "No visit in visits.csv covers it, and no sign-in at an access point is close to it."
        if not self.case.reference.known("visits"):
            visited = "The district keeps no list of visits; the address of the logon was outside its networks."
        seen = [s for s in self.told if s.kind == PRESENT]
        return [
            Innocent(
                explanation="vpn_record_was_lost", answer=f"{tunnel} One without an end would count.", holds=False
            ),
            Innocent(
                explanation="vendor_was_on_site",
                answer=f"{visited} {counted(len(seen), 'sign-in')} at access points around that day.",
                holds=any(one.rows for one in self.logons),
            ),
            Innocent(
                explanation="not_an_inside_system",
                answer=f"{listed(self.systems)} logged it; sign-ins at cloud services are not counted.",
                holds=False,
            ),
            Innocent(explanation="address_of_the_vpn", answer=self._of_the_pool(), holds=False),
        ]

    def _of_the_pool(self) -> str:
        through = sorted({one.way.holder for one in self.logons if one.way.holder})
        if not through:
            return "No address of a VPN pool is among them, and none that was leased in a school."
        return (
            f"The VPN's own log names {listed(through)} as holding the address then. Where it lost the end of that"
            " session or the beginning of this person's, the address may have been this person's after all."
        )


def _system(logon: Sighting) -> str:
    return logon.device_id or logon.reporter or logon.device or "a system"
