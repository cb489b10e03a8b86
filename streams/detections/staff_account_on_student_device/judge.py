"""From the sittings of one staff account to a finding for each device of students that it was used on that day.

A student's account has no such sittings; of it, the apps of the staff are judged that it got into.
"""

from model.policy import OtherUserParameters
from model.violation import Consulted, Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.staff_account_on_student_device.place import ASSIGNED, DETECTION
from streams.detections.staff_account_on_student_device.proof import Proof
from streams.detections.staff_account_on_student_device.sight import OBTAINED, REFUSALS, RESET
from streams.detections.staff_account_on_student_device.staff_app import staff_apps
from streams.detections.staff_account_on_student_device.use import MINUTE, REASONS, Use, use_of
from streams.patterns.excuses import Excuse, Excuses, names, stays
from streams.patterns.handed_out import excuses_by_hand_out
from streams.patterns.shared_device import last_day_counted, people_at
from streams.patterns.sittings import Sitting, sittings

_ASKED = ("domains", "checkouts", "enrollments", "approvals")  # tables that say more


def judge(case: Case) -> Verdict:
    """One finding per device and day, or per app and day."""
    seats = [one for one in case.sightings if one.kind not in {*REFUSALS, RESET, OBTAINED}]
    found = sittings(case, seats)
    by_device: dict[str, list[Use]] = {}
    for sitting in found:
        use = use_of(case, sitting) if case.started_at <= sitting.interval.start < case.ended_at else None
        if use:
            by_device.setdefault(sitting.device, []).append(use)
    limit = _others(case).shared_users
    given = {device for device, uses in by_device.items() if uses[0].place.kind == ASSIGNED}
    shared = {device for device in given if people_at(case, device) >= limit}
    told = [_finding(case, device, uses, found) for device, uses in by_device.items() if device not in shared]
    return Verdict([*told, *staff_apps(case)], wake_at=last_day_counted(case) if given else None)


def _others(case: Case) -> OtherUserParameters:
    """When a device counts as shared is said where others' devices are judged."""
    return case.policy.detections.device_used_by_another.parameters


def _finding(case: Case, device: str, uses: list[Use], found: list[Sitting]) -> Finding:
    excuses, weighed = _excuses(case, device, uses)
    left = [use for use, excuse in zip(uses, excuses, strict=True) if stays(excuse)]
    late = [excuse for excuse in excuses if stays(excuse)]
    shown = left or uses
    reasons = [reason for reason in REASONS if any(reason in use.reasons for use in shown)]
    elsewhere = [one for one in found if one.device != device and any(_at_once(one, use.sitting) for use in shown)]
    proof = Proof(case, device, shown, reasons, elsewhere, weighed, people_at(case, device))
    account = shown[0].sitting.account
    return Finding(
        identity=(account, device, case.day.isoformat()),
        reasons=reasons,
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, reasons, shown),
        confidence="high",
        started_at=min(use.sitting.interval.start for use in shown),
        ended_at=max(max(use.sitting.interval.end, use.sitting.interval.start + 1) for use in shown),
        settles_at=max(use.sitting.interval.end for use in shown),
        account=account,
        person=shown[0].sitting.person,
        device_id=device,
        suppressed_by=None if left else names(excuse for excuse in excuses if not stays(excuse)),
        ratified_by=names(late) if left else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=[name for name in _ASKED if not case.reference.known(name)],
        clauses=list(case.policy.detection(DETECTION).clauses_for(reasons)),
    )


def _at_once(one: Sitting, other: Sitting) -> bool:
    return one.interval.start < other.interval.end and other.interval.start < one.interval.end


def _excuses(case: Case, device: str, uses: list[Use]) -> tuple[list[Excuse | None], list[Consulted]]:
    """What excuses each use: what was written down in time goes before what was not; and all that was weighed."""
    swap = case.policy.detections.staff_account_on_student_device.parameters.swap_minutes * MINUTE
    asked = Excuses(case, DETECTION, {"search_authorisation": 0, "device_swap": swap, "loan": 0})
    found: list[Excuse | None] = []
    handed: list[Consulted] = []
    for one in [use.sitting for use in uses]:
        own = [asked.of(one.interval, account=one.account, person=one.person, device_id=device)]
        given = excuses_by_hand_out(case, device, one.person, one.interval.start)
        own += [excuse for excuse, _ in given]
        handed += [row for _, row in given]
        found.append(min((excuse for excuse in own if excuse), key=lambda excuse: excuse.late, default=None))
    return found, [*asked.weighed.values(), *handed]


def _severity(case: Case, reasons: list[str], shown: list[Use]) -> Severity:
    """That of the gravest reason; lower where the order cannot be told, and where somebody only lent a hand."""
    by_reason: dict[str, Severity] = case.policy.detection(DETECTION).severity
    if reasons[0] == "guessed" and not any(use.lead and use.lead.certain for use in shown if use.guessed):
        return by_reason["in_use"]
    if reasons[0] != "in_use":
        return by_reason[reasons[0]]
    return _severity_of_use(case, by_reason, shown)


def _severity_of_use(case: Case, by_reason: dict[str, Severity], shown: list[Use]) -> Severity:
    rules = case.policy.detections.staff_account_on_student_device.parameters
    technicians = case.policy.detections.device_used_by_another.parameters.technician_roles
    sitting = shown[0].sitting
    if sitting.person and case.reference.has_role(sitting.person, sitting.interval.start, technicians):
        return "info"
    if any(use.records for use in shown):
        return by_reason["guessed"]
    longest = max(use.sitting.interval.length for use in shown)
    return "low" if longest < rules.short_minutes * MINUTE else by_reason["in_use"]
