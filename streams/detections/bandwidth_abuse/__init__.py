"""Somebody used the network for file sharing, for paid entertainment, or for very large downloads in duty time.

Why: the network is for teaching; one person's burden slows every class.
Wrong when: a class needs a large file, a device updates itself from a host that nobody calls an update, or several
    people stand behind one account; the finding names the hosts and how much came from each.
Do: look at the hosts before talking of who; rate them in domains.csv where they serve teaching.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.bandwidth_abuse.judge import REASONS, judge
from streams.detections.bandwidth_abuse.sight import DETECTION as NAME
from streams.detections.bandwidth_abuse.sight import LISTENS, NAMED, alike, passes_over, sight, subject, worth_judging

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Bandwidth abuse",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    passes_over=passes_over,
    subject=subject,
    judge=judge,
    needs={reason: frozenset({"proxy", "device"}) for reason in REASONS},
    remembers=timedelta(days=3),
    tables=frozenset(
        {
            "academicSessions",
            "accounts",
            "bells",
            "calendar",
            "devices",
            "domains",
            "exemptions",
            "orgs",
            "roles",
            "users",
        }
    ),
    join=timedelta(minutes=1),
    alike=alike,
    worth_judging=worth_judging,
    movable=lambda sighting: sighting.outcome != NAMED,
)
