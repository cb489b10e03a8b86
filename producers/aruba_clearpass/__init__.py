"""Aruba ClearPass: who was let onto the Wi-Fi and the wired network."""

from datetime import timedelta

from producers.aruba_clearpass.parser import parse
from producers.product import Product

PRODUCT = Product(
    name="aruba_clearpass",
    title="Aruba ClearPass Policy Manager",
    about="Session logs by syslog export: who was accepted or rejected by RADIUS, by web login or by TACACS+, with "
    "which card, behind which switch or access point.",
    categories=("auth",),
    yields=("account.authenticated", "record.unrecognised"),
    lateness=timedelta(minutes=10),
    parse=parse,
)
