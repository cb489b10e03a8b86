"""Squid, the caching proxy: who asked for which URL, and whether it was let through."""

from datetime import timedelta

from producers.product import Product
from producers.squid.lines import strike_headers
from producers.squid.parser import parse

PRODUCT = Product(
    name="squid",
    title="Squid access log (native, common, combined)",
    about=(
        "access.log in the formats `squid`, `common` and `combined`. Squid logs no category: domains.csv of "
        "the district says it."
    ),
    categories=("proxy",),
    yields=("web.requested", "record.unrecognised"),
    lateness=timedelta(minutes=5),
    parse=parse,
    strike=strike_headers,
)
