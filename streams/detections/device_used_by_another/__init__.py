"""Somebody used a device that was given to somebody else.

Why: what is done at a device is taken for the work of the person it was given to, and a staff member's device opens
    student records.
Wrong when: the device was lent, serviced or passed on and nobody wrote it down, or the inventory lists a shared device
    as one person's; the finding says what was looked for.
Do: ask both people; write down the loan or the new assignment; where many use it, list it as shared.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.device_used_by_another.judge import NEAR_DAYS, REASONS, judge
from streams.detections.device_used_by_another.sight import concerns, sight
from streams.patterns.seats import SEATS, alike

DETECTION = Detection(
    name="device_used_by_another",
    major=1,
    title="Device used by another",
    reasons=REASONS,
    on=SEATS,
    sight=sight,
    subject=lambda sighting: sighting.device_id or "",
    judge=judge,
    needs={reason: frozenset({"auth", "device", "proxy"}) for reason in REASONS},
    remembers=timedelta(days=NEAR_DAYS + 2),
    tables=frozenset(
        {
            *("accounts", "roles", "devices", "assignments", "pairings", "checkouts", "returns", "classes"),
            *("enrollments", "bells", "approvals", "exemptions", "calendar", "academicSessions"),
        }
    ),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    movable=lambda sighting: sighting.kind != "web.requested",
    reach=NEAR_DAYS,
)
