"""What the district knows, and since when: typed look-ups as of an instant, over the bi-temporal fold of its facts."""

from model.reference.book import Reference
from model.reference.names import account_name, host_name, mac_text, short_name
from model.reference.rows import (
    Account,
    Approval,
    Assignment,
    CalendarDay,
    Device,
    Domain,
    Exemption,
    Network,
    Org,
    Pairing,
    Person,
    Role,
    Row,
    Session,
    Travel,
    Vendor,
)

__all__ = [
    "Account",
    "Approval",
    "Assignment",
    "CalendarDay",
    "Device",
    "Domain",
    "Exemption",
    "Network",
    "Org",
    "Pairing",
    "Person",
    "Reference",
    "Role",
    "Row",
    "Session",
    "Travel",
    "Vendor",
    "account_name",
    "host_name",
    "mac_text",
    "short_name",
]
