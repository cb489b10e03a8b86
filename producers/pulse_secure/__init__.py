"""Ivanti (Pulse) Connect Secure: who opened a tunnel, from where, with which inside address, and when it ended."""

from datetime import timedelta

from producers.product import Product
from producers.pulse_secure.parser import parse

PRODUCT = Product(
    name="pulse_secure",
    title="Ivanti / Pulse Connect Secure",
    about="Syslog of the SSL VPN: logins, second factors, tunnels with their inside address, sessions that ended, and "
    "pages opened through it.",
    categories=("vpn", "auth", "proxy"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "challenge.presented",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
