"""FreeRADIUS: who was let onto the wireless, the wired ports or the VPN, as radius.log tells it."""

from datetime import timedelta

from producers.freeradius.parser import parse
from producers.freeradius.passwords import strike_passwords
from producers.product import Product

PRODUCT = Product(
    name="freeradius",
    title="FreeRADIUS server (radius.log)",
    about=(
        "radius.log, or the same by syslog: Wi-Fi and VPN logins, with the access point as `reporter`. "
        "Passwords that the server writes are struck out before anything is parsed or kept."
    ),
    categories=("auth",),
    yields=("account.authenticated", "record.unrecognised"),
    lateness=timedelta(minutes=5),
    parse=parse,
    secrets=("User-Password", "Cleartext-Password", "CHAP-Password", "Tunnel-Password"),
    strike=strike_passwords,
)
