"""A staff member's account was used where only students are: on a student's device, among students, on a class's cart;
    or a student's account got into an app of the staff.

Why: with a teacher's password a student changes grades and reads records, and all of it bears the teacher's name.
Wrong when: the teacher signed in to help, or a technician worked there; the finding says how long it lasted, what was
    opened, and where else the account was in use.
Do: ask the owner of the account first, and change its password; look at what was changed before talking of who.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.staff_account_on_student_device.judge import judge
from streams.detections.staff_account_on_student_device.sight import LISTENS, alike, concerns, sight
from streams.detections.staff_account_on_student_device.staff_app import students_by_app
from streams.detections.staff_account_on_student_device.use import REASONS

DETECTION = Detection(
    name="staff_account_on_student_device",
    major=1,
    title="Staff account on a student's device",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs={**dict.fromkeys(REASONS, frozenset({"auth", "device", "proxy"})), "staff_app": frozenset({"auth"})},
    remembers=timedelta(days=9),  # a week tells whether the device is shared
    whereabouts=timedelta(days=3),
    tables=frozenset(
        {
            *("accounts", "roles", "devices", "assignments", "networks", "domains", "checkouts", "classes"),
            *("enrollments", "approvals", "exemptions", "apps"),
        }
    ),
    join=timedelta(minutes=5),
    alike=alike,
    fleet=students_by_app,
    concerns=concerns,
    movable=lambda sighting: sighting.kind != "web.requested",
)
