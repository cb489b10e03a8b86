"""dnsmasq: which card held which address, and which names its clients asked for."""

from datetime import timedelta

from producers.dnsmasq.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="dnsmasq",
    title="dnsmasq (DHCP, DHCPv6 and DNS log; Pi-hole)",
    about="Log lines of dnsmasq and of Pi-hole's FTL: leases of DHCP and DHCPv6, names that clients asked for "
    "(`log-queries`), and names that the server's own configuration refuses (`log-queries=extra`).",
    categories=("device", "proxy"),
    yields=(
        "lease.declined",
        "lease.denied",
        "lease.granted",
        "lease.informed",
        "lease.offered",
        "lease.released",
        "lease.requested",
        "lease.sought",
        "record.unrecognised",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
