"""F5 BIG-IP Access Policy Manager: sessions, sign-ins and the tunnels of network access."""

from datetime import timedelta

from producers.f5_apm.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="f5_apm",
    title="F5 BIG-IP APM",
    about="Sessions at the gateway, what its logon agents said of a name, the addresses that tunnels were given, and "
    "the bytes of a session. The session's number joins them.",
    categories=("vpn",),
    yields=(
        "account.authenticated",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "tunnel.reported",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
