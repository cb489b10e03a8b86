"""Somebody who may search the audit trail used it for what is not their task: on themselves, their family, their boss.

Why: who may see everything about everybody is trusted only as long as somebody else looks at what they look at.
Wrong when: the search was ordered and nobody opened a case, or two people share a name; the finding says what was
    tested.
Do: ask a reviewer outside IT to talk with the investigator; open a case for what was ordered. Nobody whom it is about
    can excuse it: exemptions do not count here.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.investigator_misuse.judge import DETECTION as NAME
from streams.detections.investigator_misuse.judge import REASONS, judge
from streams.detections.investigator_misuse.opened import openings
from streams.patterns.openings import as_told

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Investigator misuse",
    reasons=REASONS,
    on=frozenset(),
    sight=lambda seen, reference, policy: None,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs={reason: frozenset() for reason in REASONS},
    remembers=timedelta(days=45),
    whereabouts=timedelta(days=1),
    tables=frozenset({"searches", "users", "roles"}),
    opens=as_told(openings),
)
