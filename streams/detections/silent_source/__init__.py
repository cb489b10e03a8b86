"""A source of logs that fell silent, or told far fewer records than in the same hours of its own last weeks.

Why: what is not logged cannot be proved, and a log that stops is how most traces are lost, by accident or not.
Wrong when: the school was closed and the calendar does not say so, or a machine was replaced; the finding says what of
    that was tested.
Do: look at the machine and at the way of its records to here; enter the closed day; take a retired source out of
    district.yaml.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.silent_source.judge import NAME, REASONS, judge, opens

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Silent source",
    reasons=REASONS,
    on=frozenset(),
    sight=lambda seen, reference, policy: None,
    subject=lambda sighting: sighting.source_id,
    judge=judge,
    needs={reason: frozenset() for reason in REASONS},
    remembers=timedelta(days=10),
    whereabouts=timedelta(days=1),
    tables=frozenset({"calendar", "academicSessions"}),
    opens=opens,
)
