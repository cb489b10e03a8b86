"""Somebody tried to get around the web filter, or did: proxies, VPNs, tunnels, a stopped agent, changed settings.

Why: the filter is what the law asks a school to keep (CIPA), and whoever steps around it is unprotected and unseen.
Wrong when: the filter's own feed rates a harmless host as a proxy, a class is taught security, or a device does it by
    itself; the finding says what of that was tested.
Do: look at what was reached before talking of who; ask the person; fix the rating if it is the feed's fault.
"""

from datetime import timedelta

from model.policy import Policy
from streams.detection import Detection
from streams.detections.filter_circumvention.judge import REASONS, judge
from streams.detections.filter_circumvention.sight import LISTENS, alike, sight, subject
from streams.detections.filter_circumvention.signals import marks
from streams.sighting import Sighting

HEAVY = frozenset({"agent.stopped", "app.removed", "developer_mode.enabled", "proxy_settings.changed"})


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """A single light sign is never enough."""
    return len(sightings) > 1 or any(sighting.kind in HEAVY for sighting in sightings)


DETECTION = Detection(
    name="filter_circumvention",
    major=1,
    title="Filter circumvention",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=subject,
    judge=judge,
    needs={reason: frozenset({"proxy", "device"}) for reason in REASONS},
    remembers=timedelta(days=3),
    tables=frozenset(
        {"domains", "networks", "devices", "accounts", "assignments", "approvals", "exemptions", "users", "roles"}
    ),
    join=timedelta(minutes=1),
    alike=alike,
    worth_judging=worth_judging,
    movable=lambda sighting: True,
    marks=marks,
)
