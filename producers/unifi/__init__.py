"""UniFi: Wi-Fi and wired clients, leases, the gateway's firewall, VPN clients and administrators."""

from datetime import timedelta

from producers.product import Product
from producers.unifi.parser import parse

PRODUCT = Product(
    name="unifi",
    title="Ubiquiti UniFi (consoles, gateways, access points)",
    about="Syslog of UniFi access points and gateways, and the CEF events of UniFi Network and UniFi OS: which card "
    "came to which access point, leases and names asked for (dnsmasq), firewall, VPN clients, administrators.",
    categories=("device", "proxy", "vpn", "auth"),
    yields=(
        "account.authenticated",
        "connection.recorded",
        "lease.granted",
        "record.unrecognised",
        "tunnel.closed",
        "tunnel.opened",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
