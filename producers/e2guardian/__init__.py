"""E2guardian and DansGuardian: web requests, allowed, blocked and why."""

from datetime import timedelta

from producers.e2guardian.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="e2guardian",
    title="E2guardian and DansGuardian (log formats 1, 2, 4 to 8)",
    about="Access logs of the filter in its own format, as comma- or tab-separated values and as Protex: who asked "
    "for which page, whether it was denied and why. Its squid format (3) is read as the product squid.",
    categories=("proxy",),
    yields=("record.unrecognised", "web.requested"),
    lateness=timedelta(minutes=5),
    parse=parse,
)
