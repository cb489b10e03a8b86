"""Cisco Secure Web Appliance (WSA): web requests, with the decision of its policies."""

from datetime import timedelta

from producers.cisco_wsa.parser import parse
from producers.product import Product
from producers.squid.lines import strike_headers

PRODUCT = Product(
    name="cisco_wsa",
    title="Cisco Secure Web Appliance (WSA, IronPort): access logs",
    about="Access logs in the squid format with the decision of the policies and the scanning verdict, from a file "
    "or by syslog: who asked for which page, its category, and what was decided.",
    categories=("proxy",),
    yields=("record.unrecognised", "web.requested"),
    lateness=timedelta(minutes=5),
    parse=parse,
    strike=strike_headers,
)
