"""Barracuda Web Security Gateway: web requests, allowed, warned and blocked."""

from datetime import timedelta

from producers.barracuda.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="barracuda",
    title="Barracuda Web Security Gateway (Web Filter) by syslog",
    about="Traffic lines of the web filter (http_scan): who asked for which page, its categories, and whether it was "
    "allowed, warned of or blocked.",
    categories=("proxy",),
    yields=("record.unrecognised", "web.requested"),
    lateness=timedelta(minutes=5),
    parse=parse,
)
