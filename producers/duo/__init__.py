"""Duo: second factors passed and refused, and who changed users and factors."""

from datetime import timedelta

from producers.duo.parser import MEANINGS, parse
from producers.duo.pull import PULL
from producers.product import Product

PRODUCT = Product(
    name="duo",
    title="Duo (authentication, administrator and activity logs)",
    about="Log objects of the Admin API: who passed or refused a second factor, for which application and from which "
    "address; and who changed users, factors and bypass codes.",
    categories=("auth",),
    yields=(
        "account.authenticated",
        *sorted(set(MEANINGS.values()) - {"account.authenticated"}),
        "record.unrecognised",
    ),
    lateness=timedelta(hours=1),
    parse=parse,
    framing="json",
    pull=PULL,
)
