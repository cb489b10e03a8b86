"""Cisco ISE: who was let onto the network, by Wi-Fi, cable or VPN, and who administers it."""

from datetime import timedelta

from producers.cisco_ise.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="cisco_ise",
    title="Cisco Identity Services Engine (ISE)",
    about="Syslog of ISE: authentications passed and failed, RADIUS accounting, guests, administrators. Tells whose "
    "card held which address.",
    categories=("auth", "vpn"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "account.logged_on",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
    ),
    framing="segments",
    lateness=timedelta(minutes=5),
    parse=parse,
)
