"""ISC Kea: which card held which address, and when."""

from datetime import timedelta

from producers.kea.parser import is_heading, parse
from producers.product import Product

PRODUCT = Product(
    name="kea",
    title="ISC Kea (log of kea-dhcp4 and kea-dhcp6, lease files)",
    about="Log lines of kea-dhcp4 and kea-dhcp6, and the CSV lease files: which card held which address. Without such "
    "a source (or logs that name the device) an address stays an address.",
    categories=("device",),
    yields=(
        "lease.declined",
        "lease.denied",
        "lease.expired",
        "lease.granted",
        "lease.offered",
        "lease.released",
        "record.unrecognised",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
    heading=is_heading,
    preamble=is_heading,
)
