"""A district device online away from school, on two days or more, of which the web filter has no record.

Why: a device is filtered wherever it is (CIPA), and one that is not protects nobody and tells nothing.
Wrong when: the filter knows the device by another name, its records came later than was waited for, or its traffic
    went through a VPN that is filtered upstream; the finding says what of that was tested.
Do: look whether the filter's agent runs on the device; ask whoever repairs devices before asking its user.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.unfiltered_device.days import REASONS, all_devices
from streams.detections.unfiltered_device.judge import NAME, judge
from streams.detections.unfiltered_device.sight import (
    LISTENS,
    ONLINE,
    TUNNEL,
    alike,
    concerns,
    continues,
    sight,
    subject,
)

DETECTION = Detection(
    name=NAME,
    major=1,
    title="Unfiltered device",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    subject=subject,
    judge=judge,
    needs={reason: frozenset({"auth", "vpn", "proxy", "device"}) for reason in REASONS},
    remembers=timedelta(days=14),
    whereabouts=timedelta(days=3),
    tables=frozenset(
        {"networks", "devices", "assignments", "approvals", "exemptions", "users", "accounts", "calendar"}
    ),
    join=timedelta(minutes=15),
    reach=6,
    concerns=concerns,
    continues=continues,
    fleet=all_devices,
    alike=alike,
    worth_judging=lambda sightings, policy: any(sighting.kind in (ONLINE, TUNNEL) for sighting in sightings),
)
