"""From a vendor's day, or a computer's, to its findings: logons past the VPN, remote tools, sessions nobody watched."""

from streams.detection import Case, Verdict
from streams.detections.vendor_outside_vpn.outside import outside
from streams.detections.vendor_outside_vpn.sight import DEVICE
from streams.detections.vendor_outside_vpn.tools import remote_tools
from streams.detections.vendor_outside_vpn.unwatched import unwatched

REASONS = ("no_vpn", "remote_tool", "unmonitored")


def judge(case: Case) -> Verdict:
    """One finding per person and day, computer and day, and session."""
    if case.subject.startswith(DEVICE):
        return Verdict(remote_tools(case))
    found, wake_at = outside(case)
    sessions, later = unwatched(case)
    waking = [at for at in (wake_at, later) if at is not None]
    return Verdict([*found, *sessions], min(waking, default=None))
