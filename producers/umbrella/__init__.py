"""Cisco Umbrella: names asked for and pages requested, by person, roaming computer or network."""

from datetime import timedelta

from producers.product import Product
from producers.umbrella.parser import is_heading, parse
from producers.umbrella.pull import PULL

PRODUCT = Product(
    name="umbrella",
    title="Cisco Umbrella (DNS and proxy logs, CSV)",
    about="Rows of Umbrella's log export to S3: names asked of its resolvers and requests through its web proxy.",
    categories=("proxy",),
    yields=("connection.recorded", "record.unrecognised", "web.requested"),
    lateness=timedelta(hours=1),  # a file is written about every ten minutes, and some come late
    parse=parse,
    framing="csv",
    heading=is_heading,
    preamble=is_heading,
    pull=PULL,
)
