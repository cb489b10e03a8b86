"""From a device's losses, its activity and the commands it got to findings."""

from collections.abc import Iterator
from itertools import groupby

from msgspec.structs import replace

from model.violation import SEVERITIES, Confidence, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.lost_device import explanations
from streams.detections.lost_device.losses import HOUR, MINUTE, LossCase, is_corrected, losses_of, missing, rules_of
from streams.detections.lost_device.proof import LossProof, TrackProof, UseProof, searches, user_of
from streams.detections.lost_device.sight import COMMANDS
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.intervals import Interval
from streams.sighting import Sighting

NAME = "lost_device"
REASONS = ("late_report", "no_police_report", "used_after_report", "tracked_without_loss")


def judge(case: Case) -> Verdict:
    """One finding for a loss not reported as it must be, one for its use, one for each day's commands of a person."""
    losses = losses_of(case.subject, case.reference, case.calendar, case.policy)
    valid = [one for one in losses if not is_corrected(one.row, case.now)]
    found = [finding for one in valid if (finding := _reported(case, one))]
    found += [finding for one in valid if (finding := _used(case, one))]
    found += _tracked(case, losses)
    clocks = [at for one in valid for at in (one.report_due, one.police_due) if at is not None and at > case.now]
    return Verdict(found, overdue_at=min(clocks, default=None))


# (a) and (b): what had to be reported


def late(case: Case, loss: LossCase) -> bool:
    """Whether the report came after its deadline, is still missing then, or left somebody out."""
    due, row = loss.report_due, loss.row
    if due is None or loss.ended_at <= due:
        return False
    if row.reported_at is None:
        return case.now >= due
    return row.reported_at >= due or (case.now >= due and bool(left_out(case, loss)))


def left_out(case: Case, loss: LossCase) -> list[tuple[str, ...]]:
    """Who should have been told and was not; nobody where the row does not say who was."""
    if not loss.row.reported_to:
        return []
    told, user, at = rules_of(case.policy).told, user_of(case, loss), loss.discovered_at or 0
    filed = loss.filed_at is not None and loss.filed_at < (loss.report_due or 0)
    reached = [*loss.row.reported_to, *(["ext:police"] if filed else [])]
    student, employee = missing(reached, told.student), missing(reached, told.employee)
    if user is None:  # whoever it was: only what both must do
        return [group for group in student if group in employee]
    return student if case.reference.has_role(user, at, ("student",)) else employee


def unfiled(case: Case, loss: LossCase) -> bool:
    """Whether the police report came after its deadline, or is still missing then."""
    if loss.police_due is None or loss.ended_at <= loss.police_due:
        return False
    return case.now >= loss.police_due if loss.filed_at is None else loss.filed_at >= loss.police_due


def _reported(case: Case, loss: LossCase) -> Finding | None:
    reasons = [name for name, holds in (("late_report", late), ("no_police_report", unfiled)) if holds(case, loss)]
    if not reasons or loss.discovered_at is None:
        return None
    excuses = Excuses(case, NAME)
    user = user_of(case, loss)
    at = Interval(loss.discovered_at, loss.discovered_at)
    excuse = excuses.of(at, person=user, device_id=loss.row.device_id)
    proof = LossProof(case, loss, reasons, left_out(case, loss), excuses)
    return Finding(
        identity=(loss.row.loss_id, "report"),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, reasons),
        confidence="medium" if user is None else "high",
        started_at=loss.discovered_at,
        ended_at=proof.ended_at,
        settles_at=proof.ended_at,
        person=user,
        device_id=loss.row.device_id,
        suppressed_by=None if stays(excuse) else excuse and excuse.name,
        ratified_by=excuse.name if excuse and excuse.late else None,
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=explanations.of_report(case, loss),
        not_known=_not_known(case, "calendar", "assignments", "roles"),
    )


# (c): what was done with it


def uses_of(case: Case, loss: LossCase) -> list[Sighting]:
    """Activity after the report and before the device was back, in order of time."""
    if loss.row.reported_at is None or loss.row.kind == "compromised":
        return []
    start = loss.row.reported_at + rules_of(case.policy).used_after_minutes * MINUTE
    shown = [s if s.at > start else replace(s, at=s.until, event_id=s.last_event_id) for s in case.sightings]
    found = [s for s in shown if s.kind == "used" and start < s.at < loss.ended_at]
    return sorted(found, key=lambda s: (s.at, s.event_id))


