"""One personal account was in use at two places, or on two devices, at once; or on too many devices in one day.

Why: a shared password makes every record under the name worthless as proof, and lets others act as its owner.
Wrong when: a device is passed on, a pairing was never declared, or a source's clock is off; the finding says what was
    tested.
Do: ask the owner before anybody else; change the password; declare a pairing where two devices are one person's work.
"""

from datetime import timedelta

from model.policy import Policy
from streams.detection import Detection, Habit
from streams.detections.shared_account.day import REASONS
from streams.detections.shared_account.judge import judge
from streams.detections.shared_account.sight import (
    LISTENS,
    concerns,
    continues,
    sight,
    worth_judging,
)
from streams.patterns.seats import alike
from streams.patterns.usage import is_input

SEAT = frozenset({"auth", "device", "proxy"})  # who sat where


def habit_days(policy: Policy) -> tuple[int, int]:
    """How far back a person's own devices count, and the cohort's."""
    rules = policy.detections.shared_account.parameters
    return rules.normal_window_days, rules.cohort_days


DETECTION = Detection(
    name="shared_account",
    major=1,
    title="Shared account",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs={
        "two_sites": SEAT,
        "two_devices": SEAT,
        "many_devices": SEAT,
        "vendor": frozenset({"vpn"}),
    },
    remembers=timedelta(days=3),
    tables=frozenset(
        {
            *("accounts", "devices", "assignments", "pairings", "travel", "approvals", "exemptions"),
            *("classes", "enrollments", "bells"),
        }
    ),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    continues=continues,
    movable=lambda sighting: sighting.kind != "web.requested",  # of those there are too many
    worth_judging=worth_judging,
    habit=Habit(is_input, habit_days),
)
