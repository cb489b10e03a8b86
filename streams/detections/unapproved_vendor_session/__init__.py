"""A vendor's remote session, or part of it, that no valid approval of the district covers.

Why: a vendor inside the network without anybody's word is how outsiders reach student records unseen.
Wrong when: the approval was given by voice and never written down, or the tunnel is a site-to-site one that
    accounts.csv does not call a service; the finding names the nearest approvals and why each failed.
Do: ask the project manager before the vendor; end the session if nobody knows of it; register what was agreed.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.unapproved_vendor_session.judge import REASONS, judge
from streams.detections.unapproved_vendor_session.sight import ACTIVITY, SIGN_IN, alike, concerns, sight
from streams.patterns.sessions import TUNNEL

DETECTION = Detection(
    name="unapproved_vendor_session",
    major=1,
    title="Vendor session without a valid approval",
    reasons=REASONS,
    on=TUNNEL | ACTIVITY | {SIGN_IN},
    sight=sight,
    subject=lambda sighting: sighting.account or "",
    judge=judge,
    needs={reason: frozenset({"vpn"}) for reason in REASONS},
    remembers=timedelta(days=3),
    tables=frozenset(
        {
            "accounts",
            "approvals",
            "vendors",
            "roles",
            "standings",
            "users",
            "calendar",
            "academicSessions",
            "devices",
            "networks",
            "domains",
            "exemptions",
        }
    ),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    movable=lambda sighting: sighting.kind not in TUNNEL,  # a lease tells which system was reached
    reach=1,
)
