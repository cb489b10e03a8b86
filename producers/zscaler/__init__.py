"""Zscaler Internet Access: the web requests of its users, in the office and at home."""

from datetime import timedelta

from producers.product import Product
from producers.zscaler.parser import parse

PRODUCT = Product(
    name="zscaler",
    title="Zscaler Internet Access (NSS feeds)",
    about="Web transactions of an NSS or Cloud NSS feed as JSON or as tab-separated names and values: who asked for "
    "what, from which device, and what the filter said; firewall, DNS, audit and tunnel feeds as JSON.",
    categories=("proxy", "auth"),
    yields=("account.authenticated", "connection.recorded", "record.unrecognised", "web.requested"),
    lateness=timedelta(hours=1),
    parse=parse,
)
