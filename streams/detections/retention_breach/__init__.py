"""Records are kept longer than the schedule says, planned to go and held, of no class, or not as they were sealed.

Why: a district must be able to show that it kept what it had to keep, and destroyed the rest, and nothing in between.
Wrong when: a plan is about to be run, or the schedule in the pack is not the district's any more.
Do: plan, approve and run what is due; look at the hold; let the ledger name the rows that are not as they were.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.retention_breach.judge import DETECTION as NAME
from streams.detections.retention_breach.judge import REASONS, judge, openings
from streams.patterns.openings import as_told

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Retention breach",
    reasons=REASONS,
    on=frozenset(),
    sight=lambda seen, reference, policy: None,
    subject=lambda sighting: sighting.source_id,
    judge=judge,
    needs={reason: frozenset() for reason in REASONS},
    remembers=timedelta(days=400),
    whereabouts=timedelta(days=1),
    tables=frozenset({"checks"}),
    opens=as_told(openings),
)