def _used(case: Case, loss: LossCase) -> Finding | None:
    uses = uses_of(case, loss)
    if not uses or uses[0].at < case.started_at:
        return None  # told where it began
    excuses = Excuses(case, NAME)
    proof = UseProof(case, loss, uses, excuses)
    found = [
        excuses.of(Interval(s.at, s.until), account=s.account, person=s.person, device_id=s.device_id) for s in uses
    ]
    by = names(found) if not any(stays(excuse) for excuse in found) else None
    tested = explanations.of_use(case, loss, uses)
    return Finding(
        identity=(loss.row.loss_id, "use", case.day.isoformat()),
        reasons=["used_after_report"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity="info" if explanations.is_with_it(case, uses) else _severity(case, ["used_after_report"]),
        confidence=_confidence(uses, any(one.holds for one in tested)),
        started_at=uses[0].at,
        ended_at=max(s.until for s in uses) + 1,
        settles_at=max(s.until for s in uses) + 1,
        account=proof.account,
        person=proof.person,
        device_id=loss.row.device_id,
        suppressed_by=by,
        ratified_by=names(found) if by is None else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=tested,
        not_known=_not_known(case, "assignments", "returns"),
    )


# (d): what was done to it


def _tracked(case: Case, losses: list[LossCase]) -> Iterator[Finding]:
    today = [s for s in case.sightings if s.kind in COMMANDS and case.started_at <= s.at < case.ended_at]
    counting = sorted((s for s in today if _is_wrong(case, s, losses)), key=lambda s: (s.account or "", s.at))
    for account, commands in groupby(counting, key=lambda s: s.account):
        yield _tracking(case, account, list(commands), losses)


def _is_wrong(case: Case, command: Sighting, losses: list[LossCase]) -> bool:
    """Whether a command was one that nobody may give, or one without a loss; nobody knows without the table."""
    rules = rules_of(case.policy)
    if command.kind in rules.never:
        return True
    if command.kind not in rules.needs_loss or not case.reference.known("losses"):
        return False
    return not any(loss.is_gone(command.at) or _was_queued(case, command, loss) for loss in losses)


def _was_queued(case: Case, command: Sighting, loss: LossCase) -> bool:
    """Whether it was carried out when the device was back, and may have been asked for before."""
    wait = rules_of(case.policy).queued_hours * HOUR
    return command.outcome == "completed" and loss.is_gone(loss.gone_from) and 0 <= command.at - loss.ended_at < wait


def _tracking(case: Case, account: str | None, commands: list[Sighting], losses: list[LossCase]) -> Finding:
    rules = rules_of(case.policy)
    excuses, allowed = Excuses(case, NAME), Excuses(case, NAME, {"locate": 0})
    found = [_excuse(excuses if command.kind in rules.never else allowed, case, command) for command in commands]
    by = names(found) if not any(stays(excuse) for excuse in found) else None
    proof = TrackProof(case, account, commands, losses, {**allowed.weighed, **excuses.weighed})
    grave = any(command.kind in rules.critical for command in commands)
    return Finding(
        identity=(case.subject, "track", account or "", case.day.isoformat()),
        reasons=["tracked_without_loss"],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity="critical" if grave else _severity(case, ["tracked_without_loss"]),
        confidence=_confidence(commands, False),
        started_at=commands[0].at,
        ended_at=commands[-1].at + 1,
        settles_at=commands[-1].at + 1,
        account=account,
        person=next((s.person for s in commands if s.person), None),
        device_id=case.subject,
        suppressed_by=by,
        ratified_by=names(found) if by is None else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        consulted=proof.consulted(),
        innocent_explanations=explanations.of_tracking(case, commands, losses),
        not_known=_not_known(case, "losses", "approvals"),
    )


def _excuse(excuses: Excuses, case: Case, command: Sighting) -> Excuse | None:
    """An exemption; unless nobody may give the command, a locate that was approved or a search that two authorized."""
    at = Interval(command.at, command.at)
    own = excuses.of(at, account=command.account, person=command.person, device_id=command.device_id)
    if command.kind in rules_of(case.policy).never or (own and not own.late):
        return own
    return searched_by_two(case, command) or own


def searched_by_two(case: Case, command: Sighting) -> Excuse | None:
    """Two authorizations of a search of this device, by two people who may give one, in force then."""
    roles = case.policy.approvals["search_authorisation"].roles
    fit = (row for row in searches(case, command) if row.state == "approved" and row.approver_role in roles)
    holding = {row.approver: row for row in fit if row.holds(command.at)}
    if len(holding) < 2:
        return None
    late = any(row.recorded_at is not None and row.recorded_at > command.at for row in holding.values())
    return Excuse(", ".join(sorted(row.approval_id for row in holding.values())), late)


def _severity(case: Case, reasons: list[str]) -> Severity:
    by_reason = case.policy.detection(NAME).severity
    severities: list[Severity] = [by_reason[reason] for reason in reasons]
    return max(severities, key=SEVERITIES.index)


def _confidence(sightings: list[Sighting], doubtful: bool) -> Confidence:
    """As sure as the surest of what shows it; an innocent explanation that holds makes it low."""
    order: tuple[Confidence, ...] = ("high", "medium", "low")
    surest: Confidence = min((level for s in sightings for level in order if level == s.confidence), key=order.index)
    return "low" if doubtful else surest


def _not_known(case: Case, *tables: str) -> list[str]:
    return [table for table in tables if not case.reference.known(table)]
