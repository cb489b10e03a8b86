"""Microsoft Intune: what administrators did, what is enrolled, and what devices report of themselves."""

from datetime import timedelta

from producers.intune.parser import parse
from producers.intune.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="intune",
    title="Microsoft Intune (audit, operational, compliance, devices)",
    about="Administrators' acts, enrollments, compliance alerts and the daily rows of devices, from Azure Monitor or "
    "Microsoft Graph. A row of a device is a snapshot: its user is the one it was enrolled for, not who sits there.",
    categories=("device", "auth"),
    yields=(
        "device.changed",
        "device.enrolled",
        "device.located",
        "device.reported",
        "privilege.assigned",
        "record.unrecognised",
    ),
    lateness=timedelta(hours=26),  # rows of devices and compliance are exported once a day
    parse=parse,
    framing="json",
    pull=PULL,
)
