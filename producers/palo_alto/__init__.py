"""Palo Alto PAN-OS: what passed the firewall and its URL filter, GlobalProtect tunnels, who was where."""

from datetime import timedelta

from producers.palo_alto.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="palo_alto",
    title="Palo Alto PAN-OS and Prisma Access (CSV, CEF, LEEF or JSON)",
    about="PAN-OS logs of traffic, URL filter, threats, GlobalProtect (both generations), User-ID and administrators.",
    categories=("proxy", "vpn", "auth"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "record.unrecognised",
        "tunnel.addressed",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
