"""Jamf Pro: what its webhooks tell of Macs, iPads and iPhones, and of what was done with its API."""

from datetime import timedelta

from producers.jamf.parser import parse
from producers.jamf.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="jamf",
    title="Jamf Pro (webhooks, inventory, log stream)",
    about="Webhooks as JSON, one delivery after the other: which Mac, iPad or iPhone checked in when and from which "
    "address, what was enrolled, which commands were carried out, and what somebody did with Jamf's "
    "API. Computers of the Pro API's inventory are snapshots. Jamf's log stream: who signed in to the server, and what "
    "was changed there.",
    categories=("auth", "device"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "device.changed",
        "device.checked_in",
        "device.enrolled",
        "device.located",
        "device.reported",
        "record.unrecognised",
    ),
    lateness=timedelta(hours=24),
    parse=parse,
    framing="json",
    pull=PULL,
)
