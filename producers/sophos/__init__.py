"""Sophos Firewall (XG, XGS) and Sophos UTM: web filter, connections, VPN, users and leases."""

from datetime import timedelta

from producers.product import Product
from producers.sophos.parser import parse

PRODUCT = Product(
    name="sophos",
    title="Sophos Firewall (XG, XGS: SFOS) and Sophos UTM",
    about="SFOS syslog in the default and the device standard format, and UTM's own lines: pages allowed, blocked and "
    "warned, connections, users and administrators who signed in, SSL VPN, leases.",
    categories=("proxy", "auth", "vpn", "device"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "lease.granted",
        "lease.released",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
