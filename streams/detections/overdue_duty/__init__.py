"""Something that the policy asks of a person, a device or a company by a date, and nothing shows that it was done.

Why: a rule that nobody follows up is no rule, and an auditor asks for the list of those who did not.
Wrong when: it was done on paper or in another system and never entered, or the table is incomplete; a table that is
    absent is never held against anybody.
Do: ask for it, kindly; enter what was done; write down an exemption where it does not apply.
"""

from datetime import timedelta

from streams.detection import Detection, Keeps
from streams.detections.overdue_duty.judge import DETECTION as NAME
from streams.detections.overdue_duty.judge import REASONS, judge
from streams.detections.overdue_duty.owed import all_owed
from streams.detections.overdue_duty.sight import LISTENS, WEB, concerns, passes_over, sight
from streams.patterns.openings import deadlines

TABLES = frozenset({
    *("academicSessions", "accounts", "calendar", "contracts", "devices", "exemptions", "orgs", "roles"),
    *("software", "standings", "unblocks", "users", "vendors"),
})  # fmt: skip
DETECTION = Detection(
    name=NAME,
    major=1,
    title="Overdue duty",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    passes_over=passes_over,
    subject=lambda sighting: sighting.reporter or "",
    judge=judge,
    needs={reason: frozenset() for reason in REASONS}
    | {"password": frozenset({"auth"}), "software": frozenset({"device"}), "encryption": frozenset({"device"})}
    | {"check_in": frozenset({"device"})},
    remembers=timedelta(days=60),
    tables=TABLES,
    join=timedelta(hours=1),
    alike=lambda sighting: (sighting.kind, sighting.domain) if sighting.kind == WEB else sighting.event_id,
    concerns=concerns,
    opens=deadlines(all_owed, TABLES),
    keeps=Keeps(lambda sighting: True, timedelta(days=250), most=1000),
)  # fmt: skip
