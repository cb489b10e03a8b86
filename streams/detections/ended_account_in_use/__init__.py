"""An account was used, enabled again or left enabled after its standing in the district had ended.

Why: an account that outlives its person is a key that nobody watches; whoever holds it comes in unseen.
Wrong when: an extension or a new hiring was never written down, the calendar of a school is missing, or the directory
    disabled the account where no log tells it; the finding names the row that ended it and since when it was known.
Do: disable the account first; then ask the supervisor or project manager whether the end is right, and the person.
"""

from datetime import timedelta

from streams.detection import Detection, Keeps
from streams.detections.ended_account_in_use.enabled import sweeps_due
from streams.detections.ended_account_in_use.judge import AGAIN, REASONS, STILL, judge
from streams.detections.ended_account_in_use.sight import DIRECTORY, SIGN_IN, WEB, alike, concerns, continues, sight
from streams.patterns.openings import deadlines

USED = frozenset({"auth", "vpn"})

TABLES = frozenset({
    *("accounts", "academicSessions", "approvals", "calendar", "contracts", "directory", "exemptions"),
    *("orgs", "roles", "standings", "users", "vendors"),
})  # fmt: skip
DETECTION = Detection(
    name="ended_account_in_use",
    major=1,
    title="Ended account in use",
    reasons=REASONS,
    on=DIRECTORY | SIGN_IN | {WEB},
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs={**dict.fromkeys(REASONS, USED), STILL: frozenset({"auth"}), AGAIN: frozenset({"auth"})},
    remembers=timedelta(days=3),
    tables=TABLES,
    join=timedelta(hours=1),
    alike=alike,
    concerns=concerns,
    continues=continues,
    opens=deadlines(sweeps_due, TABLES),
    keeps=Keeps(lambda sighting: sighting.kind in DIRECTORY, timedelta(days=400)),
)  # fmt: skip
