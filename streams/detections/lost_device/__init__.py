"""A device that is lost or stolen: reported late, without the police, in use afterward; or tracked though not lost.

Why: a lost device holds students' records, and every hour counts; and whoever can see where a device is can see where
    a student is.
Wrong when: the device was found and nobody wrote it down, the wrong device was reported, or a command was carried out
    long after it was given; the finding says what of that was tested.
Do: ask who has the device and correct the report; lock or wipe what is in use; ask the administrator why it was
    located before anybody else.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.lost_device.judge import NAME, REASONS, judge
from streams.detections.lost_device.losses import REMEMBERS, due
from streams.detections.lost_device.sight import LISTENS, alike, concerns, sight, subject
from streams.patterns.openings import deadlines

TABLES = frozenset({
    *("losses", "assignments", "returns", "devices", "calendar", "approvals", "exemptions"),
    *("users", "roles", "accounts"),
})  # fmt: skip
DETECTION = Detection(
    name=NAME,
    major=1,
    title="Lost device",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=subject,
    judge=judge,
    needs={
        "late_report": frozenset(),
        "no_police_report": frozenset(),
        "used_after_report": frozenset({"auth", "proxy", "device"}),
        "tracked_without_loss": frozenset({"device"}),
    },
    remembers=REMEMBERS,
    whereabouts=timedelta(days=3),
    tables=TABLES,
    join=timedelta(minutes=5),
    reach=30,
    concerns=concerns,
    alike=alike,
    movable=lambda sighting: sighting.kind == "used",
    opens=deadlines(due, TABLES),
)
