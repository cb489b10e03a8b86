"""Infoblox NIOS: leases, names that were asked for or refused, administrators."""

from datetime import timedelta

from producers.infoblox.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="infoblox",
    title="Infoblox NIOS (DHCP, DNS, response policy zones, audit)",
    about="Syslog of NIOS members: dhcpd and dhcpdv6 with Infoblox's additions, DNS queries and responses of named, "
    "hits of response policy zones in CEF, and the audit log of administrators.",
    categories=("device", "proxy", "auth"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "lease.declined",
        "lease.denied",
        "lease.expired",
        "lease.granted",
        "lease.informed",
        "lease.offered",
        "lease.released",
        "lease.requested",
        "lease.sought",
        "record.unrecognised",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
