"""From the sittings at one device to a finding for each person who had no business there that day."""

from model.violation import Severity
from streams.detection import Case, Finding, Verdict
from streams.detections.device_used_by_another.entitled import DETECTION, Entitled
from streams.detections.device_used_by_another.proof import Proof
from streams.patterns.excuses import Excuse, names, stays
from streams.patterns.shared_device import last_day_counted, people_at
from streams.patterns.sittings import Sitting, sittings

MINUTE = 60_000
REASONS = ("outsider", "other", "technician")
NEAR_DAYS = 6  # days to either side that tell whether a device is shared


def judge(case: Case) -> Verdict:
    """One finding per device, person and day; none where so many use the device that the tables must be wrong."""
    if not case.reference.known("assignments"):
        return Verdict([])
    entitled = Entitled(case)
    today: dict[str, list[Sitting]] = {}
    for sitting in sittings(case, case.sightings):
        if case.started_at <= sitting.interval.start < case.ended_at and entitled.is_anothers(sitting):
            today.setdefault(sitting.person or sitting.account, []).append(sitting)
    users = people_at(case, case.subject) if today else 0
    shared = users >= entitled.rules.shared_users
    found = [] if shared else [_finding(case, who, seen, entitled, users) for who, seen in today.items()]
    return Verdict(found, wake_at=last_day_counted(case) if today else None)


def _finding(case: Case, who: str, seen: list[Sitting], entitled: Entitled, users: int) -> Finding:
    """Of all that the person did there that day what nobody had excused; of what was excused, if there is no more."""
    excuses = [entitled.excuse(sitting) for sitting in seen]
    left = [sitting for sitting, excuse in zip(seen, excuses, strict=True) if stays(excuse)]
    late = [excuse for excuse in excuses if stays(excuse)]
    shown = left or seen
    reason = entitled.reason(shown[0])
    proof = Proof(case, shown, reason, entitled, users)
    return Finding(
        identity=(case.subject, who, case.day.isoformat()),
        reasons=[reason],
        headline=proof.headline(),
        explanation=proof.explanation(),
        severity=_severity(case, reason),
        confidence="high",
        started_at=shown[0].interval.start,
        ended_at=max(sitting.interval.end for sitting in shown),
        settles_at=max(sitting.interval.end for sitting in shown),
        account=shown[0].account,
        person=shown[0].person,
        device_id=case.subject,
        suppressed_by=None if left else _names(excuses),
        ratified_by=names(late) if left else None,
        exhibits=proof.exhibits(),
        measures=proof.measures(),
        spans=proof.spans(),
        consulted=proof.consulted(),
        innocent_explanations=proof.innocents(),
        not_known=[name for name in _ASKED if not case.reference.known(name)],
    )


_ASKED = ("roles", "checkouts", "approvals", "classes")


def _names(excuses: list[Excuse | None]) -> str | None:
    return names(excuse for excuse in excuses if not stays(excuse))


def _severity(case: Case, reason: str) -> Severity:
    severity: Severity = case.policy.detection(DETECTION).severity[reason]
    return severity
