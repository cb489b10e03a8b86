"""Juniper SRX: connections, web filter, 802.1X and administrators."""

from datetime import timedelta

from producers.juniper_srx.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="juniper_srx",
    title="Juniper SRX and EX (Junos: structured and plain syslog)",
    about="Junos syslog: connections (RT_FLOW), the web filter (RT_UTM) in structured and plain form, 802.1X of EX "
    "switches, administrators and what they typed.",
    categories=("proxy", "auth", "device"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "account.logged_on",
        "command.executed",
        "connection.recorded",
        "record.unrecognised",
        "web.requested",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
)
