"""The district's policy as the program obeys it: frozen, whole, and with every mistake of a pack named at once."""

from model.mistake import Mistake
from model.policy.detections import Detections
from model.policy.detections.bandwidth_abuse import BandwidthParameters
from model.policy.detections.bulk_data_pull import BulkParameters
from model.policy.detections.device_used_by_another import OtherUserParameters
from model.policy.detections.filter_circumvention import FilterParameters
from model.policy.detections.shared_account import SharedAccountParameters
from model.policy.detections.staff_account_on_student_device import StaffAccountParameters
from model.policy.detections.unapproved_privilege_change import PrivilegeParameters
from model.policy.detections.unapproved_vendor_session import VendorParameters
from model.policy.detections.vendor_outside_vpn import OutsideVpnParameters
from model.policy.pack import (
    SHIPPED,
    base_policy,
    load_pack,
    misspelled,
    pack_files,
    shipped_pack,
    shipped_packs,
    sigma_files,
)
from model.policy.rules import ApprovalRule, ClauseText, DetectionRule, Exemptions, Hours, Staged
from model.policy.stored import read_stored
from model.policy.whole import Policy
from model.vocabulary import ApprovalKind

__all__ = [
    "SHIPPED",
    "ApprovalKind",
    "ApprovalRule",
    "BandwidthParameters",
    "BulkParameters",
    "ClauseText",
    "DetectionRule",
    "Detections",
    "Exemptions",
    "FilterParameters",
    "Hours",
    "Mistake",
    "OtherUserParameters",
    "OutsideVpnParameters",
    "Policy",
    "PrivilegeParameters",
    "SharedAccountParameters",
    "StaffAccountParameters",
    "Staged",
    "VendorParameters",
    "base_policy",
    "load_pack",
    "misspelled",
    "pack_files",
    "read_stored",
    "shipped_pack",
    "shipped_packs",
    "sigma_files",
]
