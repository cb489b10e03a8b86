"""Cisco Meraki: client VPN, 802.1X, leases, URLs, content filter and flows of MX, MR and MS."""

from datetime import timedelta

from producers.meraki.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="meraki",
    title="Cisco Meraki (MX, MR and MS by syslog)",
    about="Syslog of security appliances, access points and switches: client VPN and AnyConnect, 802.1X, DHCP leases, "
    "URLs, the content filter, and flows.",
    categories=("auth", "vpn", "proxy", "device"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "lease.granted",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
