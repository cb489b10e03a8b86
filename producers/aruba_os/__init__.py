"""Aruba wireless controllers and switches: who was let in to the Wi-Fi, with which card and address."""

from datetime import timedelta

from producers.aruba_os.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="aruba_os",
    title="Aruba ArubaOS (controllers, Instant, AOS-Switch)",
    about="Syslog of ArubaOS controllers and Instant access points: users let in or refused, cards that associated and "
    "the address each was seen to use; administrators, also of AOS-Switch.",
    categories=("auth", "device"),
    yields=("account.authenticated", "account.logged_on", "connection.recorded", "record.unrecognised"),
    lateness=timedelta(minutes=5),
    parse=parse,
)
