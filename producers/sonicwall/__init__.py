"""SonicWall firewalls: web sites, connections, SSL VPN and administrators."""

from datetime import timedelta

from producers.product import Product
from producers.sonicwall.parser import parse

PRODUCT = Product(
    name="sonicwall",
    title="SonicWall (SonicOS by syslog)",
    about="SonicOS events in its own `id=firewall ...` form or as CEF: web sites hit and denied, connections, users "
    "and administrators who signed in.",
    categories=("proxy", "auth", "vpn"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "record.unrecognised",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
