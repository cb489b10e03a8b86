"""Every detection there is; adding one is its file, its cases beside it, and its line here."""

from streams.detection import Detection
from streams.detections import (
    bandwidth_abuse,
    bulk_data_pull,
    device_used_by_another,
    ended_account_in_use,
    filter_circumvention,
    investigator_misuse,
    lost_device,
    overdue_duty,
    retention_breach,
    shared_account,
    silent_source,
    staff_account_on_student_device,
    unapproved_privilege_change,
    unapproved_vendor_session,
    unfiltered_device,
    unreturned_device,
    vendor_outside_vpn,
)

DETECTIONS: tuple[Detection, ...] = (
    silent_source.DETECTION,  # first: the gaps that it finds stand in what the others find
    shared_account.DETECTION,
    unapproved_vendor_session.DETECTION,
    filter_circumvention.DETECTION,
    device_used_by_another.DETECTION,
    staff_account_on_student_device.DETECTION,
    vendor_outside_vpn.DETECTION,
    lost_device.DETECTION,
    ended_account_in_use.DETECTION,
    unreturned_device.DETECTION,
    unapproved_privilege_change.DETECTION,
    unfiltered_device.DETECTION,
    bulk_data_pull.DETECTION,
    bandwidth_abuse.DETECTION,
    overdue_duty.DETECTION,
    investigator_misuse.DETECTION,
    retention_breach.DETECTION,
)
