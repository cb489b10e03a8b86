"""The closed lists of words that a district's tables, packs and findings use; ids are given once and stay."""

from typing import Literal, get_args

DeviceClass = Literal[
    "assigned",
    "staff",
    "lab",
    "cart",
    "kiosk",
    "testing",
    "library",
    "shared_tablet",
    "loaner",
    "vdi",
    "server",
    "byod",
    "network",
]
AccountKind = Literal[
    "personal",
    "service",
    "generic",
    "testing",
    "vendor",
]
NetworkKind = Literal[
    "site",
    "student",
    "vpn_pool",
    "egress",
    "guest",
    "cgnat",
    "relay",
    "vendor",
]
CalendarKind = Literal[
    "instruction",
    "staff_day",
    "holiday",
    "office_closed",
    "office_open",
    "emergency_closed",
]
ApprovalKind = Literal[
    "vendor_access",
    "filter_bypass",
    "security_testing",
    "device_swap",
    "account_reactivation",
    "privilege",
    "loan",
    "locate",
    "return_extension",
    "reactivation_of_privileges",
    "search_authorisation",
    "unblock",
    "break_glass",
    "data_integration",
]
DomainCategory = Literal[
    "proxy_avoidance",
    "vpn",
    "remote_support",
    "encrypted_dns",
    "file_storage",
    "sanctioned_storage",
    "p2p",
    "streaming_free",
    "streaming_paid",
    "curriculum",
    "advertising",
    "sis",
    "gradebook",
    "hr",
    "sensitive",
    "update",
    "video_call",
    "testing",
]
EnrollmentRole = Literal[
    "student",
    "teacher",
    "aide",
    "proctor",
    "administrator",
    "guardian",
    "parent",
    "relative",
]
SENSITIVE: DomainCategory = "sensitive"  # what a topic of protected speech is called, whichever it was
StandingKind = Literal["suspended", "privileges_revoked", "separated", "withdrawn", "on_leave"]
ContractKind = Literal["student_contract", "acknowledgement", "parent_permission", "app_permission"]
LossKind = Literal["lost", "stolen", "compromised"]
ToldOfLoss = Literal["ext:it", "supervisor", "ext:first_hour_teacher", "ext:risk_manager", "ext:police"]
DetectionName = Literal[
    "shared_account",
    "device_used_by_another",
    "staff_account_on_student_device",
    "unapproved_vendor_session",
    "vendor_outside_vpn",
    "ended_account_in_use",
    "filter_circumvention",
    "unfiltered_device",
    "lost_device",
    "unreturned_device",
    "unapproved_privilege_change",
    "bulk_data_pull",
    "bandwidth_abuse",
    "silent_source",
    "investigator_misuse",
    "overdue_duty",
    "retention_breach",
]

SIGMA = "sigma:"  # before the name of a Sigma rule it is the id of its detection

DEVICE_CLASSES: tuple[str, ...] = get_args(DeviceClass)
ACCOUNT_KINDS: tuple[str, ...] = get_args(AccountKind)
NETWORK_KINDS: tuple[str, ...] = get_args(NetworkKind)
CALENDAR_KINDS: tuple[str, ...] = get_args(CalendarKind)
APPROVAL_KINDS: tuple[str, ...] = get_args(ApprovalKind)
DOMAIN_CATEGORIES: tuple[str, ...] = get_args(DomainCategory)
DETECTIONS: tuple[str, ...] = get_args(DetectionName)
ENROLLMENT_ROLES: tuple[str, ...] = get_args(EnrollmentRole)
STANDING_KINDS: tuple[str, ...] = get_args(StandingKind)
CONTRACT_KINDS: tuple[str, ...] = get_args(ContractKind)
LOSS_KINDS: tuple[str, ...] = get_args(LossKind)
TOLD_OF_LOSS: tuple[str, ...] = get_args(ToldOfLoss)
# OneRoster 1.2's words for a person's role; a district adds its own behind `ext:`.
ROLES = (
    *("aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative"),
    *("siteAdministrator", "student", "systemAdministrator", "teacher"),
)
# The words behind `ext:` that our packs use; a district may have more.
EXTRA_ROLES = (
    *("ext:building_secretary", "ext:director_of_technology", "ext:executive_director", "ext:it", "ext:legal_advisor"),
    *("ext:sponsor", "ext:substitute", "ext:superintendent", "ext:vendor", "ext:volunteer"),
)


def role_title(role: str) -> str:
    """A role as people say it: `director of technology` for `ext:director_of_technology`, `IT` for `ext:it`."""
    said = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in role.removeprefix("ext:"))
    return "IT" if said == "it" else said.replace("_", " ")


# What Windows calls a type of logon by number, in our words. Others stay as they are written.
LOGON_TYPES: dict[str, str] = {
    "0": "service",
    "2": "interactive",
    "3": "network",
    "4": "batch",
    "5": "service",
    "7": "unlock",
    "8": "network",  # with the password in clear
    "9": "network",  # other credentials for the network only: nobody new sits down
    "10": "remote",
    "11": "cached",
    "12": "remote",  # from the cache
    "13": "unlock",  # from the cache
}
