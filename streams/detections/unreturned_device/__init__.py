"""A device was not given back when its holder left, when it was asked back, or when the school year ended.

Why: a device that is out there with nobody answering for it is lost money, and a key to what is on it.
Wrong when: it came back and nobody checked it in, two devices were mixed up, or an extension was never written down;
    the finding names the row that says when it was due.
Do: look in the office and in the inventory first; then ask the holder; lock the device if it is still in use.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.unreturned_device.dues import all_due
from streams.detections.unreturned_device.judge import DETECTION as NAME
from streams.detections.unreturned_device.judge import REASONS, judge
from streams.detections.unreturned_device.sight import LISTENS, concerns, continues, sight
from streams.patterns.openings import deadlines

TABLES = frozenset({
    *("academicSessions", "approvals", "assignments", "calendar", "devices", "exemptions", "losses", "orgs"),
    *("returns", "roles", "standings", "users"),
})  # fmt: skip
DETECTION = Detection(
    name=NAME,
    major=1,
    title="Unreturned device",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=lambda sighting: sighting.device_id or "",
    judge=judge,
    needs={reason: frozenset() for reason in REASONS},
    remembers=timedelta(days=45),
    tables=TABLES,
    join=timedelta(hours=1),
    alike=lambda sighting: (sighting.kind, sighting.account, sighting.site),
    reach=30,
    concerns=concerns,
    continues=continues,
    movable=lambda sighting: True,  # few devices are late, and where each was a lease may tell afterward
    opens=deadlines(all_due, TABLES),
)  # fmt: skip
