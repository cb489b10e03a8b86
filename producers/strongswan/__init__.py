"""strongSwan: what its IKE daemon charon writes of tunnels, of the addresses it gives out and of who signed in."""

from datetime import timedelta

from producers.product import Product
from producers.strongswan.parser import parse

PRODUCT = Product(
    name="strongswan",
    title="strongSwan IPsec gateway (charon)",
    about="Tunnels of IKEv2 and IKEv1 that were opened and closed, the addresses given out in them and to whom, "
    "sign-ins by certificate, XAuth and EAP, and the bytes of what was closed.",
    categories=("vpn", "auth"),
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
