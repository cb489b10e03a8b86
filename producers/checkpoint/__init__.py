"""Check Point gateways and management: connections, URL filtering, users and administrators."""

from datetime import timedelta

from producers.checkpoint.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="checkpoint",
    title="Check Point (Log Exporter)",
    about="Log Exporter's records in the syslog form, in structured data, CEF, LEEF, JSON and splunk: connections, URL "
    "filtering and application control, Identity Awareness and remote access, administrators.",
    categories=("proxy", "auth", "vpn"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "connection.recorded",
        "record.unrecognised",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
