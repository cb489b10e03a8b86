"""Somebody tried to get around the web filter, or did: proxies, VPNs, tunnels, a stopped agent, changed settings.

Why: the filter is what the law asks a school to keep (CIPA), and whoever steps around it is unprotected and unseen.
Wrong when: the filter's own feed rates a harmless host as a proxy, a class is taught security, or a device does it by
    itself; the finding says what of that was tested.
Do: look at what was reached before talking of who; ask the person; fix the rating if it is the feed's fault.
"""

from datetime import timedelta

from model.policy import FilterParameters, Policy
from streams.detection import Detection, Spread
from streams.detections.filter_circumvention.judge import REASONS, judge
from streams.detections.filter_circumvention.sight import LISTENS, alike, passes_over, sight, subject
from streams.detections.filter_circumvention.signals import feed_limits, marks, rules_of
from streams.sighting import Sighting

WEIGHTS = {
    "web.requested": ("blocked", "allowed", "encrypted_dns", "unrated", "direct_ip"),
    "connection.recorded": ("blocked", "allowed", "encrypted_dns", "unrated"),
    "tunnel": ("tunnel",),
    "encrypted_dns": ("encrypted_dns",),
    "searched": ("bypass_search",),
    "app.installed": ("app_installed",),
    "app.removed": ("agent_stopped",),
    "agent.stopped": ("agent_stopped",),
    "developer_mode.enabled": ("settings_changed",),
    "proxy_settings.changed": ("settings_changed",),
}
"""What a sighting of each kind may weigh, by the names of the pack."""


def worth_judging(sightings: list[Sighting], policy: Policy) -> bool:
    """One sign alone is enough only where the pack gives it the weight, or counts it as enough requests."""
    return len(sightings) > 1 or any(_enough_alone(sighting.kind, rules_of(policy)) for sighting in sightings)


def _enough_alone(kind: str, rules: FilterParameters) -> bool:
    names = WEIGHTS[kind]
    if "blocked" in names and rules.blocked_requests == 1:
        return True
    enough = min(rules.sole_weight, rules.score if rules.min_kinds == 1 else rules.sole_weight)
    return any(getattr(rules.weights, name) >= enough for name in names)


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
        {
            *("domains", "networks", "devices", "accounts", "assignments", "approvals", "exemptions", "users", "roles"),
            "unblocks",
        }
    ),
    join=timedelta(minutes=1),
    alike=alike,
    worth_judging=worth_judging,
    movable=lambda sighting: True,
    spread=Spread(marks, feed_limits),
    passes_over=passes_over,
)
