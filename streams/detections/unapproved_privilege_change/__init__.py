"""Somebody was given a right, or a safeguard was weakened, and nobody had approved it.

Why: whoever can make himself an administrator can read and change every record, and erase the traces.
Wrong when: the approval was given by voice, the ticket calls the group by another name, or a sync account is not listed
    as kind service in accounts.csv; the finding says which approvals were looked at and why each failed.
Do: ask who made the change before whom it concerns; take the right back until somebody signs for it.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.unapproved_privilege_change.judge import DETECTION as NAME
from streams.detections.unapproved_privilege_change.judge import REASONS, judge
from streams.detections.unapproved_privilege_change.sight import LISTENS, alike, sight, subject

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Privilege change without approval",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=subject,
    judge=judge,
    needs={reason: frozenset({"auth"}) for reason in REASONS},
    remembers=timedelta(days=10),
    tables=frozenset({"accounts", "approvals", "calendar", "devices", "exemptions", "roles", "users"}),
    join=timedelta(hours=24),
    alike=alike,
    reach=1,
)
