"""FortiGate: what passed the firewall and its web filter, its tunnels, users and leases."""

from datetime import timedelta

from producers.fortigate.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="fortigate",
    title="FortiGate (key=value, CSV, CEF or JSON)",
    about="FortiOS logs of traffic, web filter, DNS, application control, VPN, users, and its own DHCP server.",
    categories=("proxy", "vpn", "auth", "device"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "lease.declined",
        "lease.denied",
        "lease.granted",
        "lease.informed",
        "lease.offered",
        "lease.released",
        "lease.requested",
        "lease.sought",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
