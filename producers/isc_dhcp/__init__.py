"""ISC dhcpd (log and leases file), Kea and Infoblox: who held which address, and when."""

from datetime import timedelta

from producers.isc_dhcp.parser import is_preamble, parse
from producers.product import Product

PRODUCT = Product(
    name="isc_dhcp",
    title="ISC DHCP server (log and dhcpd.leases), also Kea and Infoblox",
    about=(
        "dhcpd's syslog and leases file, Kea, Infoblox: which card held which address. Without such a source "
        "(or logs that name the device) an address stays an address."
    ),
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
    framing="leases",
    preamble=is_preamble,
)
