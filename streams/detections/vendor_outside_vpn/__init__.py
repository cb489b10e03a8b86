"""A vendor reached the inside without the VPN, a remote tool did, or nobody watched while a vendor was connected.

Why: what does not pass the VPN passes no approval and leaves no session behind; an unwatched session proves nothing.
Wrong when: the vendor was on site and nobody wrote down the visit, or the VPN's log lost an opening; the finding says
    what was looked for and which log was read.
Do: ask the project manager whether somebody was there; close the way in; take the tool off the computer.
"""

from datetime import timedelta

from streams.detection import Detection
from streams.detections.vendor_outside_vpn.judge import REASONS, judge
from streams.detections.vendor_outside_vpn.sight import LISTENS, alike, concerns, passes_over, sight, subject
from streams.patterns.sessions import TUNNEL

DETECTION = Detection(
    name="vendor_outside_vpn",
    major=1,
    title="Vendor outside the VPN",
    reasons=REASONS,
    on=LISTENS,
    sight=sight,
    passes_over=passes_over,
    subject=subject,
    judge=judge,
    needs={
        "no_vpn": frozenset({"vpn"}),
        "remote_tool": frozenset({"proxy"}),
        "unmonitored": frozenset({"vpn", "auth", "proxy"}),
    },
    remembers=timedelta(days=3),
    tables=frozenset(
        {
            *("accounts", "roles", "devices", "networks", "domains", "visits", "vendors", "approvals", "exemptions"),
            "academicSessions",
        }
    ),
    join=timedelta(minutes=5),
    alike=alike,
    concerns=concerns,
    movable=lambda sighting: sighting.kind not in TUNNEL,  # a lease tells that it came from inside
    reach=1,
)
