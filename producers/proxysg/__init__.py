"""Symantec (Blue Coat) ProxySG and Edge SWG: access logs."""

from datetime import timedelta

from producers.envelopes.elff import is_directive, is_heading
from producers.product import Product
from producers.proxysg.parser import parse

PRODUCT = Product(
    name="proxysg",
    title="ProxySG / Edge SWG (W3C access log)",
    about="Access logs in W3C extended format, under the `#Fields` line of their file: who asked for what, and what "
    "the policy said.",
    categories=("proxy",),
    yields=("record.unrecognised", "web.requested"),
    lateness=timedelta(hours=1),
    parse=parse,
    heading=is_heading,
    preamble=is_directive,
)
