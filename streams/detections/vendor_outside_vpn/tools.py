"""remote_tool: traffic of a remote-support tool on one of our computers while no vendor's approval covers it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from model.event import format_ms
from model.reference import Approval, Device
from model.violation import Consulted, Innocent, Measure, Span
from streams.detection import Case, Finding
from streams.detections.vendor_outside_vpn.sight import TOOL
from streams.detections.vendor_outside_vpn.way_in import MINUTE
from streams.evidence.consulted_rows import consulted
from streams.evidence.exhibits import exhibit, measure
from streams.evidence.plain_words import counted, date, day, length, listed, moment, not_entitled, row_named, span
from streams.evidence.plain_words import size as written_size
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.patterns.reached_systems import Reach
from streams.patterns.reached_systems import names as covers
from streams.sighting import Sighting

DETECTION = "vendor_outside_vpn"
GAP = 10 * MINUTE  # traffic of a tool that pauses for longer has ended
_NUMBER = re.compile(r"\d+")
# Hosts below a service's name that are its maker's web site: who reads there uses no tool.
_SITE = re.compile(
    r"(www|static|assets|cdn|img|images|media|downloads?|community|forums?|help|support|docs|kb|blog|status)\d*"
)


@dataclass
class Session:
    """One stretch of traffic of one tool, what excuses it, and the approvals weighed."""

    tool: str
    runs: list[Sighting]
    excuse: Excuse | None = None
    weighed: tuple[Consulted, ...] = ()

    @property
    def interval(self) -> Interval:
        """From its first to its last request."""
        return Interval(self.runs[0].at, max(run.until for run in self.runs))

    @property
    def size(self) -> int:
        """Bytes both ways, as far as the records count them."""
        return sum(run.bytes_in + run.bytes_out for run in self.runs)


def remote_tools(case: Case) -> list[Finding]:
    """One finding for a computer and school day; none where the district keeps no list of approvals."""
    device = _device(case)
    if device is None or not case.reference.known("approvals"):
        return []
    asked = Excuses(case, DETECTION)
    sessions = [one for one in _sessions(case) if case.started_at <= one.interval.start < case.ended_at]
    found = [one for one in sessions if _counts(case, one) and not _covered(case, device, one, asked)]
    for parts in _in_turn(case, [one for one in sessions if not _counts(case, one)]):
        whole = _joined(case, parts)
        # What is covered by itself is nobody's breach because of what went before it.
        if _counts(case, whole) and not any(_covered(case, device, one, asked) for one in (*parts, whole)):
            found.append(whole)
    return [_finding(case, device, sorted(found, key=_order), asked)] if found else []


def _order(session: Session) -> tuple[Interval, str]:
    return session.interval, session.tool


def _device(case: Case) -> Device | None:
    seen = next((one for one in case.sightings if one.device_id), None)
    return case.reference.device(seen.device_id or "", seen.at) if seen else None


def _sessions(case: Case) -> list[Session]:
    by_tool: dict[str, list[Sighting]] = {}
    for one in case.sightings:
        if one.kind == TOOL and one.app and not _is_site(case, one.app, one.at):
            by_tool.setdefault(one.app, []).append(one)
    found = [Session(tool, runs) for tool, seen in by_tool.items() for runs in _stretches(seen)]
    return sorted(found, key=_order)


def _is_site(case: Case, host: str, at: int) -> bool:
    part, _ = _part_of(case, host, at)
    return _SITE.fullmatch(part.split(".")[0]) is not None


def _part_of(case: Case, host: str, at: int) -> tuple[str, str]:
    """A host's own part of its name, "" for none; and the service's: what domains.csv, or everybody, knows of it."""
    row = case.reference.domain_category(host, at)
    service = row.domain if row else case.policy.well_known_as(host) or host
    return host.lower().rstrip(".").removesuffix(service).rstrip("."), service


def _in_turn(case: Case, short: list[Session]) -> list[list[Session]]:
    """What the numbered relays of one service, which no company may use, carried one after the other."""
    least = case.policy.detections.vendor_outside_vpn.parameters.tool_minutes * MINUTE
    latest: dict[tuple[str, str], list[Session]] = {}
    until: dict[tuple[str, str], int] = {}
    found: list[list[Session]] = []
    for one in short:
        part, service = _part_of(case, one.tool, one.interval.start)
        if not _NUMBER.search(part) or _allowed(case, one):
            continue
        relay = (_NUMBER.sub("#", part), service)
        if relay not in latest or one.interval.start > until[relay] + least:
            latest[relay], until[relay] = [], one.interval.end
            found.append(latest[relay])
        latest[relay].append(one)
        until[relay] = max(until[relay], one.interval.end)
    return [parts for parts in found if len(parts) > 1]


def _joined(case: Case, parts: list[Session]) -> Session:
    _, service = _part_of(case, parts[0].tool, parts[0].interval.start)
    runs = [run for one in parts for run in one.runs]
    return Session(service, sorted(runs, key=lambda run: (run.at, run.event_id)))


def _stretches(seen: list[Sighting]) -> Iterator[list[Sighting]]:
    current: list[Sighting] = []
    until = 0
    for run in sorted(seen, key=lambda one: (one.at, one.event_id)):
        if current and run.at > until + GAP:
            yield current
            current = []
        until = max(until, run.until) if current else run.until
        current.append(run)
    if current:
        yield current


def _counts(case: Case, session: Session) -> bool:
    """Long enough or large enough; a tool that a vendor is allowed calls home by itself, so only its size counts."""
    rules = case.policy.detections.vendor_outside_vpn.parameters
    if session.size >= rules.tool_bytes:
        return True
    return session.interval.length >= rules.tool_minutes * MINUTE and not _allowed(case, session)


def _allowed(case: Case, session: Session) -> list[str]:
    """The companies with an agreement whose tool it is."""
    at, tool = session.interval.start, session.tool
    vendors = {row.vendor for row in case.reference.rows("vendors")}
    rows = [case.reference.vendor(vendor, at) for vendor in sorted(vendors)]
    return [row.vendor for row in rows if row and any(_is_tool(tool, one) for one in row.remote_tools)]


def _is_tool(tool: str, written: str) -> bool:
    name = written.strip().lower().removeprefix("*.")
    return tool == name or tool.endswith(f".{name}") or ("." not in name and bool(name) and name in tool)


def _covered(case: Case, device: Device, session: Session, asked: Excuses) -> bool:
    """Whether an approval covers it; else notes what excuses it, and why the approvals do not."""
    interval = session.interval
    reach = _reach(device, session)
    weighed: list[Consulted] = []
    late: list[Approval] = []
    for row in case.reference.approvals("vendor_access", interval.start, interval.end):
        failed = _why_not(case, row, reach, interval)
        if failed is None and (row.recorded_at is None or row.recorded_at <= interval.start):
            return True
        if failed is None:
            late.append(row)
        weighed.append(consulted(row, f"vendor access: {row.reason}".rstrip(": "), failed or _late(case, row)))
    excuse = asked.of(interval, device_id=device.device_id)
    session.excuse = excuse or (Excuse(late[0].approval_id, late=True) if late else None)
    session.weighed = tuple(weighed)
    return False


def _late(case: Case, row: Approval) -> str:
    return f"it was recorded afterward, on {moment(case.calendar, row.recorded_at or 0)}"


def _why_not(case: Case, row: Approval, reach: Reach, interval: Interval) -> str | None:
    if row.state != "approved":
        return f"it is {row.state}"
    rule = case.policy.approvals["vendor_access"]
    if row.approver_role not in {*rule.roles, *rule.it_roles}:  # who helps at a computer of ours has IT's ticket
        return not_entitled(row.approver_role, "approve it")
    begins = row.recorded_at if row.valid_from is None else row.valid_from
    if (begins or interval.start) > interval.start or (row.valid_to is not None and row.valid_to <= interval.start):
        return "it was not open then"
    return None if covers(row.systems, reach) else "its systems do not name this computer"


def _reach(device: Device, session: Session) -> Reach:
    """The computer, by every name and address that is known."""
    hosts = {name.lower() for name in (device.device_id, device.hostname, device.serial) if name}
    addresses = {run.address for run in session.runs if run.address}
    return Reach(session.interval.start, device.device_id, frozenset(hosts), frozenset(addresses), ())


def _finding(case: Case, device: Device, found: list[Session], asked: Excuses) -> Finding:
    left = [one for one in found if stays(one.excuse)]
    proof = Tools(case, device, left or found, asked)
    start = min(one.interval.start for one in proof.sessions)
    end = max(one.interval.end for one in proof.sessions)
    return Finding(
        identity=("remote_tool", device.device_id, case.day.isoformat()),
        reasons=["remote_tool"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=case.policy.detections.vendor_outside_vpn.severity["remote_tool"],
        confidence="medium",
        started_at=start,
        ended_at=max(end, start + 1),
        settles_at=end,
        device_id=device.device_id,
        suppressed_by=None if left else names(one.excuse for one in found if not stays(one.excuse)),
        ratified_by=names(one.excuse for one in left) if left else None,
        exhibits=[exhibit(run) for one in proof.sessions for run in one.runs],
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=[name for name in ("vendors",) if not case.reference.known(name)],
        subject=device.device_id,
    )


@dataclass
class Tools:
    """What a finding says of a computer's sessions."""

    case: Case
    device: Device
    sessions: list[Session]
    asked: Excuses

    @property
    def tools(self) -> list[str]:
        """The tools that were used."""
        return sorted({one.tool for one in self.sessions})

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(one.size for one in self.sessions)

    def headline(self) -> str:
        """One sentence with the tools."""
        when = date(self.case.calendar, self.sessions[0].interval.start)
        return f"{self.device.device_id} was in contact with {listed(self.tools)} without an approval on {when}"

    def explanation(self) -> str:
        """A paragraph that a principal can read."""
        calendar, start = self.case.calendar, self.sessions[0].interval.start
        told = [f"{one.tool} {span(calendar, *one.interval)} ({length(one.interval.length)})" for one in self.sessions]
        size = f", {written_size(self.size)} in all" if self.size else "; the records count no bytes"
        return (
            f"On {day(calendar, start)}, {self.device.device_id}, a {self.device.device_class} device, was in contact"
            f" with a remote-support service: {'; '.join(told[:3])}{size}. No vendor's approval that names this"
            " computer was open then. The traffic shows a tool at work, not who was at its other end."
        )

    def measures(self) -> list[Measure]:
        """How long and how much."""
        rules = self.case.policy.detections.vendor_outside_vpn.parameters
        ids = [run.event_id for one in self.sessions for run in one.runs]
        longest = max(one.interval.length for one in self.sessions) // MINUTE
        return [
            measure("minutes of the longest contact", longest, rules.tool_minutes, "min", ids),
            measure("bytes both ways", self.size, rules.tool_bytes, "bytes", ids),
        ]

    def spans(self) -> list[Span]:
        """Each stretch of traffic."""
        return [
            Span(
                kind="session",
                label=one.tool,
                started_at=format_ms(one.interval.start),
                ended_at=format_ms(one.interval.end),
                event_ids=[run.event_id for run in one.runs],
            )
            for one in self.sessions
        ]

    def consulted(self) -> list[Consulted]:
        """The computer, every approval and every exemption weighed."""
        rows = {row.reference: row for one in self.sessions for row in one.weighed}
        return [
            consulted(self.device, f"{self.device.device_class} device"),
            *rows.values(),
            *self.asked.weighed.values(),
        ]

    def innocents(self) -> list[Innocent]:
        """Each that records and tables can test, with its answer."""
        allowed = sorted({vendor for one in self.sessions for vendor in _allowed(self.case, one)})
        weighed = {row.reference: row.failed for one in self.sessions for row in one.weighed}
        told = listed([f"{row_named(name)} ({why or 'it covers this'})" for name, why in sorted(weighed.items())])
        requests = sum(run.count for one in self.sessions for run in one.runs)
        home = "No company with an agreement lists this tool."
        if allowed:
            home = f"{listed(allowed)} may use this tool, but it moved more than a program that calls home."
        return [
            Innocent(explanation="program_that_calls_home", answer=home, holds=False),
            Innocent(
                explanation="approved_support",
                answer=f"Approvals weighed: {told}." if told else "No vendor's approval was open at that time.",
                holds=any(one.excuse for one in self.sessions),
            ),
            Innocent(
                explanation="page_about_the_tool",
                answer=f"It was {counted(requests, 'request')};"
                " a single visit to the maker's page is too short and too small to count.",
                holds=False,
            ),
        ]
