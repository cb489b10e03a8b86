"""OpenVPN: its log and its status file."""

from datetime import timedelta

from producers.openvpn.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="openvpn",
    title="OpenVPN server (log and status file)",
    about="The server's log and its status file.",
    categories=("auth", "vpn"),
    yields=(
        "account.authenticated",
        "record.unrecognised",
        "tunnel.addressed",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
