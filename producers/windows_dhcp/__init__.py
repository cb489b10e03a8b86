"""Windows DHCP Server: which card held which address, and when."""

from datetime import timedelta

from producers.product import Product
from producers.windows_dhcp.parser import is_heading, is_preamble, parse

PRODUCT = Product(
    name="windows_dhcp",
    title="Windows DHCP Server (audit log)",
    about="DhcpSrvLog-*.log and DhcpV6SrvLog-*.log: which card held which address. Without such a source (or logs that "
    "name the device) an address stays an address.",
    categories=("device",),
    yields=(
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
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
    heading=is_heading,
    preamble=is_preamble,
)
