"""Forcepoint Web Security: web requests, permitted and blocked."""

from datetime import timedelta

from producers.forcepoint_web.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="forcepoint_web",
    title="Forcepoint Web Security (Websense): CEF by syslog",
    about="Transactions of Forcepoint Web Security in CEF: who asked for which page, its category by number, and "
    "whether it was permitted.",
    categories=("proxy",),
    yields=("record.unrecognised", "web.requested"),
    lateness=timedelta(minutes=5),
    parse=parse,
)
