"""How each detection stands in a district: one module a detection, one line here."""

from pydantic import Field

from model.policy.detections.bandwidth_abuse import BandwidthParameters, BandwidthReason
from model.policy.detections.bulk_data_pull import BulkParameters, BulkReason
from model.policy.detections.device_used_by_another import OtherUserParameters, OtherUserReason
from model.policy.detections.ended_account_in_use import EndedParameters, EndedReason
from model.policy.detections.filter_circumvention import FilterParameters, FilterReason
from model.policy.detections.investigator_misuse import MisuseParameters, MisuseReason
from model.policy.detections.lost_device import LossReason, LostDeviceParameters
from model.policy.detections.overdue_duty import DutyParameters, DutyReason
from model.policy.detections.retention_breach import BreachParameters, BreachReason
from model.policy.detections.shared_account import SharedAccountParameters, SharedAccountReason
from model.policy.detections.silent_source import SilentReason, SilentSourceParameters
from model.policy.detections.staff_account_on_student_device import StaffAccountParameters, StaffAccountReason
from model.policy.detections.unapproved_privilege_change import PrivilegeParameters, PrivilegeReason
from model.policy.detections.unapproved_vendor_session import VendorParameters, VendorReason
from model.policy.detections.unfiltered_device import UnfilteredDeviceParameters, UnfilteredReason
from model.policy.detections.unreturned_device import UnreturnedParameters, UnreturnedReason
from model.policy.detections.vendor_outside_vpn import OutsideVpnParameters, OutsideVpnReason
from model.policy.parameters import Strict
from model.policy.rules import DetectionRule


class Detections(Strict):
    """How each detection stands."""

    shared_account: DetectionRule[SharedAccountReason, SharedAccountParameters] = Field(
        description="One personal account used by more than one person (D1)."
    )
    device_used_by_another: DetectionRule[OtherUserReason, OtherUserParameters] = Field(
        description="A person at a device that was given to somebody else (D2)."
    )
    staff_account_on_student_device: DetectionRule[StaffAccountReason, StaffAccountParameters] = Field(
        description="A staff member's account where only students are (D3)."
    )
    unapproved_vendor_session: DetectionRule[VendorReason, VendorParameters] = Field(
        description="A vendor's remote session that no valid approval covers (D4)."
    )
    vendor_outside_vpn: DetectionRule[OutsideVpnReason, OutsideVpnParameters] = Field(
        description="A vendor inside without the VPN, by a remote tool, or while nobody watched (D5)."
    )
    filter_circumvention: DetectionRule[FilterReason, FilterParameters] = Field(
        description="A way around the web filter, tried or found (D7)."
    )
    lost_device: DetectionRule[LossReason, LostDeviceParameters] = Field(
        description="A device lost or stolen: reported late, used afterward, or tracked without a loss (D9)."
    )
    ended_account_in_use: DetectionRule[EndedReason, EndedParameters] = Field(
        description="An account used, enabled or left enabled after its standing ended (D6)."
    )
    unapproved_privilege_change: DetectionRule[PrivilegeReason, PrivilegeParameters] = Field(
        description="A right given or a safeguard weakened without approval (D11)."
    )
    unfiltered_device: DetectionRule[UnfilteredReason, UnfilteredDeviceParameters] = Field(
        description="A device online away from the district without the web filter (D8)."
    )
    bulk_data_pull: DetectionRule[BulkReason, BulkParameters] = Field(
        description="More records exported, or data sent to unsanctioned storage, than is usual (D12 a)."
    )
    bandwidth_abuse: DetectionRule[BandwidthReason, BandwidthParameters] = Field(
        description="Peer-to-peer traffic, paid streaming or large downloads in duty time (D12 b)."
    )
    silent_source: DetectionRule[SilentReason, SilentSourceParameters] = Field(
        description="A source that fell silent, or told far fewer records than usual (G1)."
    )
    unreturned_device: DetectionRule[UnreturnedReason, UnreturnedParameters] = Field(
        description="A device that its holder had to give back and did not, or that was passed on unwiped (D10)."
    )
    overdue_duty: DetectionRule[DutyReason, DutyParameters] = Field(
        description="What the policy asks of people and devices by a date, and nothing shows done (G3)."
    )
    investigator_misuse: DetectionRule[MisuseReason, MisuseParameters] = Field(
        description="Somebody who may search the audit trail, and used it for what is not their task (G2)."
    )
    retention_breach: DetectionRule[BreachReason, BreachParameters] = Field(
        description="Records kept too long, destroyed against a hold, of no class, or not as they were sealed (G4)."
    )
