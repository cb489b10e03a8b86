"""Windows Security events: logons, locks, accounts, Kerberos, NTLM, NPS, cleared logs, USB devices."""

from datetime import timedelta

from producers.product import Product
from producers.windows_security.meanings import BITLOCKER, SECURITY, SYSTEM
from producers.windows_security.parser import parse

_ACTIONS = {known.action for table in (SECURITY, BITLOCKER, *SYSTEM.values()) for known in table.values()}

PRODUCT = Product(
    name="windows_security",
    title="Windows Security log (NXLog, Winlogbeat, Elastic Agent, Azure Monitor, event XML or JSON)",
    about=(
        "Security log as JSON of NXLog, Winlogbeat, Elastic Agent or Azure Monitor, as event XML or JSON: logons by "
        "type, lock and unlock, accounts, groups, audit settings. Tells who sat at a device."
    ),
    categories=("auth", "device"),
    yields=(*sorted(_ACTIONS), "record.unrecognised"),
    lateness=timedelta(minutes=5),
    parse=parse,
    framing="windows",
)
