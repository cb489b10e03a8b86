"""Citrix ADC (NetScaler): gateway sessions, refused sign-ins, pages, connections and administrators' commands."""

from datetime import timedelta

from producers.citrix_adc.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="citrix_adc",
    title="Citrix ADC and Gateway (NetScaler) by syslog",
    about="Who opened and closed a session at the gateway, refused sign-ins, pages and connections of these sessions, "
    "published applications, and what administrators typed.",
    categories=("vpn", "auth", "proxy"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "command.executed",
        "connection.recorded",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
