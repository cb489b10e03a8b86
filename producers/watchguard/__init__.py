"""WatchGuard Firebox: connections, web requests, sign-ins, VPN users and leases."""

from datetime import timedelta

from producers.product import Product
from producers.watchguard.parser import parse

PRODUCT = Product(
    name="watchguard",
    title="WatchGuard Firebox (Fireware) by syslog or LEEF",
    about="Traffic, proxy and event messages: connections, web requests with category and verdict, sign-ins of users "
    "and administrators, VPN users with the address inside, and the leases of its DHCP server.",
    categories=("proxy", "auth", "vpn", "device"),
    yields=(
        "account.authenticated",
        "account.locked",
        "account.logged_off",
        "account.logged_on",
        "account.unlocked",
        "connection.recorded",
        "lease.granted",
        "lease.offered",
        "lease.requested",
        "lease.sought",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
