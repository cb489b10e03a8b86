"""Okta: sign-ins, factors, sessions and administration."""

from datetime import timedelta

from producers.okta.meanings import MEANINGS
from producers.okta.parser import parse
from producers.okta.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="okta",
    title="Okta System Log",
    about="Events of the System Log API, of event hooks and of EventBridge: who proved to be whom and from which "
    "address, which app was opened, and who changed accounts, groups, factors and devices.",
    categories=("auth", "device"),
    yields=(*sorted({known.action for known in MEANINGS.values()}), "record.unrecognised"),
    lateness=timedelta(hours=1),
    parse=parse,
    framing="json",
    pull=PULL,
)
