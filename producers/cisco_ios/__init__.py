"""Cisco IOS, IOS-XE (with the 9800 wireless controllers), NX-OS and AireOS: clients, administrators, access lists."""

from datetime import timedelta

from producers.cisco_ios.parser import parse, strike_commands
from producers.product import Product

PRODUCT = Product(
    name="cisco_ios",
    title="Cisco IOS, IOS-XE, NX-OS and AireOS (switches, routers, wireless controllers)",
    about="Syslog of switches, routers and wireless controllers (Catalyst 9800, AireOS): 802.1X and MAB, Wi-Fi clients "
    "and their addresses, administrators and what they typed, access lists.",
    categories=("auth", "device", "proxy"),
    yields=(
        "account.authenticated",
        "account.logged_off",
        "account.logged_on",
        "command.executed",
        "connection.recorded",
        "record.unrecognised",
    ),
    lateness=timedelta(minutes=5),
    parse=parse,
    strike=strike_commands,
)
