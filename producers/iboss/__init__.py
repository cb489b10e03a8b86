"""iboss: what its gateways logged of pages, in JSON by syslog."""

from datetime import timedelta

from producers.iboss.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="iboss",
    title="iboss cloud gateway (log forwarding, JSON)",
    about="Pages that people asked for through iboss and what the filter said, from which computer, and sign-ins of "
    "its administrators.",
    categories=("proxy", "auth"),
    yields=("account.authenticated", "record.unrecognised", "web.requested"),
    lateness=timedelta(hours=1),
    parse=parse,
)
